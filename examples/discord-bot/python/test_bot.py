"""The bot against a live server and a Discord in memory: what people read, and what came of it in the API."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from gatepost import Client

from bot import Bot
from gateway import Command, MemoryGateway

SCOPES = [
    "discord:read",
    "discord:write",
    "identities:write",
    "practice:read",
    "practice:write",
    "applications:read",
    "applications:write",
]


class Guild:
    """A guild with the bot in it, and Ada, who types."""

    def __init__(self, root: Client) -> None:
        self.discord = MemoryGateway()
        self.id, self.hall, self.office, self.ada, self.bob = (self.discord.new_id() for _ in range(5))
        # An administrator gives the bot an account and a key with what it needs, once.
        account = root.users.resolve(platform="discord", identity=self.discord.new_id()).user
        key = root.admin.create_key_for(user_id=account.id, name="Discord bot", scopes=SCOPES)
        self.bot = Bot(Client(api_key=key.secret), self.discord)

    def type(self, name: str, channel: str = "", user: str = "", about: str = "", **options: str) -> str:
        command = Command(name, self.id, channel or self.hall, user or self.ada, about, options)
        return self.discord.type(command)


@pytest.fixture
def root() -> Client:
    """The root key, from the environment."""
    return Client()


@pytest.fixture
def guild(root: Client) -> Guild:
    return Guild(root)


def test_messages_vanish_where_they_shall_and_are_counted(guild: Guild, root: Client) -> None:
    assert guild.type("vanish", hours="1") == "Messages vanish here after 1 h; 0 have so far."
    now = dt.datetime.now(dt.timezone.utc)
    for minutes in (130, 61, 59, 1):
        guild.discord.post(guild.hall, f"{minutes} min ago", now - dt.timedelta(minutes=minutes))
    guild.discord.post(guild.office, "a day ago", now - dt.timedelta(days=1))
    guild.bot.sweep(now)
    guild.bot.sweep(now)
    assert [message.text for message in guild.discord.channels[guild.hall]] == ["59 min ago", "1 min ago"]
    assert len(guild.discord.channels[guild.office]) == 1
    channel = root.vanish.get_vanishing_channel(guild.hall)
    assert (channel.guild_id, channel.duration_seconds, channel.messages_deleted) == (guild.id, 3600, 2)
    assert guild.type("vanish") == "Messages stay here from now on."
    assert guild.type("vanish") == "The channel is no vanishing one."


def test_practice_begins_once_ends_once_and_is_shown(guild: Guild, root: Client) -> None:
    assert guild.type("practice-start", notes="Scales").startswith("You practise")
    assert re.match(r"prc_\w+ is under way since ", guild.type("practice-start"))
    assert guild.type("practice-stop") == "You practised 0 h 0 min."
    assert guild.type("practice-stop") == "No practice is under way."
    shown = guild.type("practice-stats", period="daily", timeZone="Europe/Berlin")
    assert re.fullmatch(r"daily: 0 h 0 min in 1\n\d{4}-\d\d-\d\d: 0 h 0 min", shown)
    assert guild.type("practice-stats", timeZone="Mars/Olympus") == "1 fault in the request."
    assert guild.type("practice-leaders").startswith("1. ")
    assert root.practice.get_stats("monthly", discord_id=guild.ada).sessions == 1


def test_an_application_is_handed_in_voted_on_and_decided(guild: Guild, root: Client) -> None:
    asks = {"name": "Bob", "statement": "I play the viola."}
    assert guild.discord.type(Command("apply", guild.id, guild.hall, guild.bob, "", asks)) == "There is no such channel setting."
    use = Command("use-channel", guild.id, guild.office, guild.ada, "", {"for": "applications"})
    assert guild.discord.type(use) == "This channel is for applications."
    handed_in = guild.discord.type(Command("apply", guild.id, guild.hall, guild.bob, "", asks))
    assert re.fullmatch(r"Your application has the number \d+\.", handed_in)
    message = guild.discord.channels[guild.office][-1]
    assert message.text == "Bob asks to join: I play the viola."
    assert guild.type("vote", about=message.id, vote="reject").endswith(": 0 for it, 1 against.")
    assert guild.type("vote", about=message.id, vote="approve").endswith(": 1 for it, 0 against.")
    decided = guild.type("decide", about=message.id, decision="approved", reason="We need a viola.")
    assert decided.endswith(" is approved.")
    again = guild.type("decide", about=message.id, decision="rejected")
    assert again == "The application was decided and stays so."
    application = root.applications.get_by_message(message.id)
    assert (application.status, application.discord_id) == ("approved", guild.bob)
    assert application.reason == "We need a viola."
    assert len(list(root.applications.list_votes(application.id))) == 1


def test_what_nobody_knows_is_said_so(guild: Guild) -> None:
    assert guild.type("dance") == "I do not know /dance."
