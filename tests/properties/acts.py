"""What alice does in her two calendars by hand, as values that either side can take."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from sync.model import Event, Privacy, Reminder, Side, Span
from sync.odoo.codec import format_datetime
from tests.world import World

NAME = "alice"
SECRET = "zqmark"
"""Part of every text of hers, so that it is known wherever it turns up."""
BRUSSELS = ZoneInfo("Europe/Brussels")
TODAY = datetime.now(UTC).date()

A_SPAN = Span(TODAY + timedelta(days=5), TODAY + timedelta(days=6))

Values = dict[str, Any]

_PIECES = (
    "", " ", "Lunch", "a & b", "a &amp; b", "<b>bold</b>", "<p>one</p><p>two</p>", "one<br>two", "one\ntwo",
    "جلسهٔ هفتگی", "ישיבה", "\u200f", "👩‍👩‍👧", "🏳️‍🌈", "e\u0301", "<", "&nbsp;", '"', "<ul><li>x</li></ul>",
    '<a href="https://example.com/?a=1&b=2">link</a>', "<script>alert(1)</script>", "<!-- -->",
)  # fmt: skip
_pieces = st.one_of(st.sampled_from(_PIECES), st.text(st.characters(exclude_categories=["C"]), max_size=5))
texts = st.lists(_pieces, max_size=3).map("".join)
lines = texts.map(lambda text: " ".join(text.split()))
long_texts = st.one_of(texts, texts, texts.map(lambda text: f"{text or 'word'} " * 3000))
"""Longer than what Google is given; made in Odoo alone."""


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Return some hours, or some whole days, in the weeks to come."""
    day = TODAY + timedelta(days=draw(st.integers(1, 20)))
    if draw(st.booleans()):
        return Span(day, day + timedelta(days=draw(st.integers(1, 3))))
    start = datetime.combine(day, time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15]))), UTC)
    return Span(start, start + timedelta(minutes=draw(st.sampled_from([60, 30, 0, 60 * 30]))))


reminders = st.frozensets(
    st.sampled_from(
        [Reminder("popup", 15), Reminder("popup", 60), Reminder("popup", 1440), Reminder("email", 180)]
    ),
    max_size=3,
)
odd_reminders = st.frozensets(
    st.sampled_from([Reminder("popup", 7), Reminder("popup", 15), Reminder("email", 45)]), max_size=2
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": lines,
    "span": spans(),
    "description": texts,
    "location": lines,
    "busy": st.booleans(),
    "privacy": st.sampled_from([one for one in Privacy if one is not Privacy.PRIVATE]),
    "reminders": reminders,
}
_MUST = ("title", "span")


def fields(side: Side) -> dict[str, st.SearchStrategy[Any]]:
    """Return what may be put into the fields of a side."""
    if side is Side.GOOGLE:
        return FIELDS | {"reminders": st.one_of(reminders, odd_reminders)}
    return FIELDS | {"description": long_texts}


def whole(side: Side) -> st.SearchStrategy[Values]:
    """Return the values of a new event."""
    of_side = fields(side)
    return st.fixed_dictionaries(
        {name: of_side[name] for name in _MUST},
        optional={name: values for name, values in of_side.items() if name not in _MUST},
    )


def one_field(side: Side) -> st.SearchStrategy[Values]:
    """Return a new value of one field."""
    of_side = fields(side)
    return st.sampled_from(sorted(of_side)).flatmap(lambda name: st.fixed_dictionaries({name: of_side[name]}))


def marked(marker: str, values: Values) -> Values:
    """Put the marker into all texts; only the title's is looked for, the others betray clear text."""
    plain = {"title", "description", "location"}
    return {name: f"{marker} {value}".strip() if name in plain else value for name, value in values.items()}


def make(world: World, side: Side, values: Values) -> None:
    """Make an event."""
    if side is Side.GOOGLE:
        world.in_google(NAME).create(**_for_google(values))
    else:
        world.odoo.as_user(NAME).create("calendar.event", _for_odoo(world, values))


