"""What Slack adds to accepted blocks, and the parts of blocks that a person can read or operate."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.doubles.plain import plain_copy
from tests.doubles.slack.blocks import elements_of
from tests.doubles.slack.elements import STATEFUL, TYPING, offered
from tests.doubles.slack.schema import MRKDWN, PLAIN, Json

SHOWN = ("text", "label", "hint", "title", "description", "placeholder", "alt_text", "fallback", "name")


def fill_in(blocks: list[Json]) -> list[Json]:
    """Return the blocks as Slack stores them: with ids and defaults where the app gave none."""
    filled = plain_copy(blocks)
    for block in filled:
        if not block.get("block_id"):
            block["block_id"] = secrets.token_urlsafe(4)[:5]
        if block["type"] == "input":
            block.setdefault("optional", False)
            block.setdefault("dispatch_action", False)
        for _, element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
            if element["type"] in TYPING:
                element.setdefault("dispatch_action_config", {"trigger_actions_on": ["on_enter_pressed"]})
        _default_flags(block)
    return filled


def _default_flags(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _default_flags(item)
    elif isinstance(value, dict):
        if value.get("type") == PLAIN:
            value.setdefault("emoji", True)
        elif value.get("type") == MRKDWN:
            value.setdefault("verbatim", False)
        for item in value.values():
            _default_flags(item)


def words(value: Any, show: Callable[[str], str] = str) -> Iterator[str]:
    """Yield every text in blocks that a person can read, mrkdwn as `show` has it."""
    if isinstance(value, list):
        for item in value:
            yield from words(item, show)
    elif isinstance(value, dict):
        if written := _as_mrkdwn(value):
            yield show(written)
            return
        for key, item in value.items():
            if isinstance(item, str):
                if key in SHOWN:
                    yield show(item) if value.get("type") == MRKDWN else item
            elif key != "confirm":
                yield from words(item, show)


def _as_mrkdwn(part: Json) -> str:
    """Return the parts of rich text that depend on the reader as mrkdwn has them, and nothing for others."""
    match part.get("type"):
        case "user" if "user_id" in part:
            return f"<@{part['user_id']}>"
        case "channel" if "channel_id" in part:
            return f"<#{part['channel_id']}>"
        case "broadcast":
            return f"<!{part['range']}>"
        case "date" if "timestamp" in part:
            return f"<!date^{part['timestamp']}^{part['format']}|{part.get('fallback', '')}>"
    return ""


@dataclass(frozen=True)
class Control:
    """Something to operate: an element and the block it stands in."""

    block: Json
    element: Json

    @property
    def kind(self) -> str:
        """Return the element's type."""
        return str(self.element["type"])

    @property
    def label(self) -> str:
        """Return what is written on it, and its action_id."""
        text = self.element.get("text") or self.element.get("placeholder") or {"text": self.kind}
        return f"{text['text']!r} ({self.element['action_id']})"

    @property
    def names(self) -> set[str]:
        """Return what a person may call it: its own text, its placeholder, the label or text beside it."""
        beside = self.block.get("label") or (self.block.get("text") if "accessory" in self.block else None)
        parts = [self.element.get("text"), self.element.get("placeholder"), beside]
        return {part["text"] for part in parts if isinstance(part, dict)} | {
            self.block["block_id"],
            self.element["action_id"],
        }

    def option(self, wanted: str) -> Json | None:
        """Return the option with this text or value, if there is one."""
        for option in offered(self.element):
            if wanted in (option["text"]["text"], option["value"]):
                return option
        return None


def controls(blocks: list[Json]) -> Iterator[Control]:
    """Yield everything that can be operated in stored blocks."""
    for block in blocks:
        for _, element in elements_of(block):
            if element["type"] != "image":
                yield Control(block, element)


# How the choice made in an element is called in `state.values` and `actions`, and how its default is.
CHOSEN = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    **dict.fromkeys(TYPING, "value"),
}


def initial_state(blocks: list[Json]) -> dict[str, dict[str, Json]]:
    """Return the `state.values` of blocks that nobody has touched yet."""
    state: dict[str, dict[str, Json]] = {}
    for control in controls(blocks):
        if control.kind in STATEFUL:
            key = CHOSEN[control.kind]
            default: Any = [] if key.endswith("s") else None
            initial = control.element.get(key.replace("selected", "initial"), default)
            initial = control.element.get("initial_value", initial)
            values = state.setdefault(control.block["block_id"], {})
            values[control.element["action_id"]] = {"type": control.kind, key: initial}
    return state


def carried_over(old: dict[str, dict[str, Json]], blocks: list[Json]) -> dict[str, dict[str, Json]]:
    """Return the state after an update: what was entered stays where block_id, action_id and type do."""
    state = initial_state(blocks)
    for block_id, values in state.items():
        for action_id, value in values.items():
            kept = old.get(block_id, {}).get(action_id)
            if kept is not None and kept["type"] == value["type"]:
                values[action_id] = kept
    return state
