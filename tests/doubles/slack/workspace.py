"""Everything the double knows: one workspace with one app installed, and who can see what in it."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Coroutine, Iterator
from typing import Any

from tests.doubles.clock import DoubleClock
from tests.doubles.slack.bell import Bell
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.filling import carried_over, fill_in, initial_state
from tests.doubles.slack.model import App, Channel, Kind, Message, User
from tests.doubles.slack.schema import Json


class Workspace:
    """The people, conversations and messages of one team."""

    def __init__(self, clock: DoubleClock, app: App, team_id: str, team_name: str, domain: str) -> None:
        self.clock = clock
        self.app = app
        self.team_id = team_id
        self.team_name = team_name
        self.domain = domain
        self.users: dict[str, User] = {}
        self.groups: dict[str, list[str]] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: list[Message] = []
        self.scheduled: dict[str, str] = {}  # the channel of each planned message
        self.entered: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = {}
        self.bell = Bell()
        self._numbers = itertools.count(1)
        self._last_ts = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- identifiers and time

    def new_id(self, letter: str) -> str:
        """Return an id that is new in this workspace, such as D0000000003."""
        return f"{letter}{next(self._numbers):010d}"

    def new_ts(self) -> str:
        """Return a message timestamp: the time to the microsecond, and never the same twice."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def now(self) -> float:
        """Return the double's time in seconds."""
        return self.clock.now().timestamp()

    # --- people and conversations

    def user(self, user_id: str) -> User:
        """Return a user.

        Raises:
            SlackError: there is no such user.
        """
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def im(self, user_id: str) -> Channel:
        """Return the direct messages between the app's bot and somebody, opening them if need be."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == {user_id, self.app.bot_user}:
                return channel
        return self.add_channel("", {user_id, self.app.bot_user}, "im")

    def add_channel(self, name: str, members: set[str], kind: Kind, channel_id: str = "") -> Channel:
        """Add a conversation."""
        letter = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        channel = Channel(channel_id or self.new_id(letter), name, members, kind, created=int(self.now()))
        self.channels[channel.id] = channel
        return channel

    def find_channel(self, name: str, *, im: bool = True) -> Channel:
        """Return the conversation an app means by an id, a user's id (with `im`) or a channel's name.

        Raises:
            SlackError: there is none, or it is private and the bot is not in it, which looks the same.
        """
        channel = self.channels.get(name)
        if channel is None and im and name in self.users:
            user = self.users[name]
            if user.deleted or user.is_bot:
                raise SlackError("cannot_dm_bot" if user.is_bot else "channel_not_found")
            channel = self.im(name)
        if channel is None:
            names = (c for c in self.channels.values() if c.name and c.name == name.removeprefix("#"))
            channel = next(names, None)
        if channel is None or (channel.kind != "channel" and self.app.bot_user not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    # --- messages

    def post(
        self,
        channel: str,
        user: str,
        text: str,
        blocks: list[Json] | None = None,
        ephemeral_to: str | None = None,
        **more: Any,
    ) -> Message:
        """Put a message into a conversation; its blocks must have been checked."""
        message = Message(
            channel,
            self.new_ts(),
            text,
            user,
            fill_in(blocks or []),
            ephemeral_to,
            user == self.app.bot_user,
            **more,
        )
        self.messages.append(message)
        self.bell.ring()
        return message

    def change(self, message: Message, **new: Any) -> None:
        """Change what a message says; what people had chosen in it stays where its blocks do."""
        if "blocks" in new:
            new["blocks"] = fill_in(new["blocks"])
        for key, value in new.items():
            setattr(message, key, value)
        for (channel, ts, user), old in list(self.entered.items()):
            if (channel, ts) == (message.channel, message.ts):
                self.entered[channel, ts, user] = carried_over(old, message.blocks)
        self.bell.ring()

    def remove(self, message: Message) -> None:
        """Take a message away."""
        self.messages.remove(message)
        self.bell.ring()

    def message(self, channel: str, ts: str) -> Message | None:
        """Return the message of a conversation with this timestamp."""
        return next((m for m in self.messages if (m.channel, m.ts) == (channel, ts)), None)

    def visible(self, user_id: str, channel: str | None = None) -> Iterator[Message]:
        """Yield the messages that somebody can see, oldest first."""
        for message in self.messages:
            there = channel in (None, message.channel) and message.ephemeral_to in (None, user_id)
            if there and user_id in self.channels[message.channel].members:
                yield message

    def state_of(self, message: Message, user_id: str) -> dict[str, dict[str, Json]]:
        """Return what somebody has chosen in a message, which every client keeps for itself."""
        key = (message.channel, message.ts, user_id)
        if key not in self.entered:
            self.entered[key] = initial_state(message.blocks)
        return self.entered[key]

    # --- work that goes on by itself

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something beside the request that caused it, such as telling the app of an event."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Give up whatever still runs."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def random_name(size: int = 24) -> str:
    """Return a word that nobody can guess, for urls and tickets."""
    return secrets.token_hex(size)[:size]
