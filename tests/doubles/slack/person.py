"""The test driver: a person at a Slack client, who can do only what is on their screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.doubles.slack.acts import Outcome
from tests.doubles.slack.elements import CHOICES, PICKERS, SELECTS, TYPING
from tests.doubles.slack.filling import CHOSEN, Control, initial_state
from tests.doubles.slack.forms import act, chosen, missing_fields, pressed, shown_with, typed_in
from tests.doubles.slack.model import Message, User, View
from tests.doubles.slack.onlooker import Onlooker
from tests.doubles.slack.openid import ASKED
from tests.doubles.slack.schema import Json
from tests.doubles.slack.screen import NotVisible, Surface, find

BUTTON = frozenset({"button"})
CHOOSING = SELECTS | CHOICES | PICKERS | {"overflow"}


class Person(Onlooker):
    """Somebody with a Slack client open; an open modal covers everything else, as it does on screen."""

    async def command(self, line: str, *, channel: str | None = None) -> Outcome:
        """Type a slash command, in the direct messages with the app unless a conversation is named.

        Raises:
            NotVisible: the person is not in that conversation, or has a modal open.
        """
        self._signed_in()
        where = channel or self._double.workspace.im(self.id).id
        if self.id not in self._double.workspace.channels[where].members:
            raise NotVisible(f"{self.id} is not in {where}")
        if self._double.views.on_top(self.id):
            raise NotVisible("a modal covers the place to type")
        self.at_home = False
        command, _, text = line.partition(" ")
        return await self._double.acts.command(self.user, where, command, text.strip())

    async def click(
        self,
        name: str | None = None,
        *,
        action_id: str | None = None,
        value: str | None = None,
        message: Message | None = None,
        confirm: bool = True,
    ) -> Outcome:
        """Press a button; a confirm dialog is answered as `confirm` says, a url is returned, not opened.

        Raises:
            NotVisible: there is no such button on this person's screen.
        """
        surface, control = find(self._surfaces(message), name, action_id, value, BUTTON)
        return await self._press(self.user, surface, control, confirm)

    async def click_as(self, other: Person, name: str | None = None, **which: Any) -> Outcome:
        """Press a button that only this person sees, in the name of another, as an attacker would."""
        message = which.pop("message", None)
        surface, control = find(
            self._surfaces(message), name, which.get("action_id"), which.get("value"), BUTTON
        )
        return await self._press(other.user, surface, control, confirm=True)

    async def stale_click(
        self,
        message: Message,
        name: str | None = None,
        *,
        action_id: str | None = None,
        value: str | None = None,
    ) -> Outcome:
        """Press a button as it was when `message` was seen, whatever has become of the message since."""
        surface, control = find(iter([message]), name, action_id, value, BUTTON)
        return await self._send(
            self.user, surface, pressed(self._double, control), initial_state(message.blocks)
        )

    async def choose(
        self,
        *options: str,
        action_id: str | None = None,
        name: str | None = None,
        message: Message | None = None,
        confirm: bool = True,
    ) -> Outcome:
        """Choose in a select, radio buttons, checkboxes, a picker or an overflow menu.

        Options go by their text or value; checkboxes and multi-selects then have exactly these chosen. What
        it is chosen in may be told by action_id, or by `name`: its placeholder, label or the text beside it.

        Raises:
            NotVisible: there is nothing such on this person's screen, or it has no such option.
        """
        called = name if name or action_id or not options else options[0]
        surface, control = find(self._surfaces(message), called, action_id, None, CHOOSING)
        value = chosen(control, options)
        return await self._enter(surface, control, value, confirm)

    async def fill_in(self, name: str, value: str, *, message: Message | None = None) -> Outcome:
        """Type into a field, told by its label, placeholder, block_id or action_id.

        Raises:
            NotVisible: there is no such field on this person's screen.
        """
        surface, control = find(self._surfaces(message), name, None, None, TYPING)
        return await self._enter(surface, control, value, confirm=True)

    async def submit(self) -> Outcome:
        """Press the modal's submit button; fields that are left empty stop it, as Slack's client does.

        Raises:
            NotVisible: no modal is open, or it has no submit button.
        """
        view = self._double.views.on_top(self.id)
        if view is None or not view.content["submit"]:
            raise NotVisible("there is nothing to submit")
        if errors := missing_fields(view):
            return Outcome(False, errors=errors)
        return await self._double.acts.submit(self.user, view)

    async def close(self, *, everything: bool = False) -> Outcome:
        """Press the modal's close button, or with `everything` its X, which closes all views at once.

        Raises:
            NotVisible: no modal is open.
        """
        if self._double.views.on_top(self.id) is None:
            raise NotVisible("no modal is open")
        return await self._double.acts.close(self.user, everything=everything)

    async def open_home(self) -> None:
        """Open the app's Home tab, of which the app is told.

        Raises:
            NotVisible: the app has none.
        """
        if not self._double.app.home_tab:
            raise NotVisible("the app has no Home tab")
        self.at_home = True
        await self._open_tab("home")

    async def open_messages(self) -> None:
        """Open the app's Messages tab, of which the app is told as well."""
        self.at_home = False
        await self._open_tab("messages")

    async def _open_tab(self, tab: str) -> None:
        double = self._double
        event: Json = {"type": "app_home_opened", "user": self.id, "tab": tab}
        event |= {"channel": double.workspace.im(self.id).id, "event_ts": double.workspace.new_ts()}
        if tab == "home" and self.id in double.views.homes:
            event["view"] = double.views.shown(double.views.homes[self.id])
        await double.acts.event(event)

    def sign_in(self, url: str, *, allow: bool = True) -> str:
        """Open a Sign in with Slack address in this person's browser and return where it leads back to.

        Raises:
            NotVisible: Slack's page shows an error instead of asking.
        """
        self._signed_in()
        query = dict(parse_qsl(urlsplit(url).query))
        asked = {key: query.get(key, "") for key in ASKED}
        if wrong := self._double.openid.wrong(asked):
            raise NotVisible(wrong)
        return self._double.openid.back_to_app(asked, self.id, allow=allow)

    def reload(self) -> None:
        """Reload the client, after which ephemeral messages are gone."""
        workspace = self._double.workspace
        for message in [m for m in workspace.messages if m.ephemeral_to == self.id]:
            workspace.remove(message)

    # --- how acts are sent

    def _signed_in(self) -> None:
        if self.user.deleted:
            raise NotVisible(f"{self.id} is deactivated and signed out")

    def _surfaces(self, message: Message | None) -> Iterator[Surface]:
        """Yield what can be operated: the modal alone, else the Home tab, else messages, newest first."""
        self._signed_in()
        double = self._double
        if modal := double.views.on_top(self.id):
            if message is not None:
                raise NotVisible("a modal covers the messages")
            yield modal
            return
        if self.at_home and message is None and self.id in double.views.homes:
            yield double.views.homes[self.id]
        for shown in reversed(list(double.workspace.visible(self.id))):
            if message is None or (shown.channel, shown.ts) == (message.channel, message.ts):
                yield shown

    async def _press(self, user: User, surface: Surface, control: Control, confirm: bool) -> Outcome:
        asked = control.element.get("confirm")
        if asked and not confirm:
            return Outcome(False, confirm=asked)
        state = self._state(surface)
        outcome = await self._send(user, surface, pressed(self._double, control), state)
        return shown_with(outcome, url=control.element.get("url"), confirm=asked)

    async def _enter(self, surface: Surface, control: Control, value: Any, confirm: bool) -> Outcome:
        asked = control.element.get("confirm")
        if asked and not confirm:
            return Outcome(False, confirm=asked)
        key = CHOSEN[control.kind]
        if control.kind in TYPING:
            value = typed_in(control, value)
        entered = {"type": control.kind, key: value}
        if control.kind != "overflow":
            state = self._state(surface)
            state[control.block["block_id"]][control.element["action_id"]] = entered
        if control.block["type"] == "input" and not control.block["dispatch_action"]:
            return Outcome()  # stays in the client until the form is submitted
        return shown_with(
            await self._send(self.user, surface, act(self._double, control, entered), self._state(surface)),
            confirm=asked,
        )

    def _state(self, surface: Surface) -> dict[str, dict[str, Json]]:
        if isinstance(surface, View):
            return surface.state
        return self._double.workspace.state_of(surface, self.id)

    async def _send(self, user: User, surface: Surface, action: Json, state: Json) -> Outcome:
        if isinstance(surface, View):
            return await self._double.acts.in_view(user, surface, action)
        return await self._double.acts.in_message(user, surface, action, state)
