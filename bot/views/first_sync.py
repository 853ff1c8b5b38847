"""The question before the first sync, and what becomes of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.changes import phrase
from bot.views.kit import Block, Message, actions, button, context, message, section


@dataclasses.dataclass(frozen=True)
class Connection:
    """Which two accounts belong together: the Google address and the login in Odoo."""

    email: str
    login: str


TO_ODOO, TO_GOOGLE, MATCHED = "new_in_google", "new_in_odoo", "same_event"
"""The reasons of what a first sync mostly does."""


def looking_message(t: Texts, of: Connection) -> Message:
    """Say that the connection stands, while both calendars are looked at."""
    lead, wait = _connected(t, of), t("first.looking")
    return message(section(f"{lead}\n{wait}"), text=[lead, wait])


def preview_message(
    t: Texts, of: Connection, counts: Mapping[str, int], id_hash: str, ends_at: datetime | None
) -> Message:
    """Ask whether to sync for the first time; `counts` are those of its plan, `id_hash` names the question.

    `ends_at` (aware UTC) is when Google will end the grant, if it said so.
    """
    left = Counter(counts)
    lead = _connected(t, of)
    lines = [t("first.would")]
    lines += [
        t.plural(key, left.pop(reason))
        for reason, key in (
            (TO_ODOO, "first.to_odoo"),
            (TO_GOOGLE, "first.to_google"),
            (MATCHED, "first.matched"),
        )
        if left[reason]
    ]
    if others := phrase(left, t):
        lines.append(t("first.others", changes=others))
    if len(lines) == 1:
        lines = [t("first.nothing")]
    until = [t("first.unwritten")]
    if ends_at:
        until.append(t("first.ends", moment=t.moment(ends_at)))
    small: list[Block] = [context(one) for one in until]
    row = actions(_start(t, id_hash), _cancel(t, id_hash))
    return message(section("\n".join([lead, *lines])), row, *small, text=[lead, *lines, *until])


def no_preview_message(t: Texts, of: Connection, trouble: Mrkdwn, id_hash: str) -> Message:
    """Say why the calendars could not be looked at, with the ways on."""
    lead, why = _connected(t, of), t("first.no_preview", trouble=trouble)
    row = actions(look_button(t), _cancel(t, id_hash))
    return message(section(f"{lead}\n{why}"), row, text=[lead, why])


def waiting_message(t: Texts) -> Message:
    """Say that the first sync waits for a word, to somebody who asks for what comes after it."""
    return message(section(t("status.preview")), actions(look_button(t)), text=[t("status.preview")])


def started_message(t: Texts) -> Message:
    """Say that the first sync is under way."""
    return message(section(t("first.started")), text=[t("first.started")])


def cancelled_message(t: Texts) -> Message:
    """Say that nothing is connected and nothing was changed."""
    again = button(ActionId.CONNECT, t.plain("button.connect"))
    return message(section(t("first.cancelled")), actions(again), text=[t("first.cancelled")])


def unanswered_message(t: Texts) -> Message:
    """Say that the question waited in vain."""
    again = button(ActionId.CONNECT, t.plain("button.connect"))
    return message(section(t("first.unanswered")), actions(again), text=[t("first.unanswered")])


def look_button(t: Texts) -> Block:
    """Return the button that shows what the first sync would do."""
    return button(ActionId.LOOK, t.plain("button.look"), style="primary")


def _connected(t: Texts, of: Connection) -> Mrkdwn:
    return t("first.connected", email=of.email, login=of.login)


def _start(t: Texts, id_hash: str) -> Block:
    return button(ActionId.START, t.plain("button.start"), value=id_hash, style="primary")


def _cancel(t: Texts, id_hash: str) -> Block:
    return button(ActionId.CANCEL, t.plain("button.cancel_connect"), value=id_hash)
