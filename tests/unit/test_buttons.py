"""Every button that a message shows has one listener, and every listener answers to an action id of ours."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

from slack_bolt.app.async_app import AsyncApp

from bot import commands
from bot.errands import Errands
from bot.services import Services
from bot.texts import Texts
from bot.views.actions import ActionId
from tests.unit.examples import examples
from tests.unit.view_rules import elements


class Recorder:
    """Stands in for Bolt and notes what is registered."""

    def __init__(self) -> None:
        self.listened: list[object] = []

    def action(self, what: object) -> Callable[[object], object]:
        """Note a listener for buttons."""
        self.listened.append(what)
        return lambda listener: listener

    def event(self, what: object) -> Callable[[object], object]:
        """Note a listener for an event."""
        assert what == "app_home_opened"
        return lambda listener: listener

    def command(self, what: object) -> Callable[[object], object]:
        """Note a listener for a command."""
        assert what == "/calsync"
        return lambda listener: listener


def listened() -> list[ActionId]:
    """Return the action ids that have a listener."""
    recorder = Recorder()
    commands.register(cast(AsyncApp, recorder), cast(Services, SimpleNamespace(errands=Errands())))
    return [one for one in recorder.listened if isinstance(one, ActionId)]


def test_every_button_has_one_listener_and_every_action_id_is_listened_to() -> None:
    shown = {one["action_id"] for example in examples() for one in elements(example.make(Texts()))}
    assert sorted(listened()) == sorted(ActionId)
    assert shown == {*ActionId}
