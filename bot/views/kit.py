"""The few Block Kit parts that our messages are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

Block = dict[str, Any]
SECTION_LIMIT = 3000
MESSAGE_LIMIT = 3900


@dataclasses.dataclass(frozen=True)
class Message:
    """A message: `text` carries the whole point (screen readers read it and skip the blocks)."""

    text: str
    blocks: list[Block]

    @property
    def arguments(self) -> dict[str, Any]:
        """Return it as arguments of `respond` and `chat.postMessage`."""
        return {"text": self.text, "blocks": self.blocks, "unfurl_links": False}


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


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return the dialog that asks before a destructive button acts."""
    plain = {"title": title[:100], "text": text[:300], "confirm": yes[:30], "deny": no[:30]}
    parts: Block = {key: {"type": "plain_text", "text": value} for key, value in plain.items()}
    return parts | {"style": "danger"}
