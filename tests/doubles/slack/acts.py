"""What Slack's servers do when a person acts: tell the app, wait for its ack, and show what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.doubles.slack import payloads
from tests.doubles.slack.api_chat import content
from tests.doubles.slack.delivery import NONSENSE, Ack
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.model import Message, User, View
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

UNKNOWN_COMMAND = "not_a_valid_command"
TROUBLE = "trouble_connecting"


@dataclass(frozen=True)
class Outcome:
    """What a person is shown at once after an act.

    `error` is Slack's own word: `operation_timeout` when the app did not ack in time, `dispatch_failed` when
    it could not be reached or answered with an error, `invalid_command_response` when its answer was wrong.
    """

    acked: bool = True
    error: str = ""
    seconds: float = 0.0
    message: Message | None = None
    url: str | None = None
    confirm: Json | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Return the text of the app's direct answer."""
        return self.message.text if self.message else ""

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks of the app's direct answer."""
        return self.message.blocks if self.message else []


class Acts:
    """Carries out acts without asking whether the person could see what they act on."""

    def __init__(self, double: SlackDouble) -> None:
        self._double = double

    async def command(self, user: User, channel: str, command: str, text: str) -> Outcome:
        """Send a slash command."""
        workspace = self._double.workspace
        at_home = user.team_id == workspace.team_id  # strangers from Slack Connect have no commands here
        if not (at_home and workspace.app.installed and command in workspace.app.commands):
            return Outcome(False, UNKNOWN_COMMAND)
        payload = payloads.slash_command(self._double, user, channel, command, text)
        ack = await self._double.delivery.send("slash_commands", payload, accepts_response=True)
        if ack.body is None or ack.error:
            return _outcome(ack)
        try:
            return _outcome(ack, message=self._answer(payload, ack.body))
        except SlackError:
            return _outcome(ack, error=NONSENSE)

    def _answer(self, payload: Json, body: Json) -> Message | None:
        workspace = self._double.workspace
        if not any(body.get(key) for key in ("text", "blocks", "attachments")):
            return None
        if body.get("response_type") == "in_channel":  # everybody then also sees what was typed
            content(body.get("text") or "", body.get("blocks"), body.get("attachments"))
            typed = f"{payload['command']} {payload['text']}".strip()
            workspace.post(payload["channel_id"], payload["user_id"], typed)
        given = self._double.responses.given(payload["response_url"].removeprefix(self._double.url))
        assert given is not None
        answer = {key: body.get(key) for key in ("text", "blocks", "attachments", "response_type")}
        message = self._double.responses.answer(given, answer)
        return message.photograph() if message else None

    async def in_message(self, user: User, message: Message, action: Json, state: Json) -> Outcome:
        """Send an act in a message."""
        payload = payloads.block_action_in_message(self._double, user, message, action, state)
        return _outcome(await self._double.delivery.send("interactive", payload))

    async def in_view(self, user: User, view: View, action: Json) -> Outcome:
        """Send an act in a modal or in the Home tab."""
        payload = payloads.block_action_in_view(self._double, user, view, action)
        return _outcome(await self._double.delivery.send("interactive", payload))

    async def submit(self, user: User, view: View) -> Outcome:
        """Submit a modal and do what the app answers: close it, or errors, update, push or clear."""
        payload = payloads.view_submission(self._double, user, view)
        ack = await self._double.delivery.send("interactive", payload, accepts_response=True)
        if not ack.acked or ack.error:
            return _outcome(ack, error=TROUBLE if ack.error != "operation_timeout" else ack.error)
        try:
            return _outcome(ack, errors=self._respond(user, view, ack.body or {}))
        except SlackError:
            return _outcome(ack, error=TROUBLE)

    def _respond(self, user: User, view: View, body: Json) -> dict[str, str]:
        views = self._double.views
        action = body.get("response_action")
        if action is None:
            if views.on_top(user.id) is view:  # the app may have opened another meanwhile
                views.close(user.id)
        elif action == "errors":
            return _field_errors(view, body.get("errors"))
        elif action == "update":
            views.update(view, body.get("view"))
        elif action == "push":
            views.push(user.id, body.get("view"))
        elif action == "clear":
            views.close(user.id, everything=True)
        else:
            raise SlackError("invalid_response_action")
        return {}

    async def close(self, user: User, *, everything: bool = False) -> Outcome:
        """Close the modal (or all of it) and tell the app, where a view asked for that."""
        for view in self._double.views.close(user.id, everything=everything):
            if view.content["notify_on_close"]:
                payload = payloads.view_closed(self._double, user, view, cleared=everything)
                await self._double.delivery.send("interactive", payload)
        return Outcome()

    async def event(self, event: Json) -> Ack | None:
        """Tell the app of an event, if it subscribed to it and Slack still may."""
        if event["type"] not in self._double.workspace.app.events:
            return None
        return await self._double.delivery.send("events_api", payloads.event_callback(self._double, event))


def _field_errors(view: View, errors: Any) -> dict[str, str]:
    """Return the app's complaints by block_id; Slack refuses those about blocks that are no inputs."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise SlackError("invalid_errors")
    return {str(key): str(value) for key, value in errors.items()}


def _outcome(
    ack: Ack, error: str = "", message: Message | None = None, errors: dict[str, str] | None = None
) -> Outcome:
    return Outcome(ack.acked, error or ack.error, ack.seconds, message, errors=errors or {})
