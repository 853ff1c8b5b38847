"""What one person sees, and finding on it what this person can operate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.slack.filling import Control, controls, words
from tests.doubles.slack.model import Message, View
from tests.doubles.slack.rendering import Reader
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

Surface = Message | View


class NotVisible(Exception):
    """The person cannot do this, because it is not on their screen."""


class Ambiguous(NotVisible):
    """Several things on the screen are called so."""


@dataclass(frozen=True)
class Screen:
    """What somebody sees at one moment; nothing of it changes afterwards."""

    messages: list[Message]
    modal: View | None
    home: View | None
    reader: Reader

    def read(self, surface: Surface) -> str:
        """Return what this person reads on a message or view, one text a line, blocks and all."""
        return read(surface, self.reader.read)

    def text(self) -> str:
        """Return everything this person can read."""
        return "\n".join(self.read(surface) for surface in [*self.messages, self.modal, self.home] if surface)

    def as_json(self) -> Json:
        """Return the screen as the admin interface shows it."""
        return {
            "messages": [
                {
                    "channel": m.channel,
                    "ts": m.ts,
                    "user": m.user,
                    "text": m.text,
                    "blocks": m.blocks,
                    "ephemeral": m.ephemeral_to is not None,
                }
                for m in self.messages
            ],
            "modal": self.modal and {**self.modal.content, "state": {"values": self.modal.state}},
            "home": self.home and self.home.content,
        }


def look(double: SlackDouble, user: str, channel: str | None = None) -> Screen:
    """Return what somebody sees, in one conversation or in all."""
    modal, home = double.views.on_top(user), double.views.homes.get(user)
    return Screen(
        [message.photograph() for message in double.workspace.visible(user, channel)],
        modal and modal.photograph(),
        home and home.photograph(),
        reader_of(double, user),
    )


def reader_of(double: SlackDouble, user: str) -> Reader:
    """Return somebody's way of reading, at this moment."""
    workspace = double.workspace
    return Reader(workspace.user(user), workspace.users, workspace.channels, double.clock.now())


def shows(reader: Reader, surface: Surface, fragment: str) -> bool:
    """Say whether a text is on a message or view, as it is shown or as the app wrote it."""
    return fragment in read(surface, reader.read) or fragment in read(surface)


def read(surface: Surface, show: Callable[[str], str] = str) -> str:
    """Return the texts of a message or view, its mrkdwn as `show` has it."""
    if isinstance(surface, View):
        parts = [surface.content.get(key) for key in ("title", "submit", "close")]
        if surface.kind == "home":
            parts = []
        return "\n".join([*words([part for part in parts if part], show), *words(surface.blocks, show)])
    return "\n".join([show(surface.text), *words(surface.blocks, show), *words(surface.attachments, show)])


def find(
    surfaces: Iterator[Surface],
    name: str | None,
    action_id: str | None,
    value: str | None,
    kinds: frozenset[str],
) -> tuple[Surface, Control]:
    """Return the control a person means, looking through the surfaces in order.

    Raises:
        NotVisible: nothing is called so.
        Ambiguous: two things on the same surface are.
    """
    there: list[str] = []
    for surface in surfaces:
        fitting = []
        for control in controls(surface.blocks):
            there += [control.label] if control.kind in kinds else []
            if (
                control.kind in kinds
                and (name is None or name in control.names or control.option(name) is not None)
                and action_id in (None, control.element["action_id"])
                and value in (None, control.element.get("value"))
            ):
                fitting.append(control)
        exact = [control for control in fitting if name in control.names]
        fitting = exact or fitting
        if len(fitting) > 1:
            raise Ambiguous(
                f"{len(fitting)} things are called {name or action_id!r}; say which by action_id or value"
            )
        if fitting:
            return surface, fitting[0]
    wanted = name or action_id
    raise NotVisible(f"{wanted!r} is not on the screen; there are {', '.join(there) or 'no controls'}")
