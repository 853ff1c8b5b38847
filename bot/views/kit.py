"""The few Block Kit parts that our messages are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Block = dict[str, Any]
SECTION_LIMIT = 3000
MESSAGE_LIMIT = 3900
HOME_LIMIT = 100


@dataclasses.dataclass(frozen=True)
class Message:
    """A message: `text` carries the whole point (screen readers read it and skip the blocks)."""

    text: str
    blocks: list[Block]

    @property
    def arguments(self) -> dict[str, Any]:
        """Return it as arguments of `respond` and `chat.postMessage`."""
        return {"text": self.text, "blocks": self.blocks, "unfurl_links": False}


@dataclasses.dataclass(frozen=True)
class Home:
    """The Home tab of one person. Slack takes no text for it: its blocks are all there is to read."""

    blocks: list[Block]

    @property
    def view(self) -> Block:
        """Return it as `views.publish` wants it."""
        return {"type": "home", "blocks": self.blocks[:HOME_LIMIT]}


def message(*blocks: Block, text: Sequence[str]) -> Message:
    """Put a message together; `text` are its points, which become the text of screen readers."""
    return Message(_fill(text, MESSAGE_LIMIT)[0], list(blocks))


def paragraphs(lines: Sequence[str]) -> list[Block]:
    """Return lines of Slack markup as few paragraphs as hold them; a line is never cut."""
    return [section(text) for text in _fill(lines, SECTION_LIMIT)]


def _fill(lines: Sequence[str], limit: int) -> list[str]:
    filled = [""]
    for line in lines:
        longer = f"{filled[-1]}\n{line}" if filled[-1] else line
        if len(longer) <= limit:
            filled[-1] = longer
        else:
            filled.append(line)
    return filled


def section(text: str) -> Block:
    """Return a paragraph of Slack markup."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def fields(*texts: str) -> Block:
    """Return short texts in two columns."""
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in texts]}


def context(text: str) -> Block:
    """Return a line of small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def actions(*buttons: Block) -> Block:
    """Return a row of buttons."""
    return {"type": "actions", "elements": list(buttons)}


def button(
    action: str,
    label: str,
    *,
    value: str = "",
    url: str = "",
    style: str = "",
    confirm: Block | None = None,
) -> Block:
    """Return a button; `action` is its action_id, `value` comes with it, `style` "primary" or "danger"."""
    result: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label},
    }
    if value:
        result["value"] = value
    if url:
        result["url"] = url
    if style:
        result["style"] = style
    if confirm:
        result["confirm"] = confirm
    return result


def select(action: str, options: Mapping[str, str], chosen: str) -> Block:
    """Return a menu of values with what each is called; `chosen` is the value that holds now."""
    offered = [_option(value, label) for value, label in options.items()]
    initial = next(one for one in offered if one["value"] == chosen)
    return {"type": "static_select", "action_id": action, "options": offered, "initial_option": initial}


def checkboxes(action: str, options: Mapping[str, str], chosen: Collection[str]) -> Block:
    """Return boxes to tick, for values with what each is called."""
    offered = [_option(value, label) for value, label in options.items()]
    result: Block = {"type": "checkboxes", "action_id": action, "options": offered}
    if ticked := [one for one in offered if one["value"] in chosen]:
        result["initial_options"] = ticked
    return result


def _option(value: str, label: str) -> Block:
    return {"text": {"type": "plain_text", "text": label[:75]}, "value": value}


def beside(text: str, element: Block) -> Block:
    """Return a paragraph of Slack markup with something to operate beside it."""
    return {**section(text), "accessory": element}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return the dialog that asks before a destructive button acts."""
    plain = {"title": title[:100], "text": text[:300], "confirm": yes[:30], "deny": no[:30]}
    parts: Block = {key: {"type": "plain_text", "text": value} for key, value in plain.items()}
    return parts | {"style": "danger"}
