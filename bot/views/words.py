"""What was done to an event, why, and which values were overruled, in the reader's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.texts import Mrkdwn, Texts, escape
from bot.views.changes import trouble
from sync.model import Guest, Privacy, Reminder, Response, Side, Span, Start
from sync.text import visible_text

TITLE, VALUE = 300, 150
"""How many characters of a title and of an overruled value are shown, counted as Slack counts them."""

Writes = Mapping[Side, Collection[str]]
"""What is written where: a side, and the fields there (none: the whole event)."""


def when(start: Start, t: Texts) -> Mrkdwn:
    """Return when an event takes place, in the reader's zone; a date is the same in all of them."""
    if isinstance(start, datetime):
        return t.moment(start)
    return t.day(start)


def event_named(title: str, start: Start | None, t: Texts) -> Mrkdwn:
    """Name an event by its title and its start, if that is known."""
    name = t.embed(shortened(title, TITLE)) if title.strip() else t("status.untitled")
    return t("event.dated", title=name, when=when(start, t)) if start else name


def done(act: str, writes: Writes, t: Texts) -> Mrkdwn:
    """Say what is done: "changed in Google (title, time)"; `act` is a key, as `sync.store.history` has it."""
    if not writes:
        return t(f"act.{act}")
    return t.listed(_done_on(act, side, fields, t) for side, fields in writes.items())


def _done_on(act: str, side: Side, fields: Collection[str], t: Texts) -> Mrkdwn:
    what = t(f"act.{act}", side=t(f"side.{side}"))
    if not fields or act != "update":
        return what
    return t("act.fields", act=what, fields=t.listed(t(f"field.{name}") for name in sorted(fields)))


def because(reason: str, t: Texts) -> Mrkdwn:
    """Say why something is done, or why an event is set aside."""
    for key in (f"why.{reason}", f"reason.{reason}"):
        if t.has(key):
            return t(key)
    return trouble(reason, t)


def value_in_words(name: str, value: Any, t: Texts) -> str:
    """Return a field's value as a person would write it; text of calendars in it is not escaped yet."""
    match value:
        case Span():
            return _span(value, t)
        case Response() | Privacy():
            return t(f"value.{value.name.lower()}")
        case bool():
            return t("value.busy" if value else "value.free")
        case frozenset() if value:
            return shortened(", ".join(_element(one, t) for one in sorted(value)), VALUE)
        case str() if value.strip():
            return shortened(visible_text(value) if name == "description" else value, VALUE)
    return t("value.other" if value else "value.none")


def _span(span: Span, t: Texts) -> Mrkdwn:
    last = span.end if isinstance(span.end, datetime) else span.end - timedelta(days=1)
    if span.all_day and last == span.start:
        return when(span.start, t)
    return t("value.span", start=when(span.start, t), end=when(last, t))


def _element(one: Guest | Reminder, t: Texts) -> str:
    return one.email if isinstance(one, Guest) else t.plural("value.reminder", one.minutes)


def shortened(text: str, limit: int) -> str:
    """Return a text on one line that is at most `limit` characters long once it is escaped."""
    text = " ".join(text.split())
    if len(escape(text)) <= limit:
        return text
    kept = text[: limit - 1]
    while len(escape(kept)) >= limit:
        kept = kept[:-1]
    return kept.rstrip() + "…"
