"""What every message of ours keeps to, beyond what Slack itself checks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.texts import Texts
from bot.views.kit import MESSAGE_LIMIT, Message
from sync.reset import Existing, Next
from tests.doubles.slack.blocks import ALL_TEXTS, check_blocks, elements_of, length_of_texts

T = Texts()
PINGS = re.compile(r"<!(?!date\^)|<@(?!U[A-Z0-9]+>)|<#|<https?:")
EMOJI = re.compile(r"[\u2600-\u27bf\U0001f000-\U0001faff]|:[a-z_+-]+:")


OF_ODOO = {T.plain(f"existing.{one}") for one in Existing} | {T.plain(f"next.{one}") for one in Next}
"""The words of Odoo's own wizard, which people who know it look for as they are."""


def buttons(message: Message) -> list[dict[str, Any]]:
    """Return the buttons of a message."""
    return [element for block in message.blocks for _, element in elements_of(block)]


def complaints(message: Message, facts: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with a message; `facts` must be in its text."""
    found = [str(one) for one in check_blocks(message.blocks)]
    found += [f"{fact!r} is not in the text" for fact in facts if fact not in message.text]
    if not message.text.strip():
        found.append("the text is empty")
    if len(message.text) > MESSAGE_LIMIT or length_of_texts(message.blocks) > ALL_TEXTS:
        found.append("the message is too long")
    if PINGS.search(message.text) or PINGS.search(str(message.blocks)):
        found.append("it may ping somebody")
    found += _of_buttons(buttons(message))
    return found


def _of_buttons(pressable: list[dict[str, Any]]) -> list[str]:
    found = []
    if sum(one.get("style") == "primary" for one in pressable) > 1:
        found.append("more than one primary button")
    ids = [(one["action_id"], one.get("value")) for one in pressable]
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
