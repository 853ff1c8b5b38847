"""Short forms of blocks, for tests."""

from __future__ import annotations

from typing import Any

from tests.doubles.slack.schema import Json


def plain(text: str) -> Json:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    """Return a section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str, action_id: str, **more: Any) -> Json:
    """Return a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json, **more: Any) -> Json:
    """Return an actions block."""
    return {"type": "actions", "elements": list(elements), **more}


def options(*texts: str) -> list[Json]:
    """Return options whose values are their texts in lower case."""
    return [{"text": plain(text), "value": text.lower()} for text in texts]


def modal(*blocks: Json, **more: Any) -> Json:
    """Return a modal view."""
    words = {"title": plain("Settings"), "submit": plain("Save"), "close": plain("Cancel")}
    return {"type": "modal", "callback_id": "form", **words, "blocks": list(blocks), **more}


def entry(label: str, block_id: str, **more: Any) -> Json:
    """Return an input block with a text field."""
    element = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}
