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


def confirm(**words: str) -> Json:
    """Return a confirm dialog, its words changed by `words`."""
    texts = {"title": "Sure?", "text": "Really?", "confirm": "Yes", "deny": "No"} | words
    return {key: plain(text) for key, text in texts.items()}


def radio(count: int, **more: Any) -> Json:
    """Return radio buttons with that many options."""
    return {"type": "radio_buttons", "action_id": "r", "options": options(*map(str, range(count))), **more}


def choice(kind: str, count: int, **more: Any) -> Json:
    """Return an element of a kind that has options, with that many of them."""
    return radio(count, **more) | {"type": kind}


def option(text: str = "t", value: str = "v", **more: Any) -> Json:
    """Return an option."""
    return {"text": plain(text), "value": value, **more}


def menu(*given: Json, **more: Any) -> Json:
    """Return a static select."""
    return {"type": "static_select", "action_id": "s", "options": list(given), **more}


def image(**more: Any) -> Json:
    """Return an image, as a block or an element."""
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", **more}


def mrkdwn(length: int) -> Json:
    """Return a mrkdwn text of that length."""
    return {"type": "mrkdwn", "text": "x" * length}
