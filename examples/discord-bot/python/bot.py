"""The bot of a collective: messages that vanish, practice, and applications to join.

The API keeps everything; the bot keeps nothing, so it may be restarted at any time and run several times over.
"""

from __future__ import annotations

import datetime as dt

from gatepost import NOT_GIVEN, APIStatusError, Client

from gateway import Answer, Command, Gateway


class Bot:
    def __init__(self, client: Client, gateway: Gateway) -> None:
        self.client = client
        self.gateway = gateway
        self.commands: dict[str, Answer] = {
            "vanish": self._vanish,
            "use-channel": self._use_channel,
            "practice-start": self._start_practice,
            "practice-stop": self._stop_practice,
            "practice-stats": self._show_practice,
            "practice-leaders": self._show_leaders,
            "apply": self._apply,
            "vote": self._vote,
            "decide": self._decide,
        }
        gateway.on_command(self._answer)

    def sweep(self, now: dt.datetime | None = None) -> None:
        """Deletes what is due in every vanishing channel, and counts it. Call it every minute or so."""
        now = now or dt.datetime.now(dt.timezone.utc)
        for channel in self.client.vanish.list_vanishing_channels():
            due = now - dt.timedelta(seconds=channel.duration_seconds)
            if deleted := self.gateway.delete_before(channel.channel_id, due):
                self.client.vanish.add_stats(channel.channel_id, messages_deleted=deleted)

    def _answer(self, command: Command) -> str:
        answer = self.commands.get(command.name)
        if answer is None:
            return f"I do not know /{command.name}."
        try:
            return answer(command)
        except APIStatusError as error:
            if error.status >= 500:
                raise
            # What the API refuses it explains in a sentence that people can read.
            return error.detail or str(error)

    def _vanish(self, command: Command) -> str:
        hours = int(command.options.get("hours", "0"))
        if hours == 0:
            self.client.vanish.delete_vanishing_channel(command.channel_id)
            return "Messages stay here from now on."
        channel = self.client.vanish.put_vanishing_channel(
            command.channel_id, guild_id=command.guild_id, duration_seconds=hours * 3600
        )
        return f"Messages vanish here after {hours} h; {channel.messages_deleted} have so far."

    def _use_channel(self, command: Command) -> str:
        key = command.options.get("for", "log")
        setting = self.client.channels.put_setting(command.guild_id, key, channel_id=command.channel_id)
        return f"This channel is for {setting.key}."

    def _start_practice(self, command: Command) -> str:
        # Whoever practises for the first time gets an account; it is found by the Discord id from then on.
        self.client.users.resolve(platform="discord", identity=command.user_id)
        self.client.practice.start(discord_id=command.user_id, notes=command.options.get("notes") or NOT_GIVEN)
        return "You practise. /practice-stop when you are done."

    def _stop_practice(self, command: Command) -> str:
        return f"You practised {duration(self.client.practice.stop(discord_id=command.user_id).seconds)}."

    def _show_practice(self, command: Command) -> str:
        stats = self.client.practice.get_stats(
            command.options.get("period", "weekly"),
            discord_id=command.user_id,
            time_zone=command.options.get("timeZone", "UTC"),
        )
        days = [f"{day.date}: {duration(day.seconds)}" for day in stats.days if day.sessions > 0]
        return "\n".join([f"{stats.period}: {duration(stats.seconds)} in {stats.sessions}", *days])

    def _show_leaders(self, command: Command) -> str:
        board = self.client.practice.get_leaderboard(range="week", limit=10)
        lines = [f"{one.rank}. {one.name or one.user_id}: {duration(one.seconds)}" for one in board.leaders]
        return "\n".join(lines) or "Nobody yet."

    def _apply(self, command: Command) -> str:
        channel_id = self.client.channels.get_setting(command.guild_id, "applications").channel_id
        name, statement = command.options.get("name", "Somebody"), command.options.get("statement", "")
        message_id = self.gateway.post(channel_id, f"{name} asks to join: {statement}")
        application = self.client.applications.create(
            name=name, statement=statement, discord_id=command.user_id, message_id=message_id
        )
        return f"Your application has the number {application.number}."

    def _vote(self, command: Command) -> str:
        application = self.client.applications.get_by_message(command.message_id)
        voter = self.client.users.resolve(platform="discord", identity=command.user_id).user
        self.client.applications.vote_on(
            application.id, vote=command.options.get("vote", "abstain"), user_id=voter.id
        )
        votes = self.client.applications.get(application.id).votes
        return f"Number {application.number}: {votes.approve} for it, {votes.reject} against."

    def _decide(self, command: Command) -> str:
        application = self.client.applications.get_by_message(command.message_id)
        decided = self.client.applications.decide(
            application.id,
            decision=command.options.get("decision", "rejected"),
            reason=command.options.get("reason") or NOT_GIVEN,
        )
        return f"Number {decided.number} is {decided.status}."


def duration(seconds: int) -> str:
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
