"""The last changes of one account: what was done where, why, when, and what was overruled by it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.help import status_button
from bot.views.kit import Block, Message, actions, beside, button, context, message, paragraphs, section
from bot.views.words import because, done, event_named, value_in_words, when
from sync.model import Side, Start

SHOWN = 10
VALUES = 3
"""How many overruled values of one change are shown."""


@dataclasses.dataclass(frozen=True)
class Overruled:
    """A value that lost, of one occurrence of a series if `start` names one."""

    name: str
    value: Any
    start: Start | None = None


@dataclasses.dataclass(frozen=True)
class Change:
    """One entry of the history, readable: `act` as the history names it, `at` aware UTC.

    `starts` is when the event takes place, None when that is not known. `restorable` says whether the
    overruled values can be given back. `event` is the same for changes of the same event.
    """

    id: int
    at: datetime
    side: Side
    act: str
    reason: str
    fields: Sequence[str]
    title: str
    starts: Start | None
    overruled: Sequence[Overruled] = ()
    restorable: bool = False
    event: str = ""


def history_message(t: Texts, changes: Sequence[Change], *, outcome: str = "") -> Message:
    """List changes event by event, newest first; `outcome` is what came of a restore just asked for."""
    lead = t("history.intro") if changes else t("history.none")
    blocks: list[Block] = [section(outcome)] if outcome else []
    blocks.append(section(lead))
    lines = [*([outcome] if outcome else []), lead]
    for group in _by_event(changes):
        name = event_named(group[0].title, group[0].starts, t)
        blocks.append(section(t("history.event", event=name)))
        lines.append(name)
        for change in group:
            line = change_line(t, change)
            restore = button(ActionId.RESTORE_VALUE, t.plain("button.restore"), value=str(change.id))
            blocks.append(beside(line, restore) if change.restorable else section(line))
            lines.append(line)
    return message(*blocks, actions(status_button(t)), context(t("history.kept")), text=lines)


def _by_event(changes: Sequence[Change]) -> list[list[Change]]:
    """Group changes of the same event; the group with the newest one comes first."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(change.event or str(change.id), []).append(change)
    return [*groups.values()]


def change_line(t: Texts, change: Change) -> Mrkdwn:
    """Tell of one change, and in a second line of what was overruled by it."""
    line = t(
        "history.line",
        at=t.moment(change.at),
        what=done(change.act, {change.side: change.fields}, t),
        why=because(change.reason, t),
    )
    if not change.overruled:
        return line
    return Mrkdwn(f"{line}\n{t('history.overruled', values=overruled_in_words(t, change.overruled))}")


def put_back_message(t: Texts, changes: Sequence[Change]) -> Message:
    """Explain that edits were undone, all for the same reason."""
    private = {one.reason for one in changes} == {"kept_private"}
    lead = t("kept_private.lead") if private else t("put_back.lead")
    lines = [_put_back_line(t, one) for one in changes[:SHOWN]]
    if len(changes) > SHOWN:
        lines.append(t.plural("status.more", len(changes) - SHOWN))
    return message(*paragraphs([lead, *lines]), text=[lead, *lines])


def _put_back_line(t: Texts, change: Change) -> Mrkdwn:
    event = event_named(change.title, change.starts, t)
    if not change.overruled:
        return t("put_back.event", event=event, side=t(f"side.{change.side}"))
    lost = overruled_in_words(t, change.overruled)
    return t("put_back.values", event=event, side=t(f"side.{change.side}"), values=lost)


def overruled_in_words(t: Texts, lost: Sequence[Overruled]) -> Mrkdwn:
    """Name overruled values with their fields; of many, the first."""
    told = [_value(t, one) for one in lost[:VALUES]]
    if len(lost) > VALUES:
        told.append(t.plural("status.more", len(lost) - VALUES))
    return Mrkdwn("; ".join(told))


def _value(t: Texts, lost: Overruled) -> Mrkdwn:
    field, value = t(f"field.{lost.name}"), value_in_words(lost.name, lost.value, t)
    if lost.start is None:
        return t("history.value", field=field, value=value)
    return t("history.value_on", field=field, value=value, when=when(lost.start, t))
