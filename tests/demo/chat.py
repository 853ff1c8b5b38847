"""The Slack of the demo's page: what a person types and presses, and what there is to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.doubles.slack import Outcome
from tests.doubles.slack.model import Message
from tests.world import ADMIN, ALERTS, PEOPLE, World

HOME = "home"
"""The Home tab, which the page shows as a conversation."""


class Refused(Exception):
    """Slack shows the person an error; the message says which."""


@dataclass(frozen=True)
class _Typed:
    channel: str
    ts: str
    text: str
    user: str


class Chat:
    """Carries out what people do in Slack.

    Slack shows nobody the commands that were typed; they are kept here, so that the page can be read like a
    conversation.
    """

    def __init__(self, world: World) -> None:
        self._slack, self._world = world.slack, world
        self._typed: list[_Typed] = []

    async def type(self, who: str, channel: str, line: str) -> None:
        """Type a command.

        Raises:
            Refused: it is none, or calsync did not take it.
        """
        if not line.startswith("/"):
            raise Refused("calsync listens to commands, such as /calsync help")
        self._typed.append(_Typed(channel, self._slack.workspace.new_ts(), line, PEOPLE[who]))
        _check(await self._world.in_slack(who).command(line, channel=channel))

    async def press(self, who: str, channel: str, ts: str, action_id: str, value: str | None) -> None:
        """Press a button; the page itself has asked for confirmation and opens addresses.

        Raises:
            Refused: the button is there no more, or calsync did not take it.
        """
        person, message = self._world.in_slack(who), self._on(who, channel, ts)
        _check(await person.click(action_id=action_id, value=value, message=message))

    async def choose(self, who: str, channel: str, ts: str, action_id: str, values: list[str]) -> None:
        """Choose in a menu, or tick exactly these boxes.

        Raises:
            Refused: it is there no more, or calsync did not take it.
        """
        person, message = self._world.in_slack(who), self._on(who, channel, ts)
        _check(await person.choose(*values, action_id=action_id, message=message))

    async def open_home(self, who: str) -> None:
        """Open the Home tab."""
        await self._world.in_slack(who).open_home()

    def _on(self, who: str, channel: str, ts: str) -> Message | None:
        """Return the message that a person uses, or None on the Home tab, where that person is then."""
        self._world.in_slack(who).at_home = channel == HOME
        if channel == HOME:
            return None
        message = self._slack.workspace.message(channel, ts)
        if message is None:
            raise Refused("This message has gone.")
        return message

    def channels(self, who: str) -> list[dict[str, Any]]:
        """Return a person's conversations, each with its messages."""
        direct = self._slack.workspace.im(PEOPLE[who]).id
        channels = [
            {"id": direct, "name": "calsync", "messages": self._messages(who, direct)},
            {"id": HOME, "name": "Home", "messages": self._home(who)},
        ]
        if PEOPLE[who] == ADMIN:
            name = f"# {self._slack.workspace.channels[ALERTS].name}"
            channels.append({"id": ALERTS, "name": name, "messages": self._messages(who, ALERTS)})
        return channels

    def _home(self, who: str) -> list[dict[str, Any]]:
        home = self._world.in_slack(who).home()
        if home is None:
            return []
        bot = self._slack.app.bot_user
        return [{"ts": home.id, "user": bot, "text": "", "blocks": home.blocks, "ephemeral": False}]

    def _messages(self, who: str, channel: str) -> list[dict[str, Any]]:
        received: list[dict[str, Any]] = [
            {
                "ts": message.ts,
                "user": message.user,
                "text": message.text,
                "blocks": message.blocks,
                "ephemeral": message.ephemeral_to is not None,
            }
            for message in self._slack.workspace.visible(PEOPLE[who], channel)
        ]
        typed = [
            {"ts": line.ts, "user": line.user, "text": line.text, "blocks": [], "ephemeral": True}
            for line in self._typed
            if (line.channel, line.user) == (channel, PEOPLE[who])
        ]
        return sorted(received + typed, key=lambda message: str(message["ts"]))


def _check(outcome: Outcome) -> None:
    if outcome.error:
        raise Refused(f"Slack says that this failed with the error “{outcome.error}”.")
