"""What Slack's client does with fields before the app hears of them: options, lengths and empty ones."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from tests.doubles.slack.acts import Outcome
from tests.doubles.slack.elements import offered
from tests.doubles.slack.filling import CHOSEN, Control, controls
from tests.doubles.slack.model import View
from tests.doubles.slack.schema import Json
from tests.doubles.slack.screen import NotVisible

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

EMPTY = "Please complete this required field."


def chosen(control: Control, options: tuple[str, ...]) -> Any:
    """Return what the state holds after these options were chosen.

    Raises:
        NotVisible: the control does not offer one of them.
    """
    many = CHOSEN[control.kind].endswith("s")
    if not many and len(options) != 1:
        raise NotVisible(f"a {control.kind} takes one choice, not {len(options)}")
    values: list[Any] = []
    for wanted in options:
        option = control.option(wanted)
        if option is None and offered(control.element):
            there = [o["text"]["text"] for o in offered(control.element)]
            raise NotVisible(f"{wanted!r} is not among {there}")
        values.append(option or wanted)
    return values if many else values[0]


def typed_in(control: Control, value: str) -> str | None:
    """Return what a field holds after typing; no client lets more than `max_length` in."""
    return value[: control.element.get("max_length", 3000)] or None


def missing_fields(view: View) -> dict[str, str]:
    """Return what Slack's client complains of before it submits a modal, by block_id."""
    errors: dict[str, str] = {}
    for control in controls(view.blocks):
        if control.block["type"] != "input":
            continue
        value = view.state[control.block["block_id"]][control.element["action_id"]][CHOSEN[control.kind]]
        if value in (None, [], ""):
            if not control.block["optional"]:
                errors[control.block["block_id"]] = EMPTY
        elif complaint := _wrong(control, str(value)):
            errors[control.block["block_id"]] = complaint
    return errors


def _wrong(control: Control, value: str) -> str:
    element = control.element
    match control.kind:
        case "plain_text_input" if len(value) < element.get("min_length", 0):
            return f"Please use at least {element['min_length']} characters."
        case "email_text_input" if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
            return "Please enter a valid email address."
        case "url_text_input" if not re.fullmatch(r"https?://\S+", value):
            return "Please enter a valid URL."
        case "number_input" if not _number(element, value):
            return "Please enter a valid number."
    return ""


def _number(element: Json, value: str) -> bool:
    form = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, value):
        return False
    low, high = element.get("min_value", value), element.get("max_value", value)
    return float(low) <= float(value) <= float(high)


def act(double: SlackDouble, control: Control, entered: Json) -> Json:
    """Return the entry of `actions` for something that was chosen or typed."""
    element = control.element
    shown = {"type": control.kind, "action_id": element["action_id"], "block_id": control.block["block_id"]}
    more: Json = {key: element[key] for key in ("placeholder", "initial_option", "confirm") if key in element}
    return {**shown, **entered, **more, "action_ts": double.workspace.new_ts()}


def pressed(double: SlackDouble, control: Control) -> Json:
    """Return the entry of `actions` for a button."""
    element = control.element
    more: Json = {key: element[key] for key in ("text", "value", "url", "style", "confirm") if key in element}
    shown = {"type": "button", "action_id": element["action_id"], "block_id": control.block["block_id"]}
    return {**shown, **more, "action_ts": double.workspace.new_ts()}


def shown_with(outcome: Outcome, url: str | None = None, confirm: Json | None = None) -> Outcome:
    """Return an outcome with what the client itself showed."""
    return dataclasses.replace(outcome, url=url, confirm=confirm)
