"""What the bot needs of Discord, and a Discord of its own for tests and trials."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Command:
    """Somebody typed a command."""

    name: str
    guild_id: str
    channel_id: str
    user_id: str
    """Who typed it."""
    message_id: str = ""
    """The message that the command is about, where it is about one."""
    options: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Command], str]


class Gateway(Protocol):
    def on_command(self, answer: Answer) -> None:
        """Who answers commands from now on: what it answers is shown to whoever typed the command."""

    def post(self, channel_id: str, text: str) -> str:
        """Posts a message and tells its id."""

    def delete_before(self, channel_id: str, moment: dt.datetime) -> int:
        """Deletes what was posted in a channel before a moment, and tells how many messages that were."""


@dataclass(frozen=True)
class Message:
    id: str
    text: str
    at: dt.datetime


class MemoryGateway:
    """A Discord in memory."""

    def __init__(self) -> None:
        self.channels: defaultdict[str, list[Message]] = defaultdict(list)
        self._ids = itertools.count(1_200_000_000_000_000_000 + time.time_ns() // 1000)
        self._answer: Answer = lambda command: "Nobody listens."

    def on_command(self, answer: Answer) -> None:
        self._answer = answer

    def post(self, channel_id: str, text: str, at: dt.datetime | None = None) -> str:
        message = Message(self.new_id(), text, at or dt.datetime.now(dt.timezone.utc))
        self.channels[channel_id].append(message)
        return message.id

    def delete_before(self, channel_id: str, moment: dt.datetime) -> int:
        posted = self.channels[channel_id]
        self.channels[channel_id] = [message for message in posted if message.at >= moment]
        return len(posted) - len(self.channels[channel_id])

    def type(self, command: Command) -> str:
        """Types a command, and reads the answer."""
        return self._answer(command)

    def new_id(self) -> str:
        """An id that nothing else has."""
        return str(next(self._ids))
