"""What every message and Home tab of ours keeps to, beyond what Slack itself checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.texts import Texts
from bot.texts.bidi import FSI, LRI, PDI
from bot.views.kit import MESSAGE_LIMIT, Home, Message
from sync.reset import Existing, Next
from tests.doubles.slack.blocks import ALL_TEXTS, check_blocks, elements_of, length_of_texts
from tests.doubles.slack.filling import words
from tests.doubles.slack.view_rules import check_view, too_large

T = Texts()
PINGS = re.compile(r"<!(?!date\^)|<@(?!U[A-Z0-9]+>)|<#|<https?:")
EMOJI = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]|:[a-z_+-]+:")
TURNS = re.compile("[\u202a-\u202e\u2067]")


OF_ODOO = {T.plain(f"existing.{one}") for one in Existing} | {T.plain(f"next.{one}") for one in Next}
"""The words of Odoo's own wizard, which people who know it look for as they are."""


def elements(shown: Message | Home) -> list[dict[str, Any]]:
    """Return everything on it that can be operated."""
    return [element for block in shown.blocks for _, element in elements_of(block)]


def buttons(shown: Message | Home) -> list[dict[str, Any]]:
    """Return the buttons on it."""
    return [one for one in elements(shown) if one["type"] == "button"]


def complaints(shown: Message | Home, facts: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with something shown; `facts` must be read on it."""
    found = _of_message(shown) if isinstance(shown, Message) else _of_home(shown)
    read = shown.text if isinstance(shown, Message) else "\n".join(words(shown.blocks))
    found += [f"{fact!r} is not in the text" for fact in facts if fact not in read]
    if PINGS.search(read) or PINGS.search(str(shown.blocks)):
        found.append("it may ping somebody")
    found += [f"{line!r} is turned around" for line in _lines(shown, read) if not is_in_order(line)]
    for one in shown.blocks:
        if one["type"] == "header" and EMOJI.search(one["text"]["text"]):
            found.append("an emoji in a header")
    return found + _of_buttons(elements(shown))


def is_in_order(line: str) -> bool:
    """Say whether what a line sets apart ends in it, and nothing else in it turns text around."""
    depth = 0
    for one in line:
        depth += (one in (FSI, LRI)) - (one == PDI)
        if depth < 0:
            return False
    return depth == 0 and not TURNS.search(line)


def _lines(shown: Message | Home, read: str) -> Iterator[str]:
    yield from read.split("\n")
    for text in words(shown.blocks):
        yield from text.split("\n")


def _of_message(shown: Message) -> list[str]:
    found = [str(one) for one in check_blocks(shown.blocks)]
    if not shown.text.strip():
        found.append("the text is empty")
    if len(shown.text) > MESSAGE_LIMIT or length_of_texts(shown.blocks) > ALL_TEXTS:
        found.append("the message is too long")
    return found


def _of_home(shown: Home) -> list[str]:
    return check_view(shown.view, "home") + (["the view is too large"] if too_large(shown.view) else [])


def _of_buttons(operated: list[dict[str, Any]]) -> list[str]:
    found = []
    pressable = [one for one in operated if one["type"] == "button"]
    if sum(one.get("style") == "primary" for one in pressable) > 1:
        found.append("more than one primary button")
    ids = [(one["action_id"], one.get("value")) for one in operated]
    if len(ids) != len(set(ids)):
        found.append("an action id twice with the same value")
    for one in pressable:
        label = one["text"]["text"]
        if EMOJI.search(label) or one["text"]["type"] != "plain_text":
            found.append(f"{label!r} is not plain words")
        if label != label.title() and label not in OF_ODOO:
            found.append(f"{label!r} is not in title case")
        if (one.get("style") == "danger") != ("confirm" in one):
            found.append(f"{label!r} is destructive and does not ask, or the other way round")
    return found