def change(world: World, side: Side, key: Any, values: Values) -> None:
    """Change fields of an event."""
    if side is Side.GOOGLE:
        world.in_google(NAME).patch(key, **_for_google(values))
    else:
        world.odoo.as_user(NAME).write("calendar.event", key, _for_odoo(world, values))


def delete(world: World, side: Side, key: Any, *, archive: bool) -> None:
    """Delete an event; in Odoo perhaps archive it only."""
    if side is Side.GOOGLE:
        world.in_google(NAME).delete(key)
    elif archive:
        world.odoo.as_user(NAME).write("calendar.event", key, {"active": False})
    else:
        world.odoo.as_user(NAME).unlink("calendar.event", key)


def deleted(world: World, side: Side) -> dict[Any, str]:
    """Return the ids and titles of what lies in the bin of a side."""
    if side is Side.GOOGLE:
        items = world.in_google(NAME).events(deleted=True)
        return {one["id"]: one.get("summary", "") for one in items if one["status"] == "cancelled"}
    rows = world.odoo.events(NAME, "name", "active", archived=True)
    return {row["id"]: row["name"] or "" for row in rows if not row["active"]}


def undelete(world: World, side: Side, key: Any) -> None:
    """Take an event out of the bin."""
    if side is Side.GOOGLE:
        world.in_google(NAME).patch(key, status="confirmed")
    else:
        world.odoo.as_user(NAME).write("calendar.event", key, {"active": True})


def _for_google(values: Values) -> Values:
    body: Values = {}
    for name, value in values.items():
        match name:
            case "title":
                body["summary"] = value
            case "span":
                local = value.all_day or value.start.astimezone(BRUSSELS)
                body["start"] = value.start if value.all_day else local
                body["end"] = value.end if value.all_day else value.end.astimezone(BRUSSELS)
            case "busy":
                body["transparency"] = "opaque" if value else "transparent"
            case "privacy":
                body["visibility"] = value.value
            case "reminders":
                overrides = [{"method": one.method, "minutes": one.minutes} for one in sorted(value)]
                body["reminders"] = {"useDefault": False, "overrides": overrides}
            case _:
                body[name] = value
    return body


def _for_odoo(world: World, values: Values) -> Values:
    row: Values = {}
    for name, value in values.items():
        match name:
            case "title":
                row["name"] = value
            case "span" if value.all_day:
                last = value.end - timedelta(days=1)
                row |= {"allday": True, "start_date": str(value.start), "stop_date": str(last)}
            case "span":
                row |= {"allday": False, "start": format_datetime(value.start)}
                row["stop"] = format_datetime(value.end)
            case "busy":
                row["show_as"] = "busy" if value else "free"
            case "privacy":
                plain = "public" if world.odoo.version < 18 else False
                row["privacy"] = plain if value is Privacy.DEFAULT else value.value
            case "reminders":
                row["alarm_ids"] = [[6, 0, [_alarm(world, one) for one in sorted(value)]]]
            case _:
                row[name] = value
    return row


def _alarm(world: World, wanted: Reminder) -> int:
    method = "notification" if wanted.method == "popup" else wanted.method
    domain: list[Any] = [("alarm_type", "=", method), ("duration_minutes", "=", wanted.minutes)]
    found: list[int] = world.odoo.as_user(NAME).search("calendar.alarm", domain)
    return found[0]


def held(world: World) -> dict[Side, dict[Any, tuple[Event, Event]]]:
    """Return what both sides hold by id: each event as it is, and as the other side can show it.

    The latter without white space in the description, since Odoo wraps lists and tables in paragraphs.
    """
    google, odoo = world.comparable(NAME)
    raw: dict[Side, dict[Any, Event]] = {
        Side.GOOGLE: dict(world.google_by_id(NAME)),
        Side.ODOO: dict(world.odoo_by_id(NAME)),
    }
    shown: dict[Side, dict[Any, Event]] = {Side.GOOGLE: dict(google), Side.ODOO: dict(odoo)}
    return {
        side: {key: (event, _unspaced(shown[side][key])) for key, event in events.items()}
        for side, events in raw.items()
    }


def _unspaced(event: Event) -> Event:
    return dataclasses.replace(event, description="".join(event.description.split()))
