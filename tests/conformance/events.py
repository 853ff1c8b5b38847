"""What every side has to do with single events."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sync.model import FIELDS, OVERRIDABLE, Event, Guest, Privacy, Reminder, Response, Span
from sync.seen import State
from sync.text import clean, clean_html
from tests.conformance.calendar import Calendar
from tests.conformance.steps import at, change, comparable, day, holds, meeting, present, repeated

PLAIN = meeting(at(3, 2))
MEET = "https://meet.google.com/abc-defg-hij"
EDITS: dict[str, Any] = {
    "title": "Retro",
    "span": Span(at(3, 3, 14), at(3, 3, 16)),
    "description": "<p>Who does <b>what</b></p>",
    "location": "Roof",
    "busy": False,
    "privacy": Privacy.CONFIDENTIAL,
    "reminders": frozenset({Reminder("popup", 15), Reminder("email", 60)}),
    "guests": ("bob", Response.TENTATIVE),
    "response": Response.DECLINED,
    "meeting_link": MEET,
}
EMPTY: dict[str, Any] = {
    "title": "",
    "description": "",
    "location": "",
    "privacy": Privacy.DEFAULT,
    "reminders": frozenset(),
    "guests": frozenset(),
    "meeting_link": "",
}
TEXTS = {
    "right to left": "جلسهٔ هفتگی با مدیران",
    "bidi control": "\u202eetaL\u202c \u200fx\u200e",
    "emoji": "👩‍👩‍👧 🏳️‍🌈 é e\u0301",
    "markup": "<b>bold</b> & <script>alert(1)</script> &amp; &lt;x&gt;",
    "quotes": "it's \"so\" `or` 'so' \\ % $1 {0}",
    "white space": "a\tb  c\xa0d",
    "control": "a\0b\x07c\ufeffd",
    "slack": "<!channel> <@U123> *x* _y_",
}


def filled(calendar: Calendar, event: Event = PLAIN) -> Event:
    """Return an event with something in every field, and carol as its guest."""
    return dataclasses.replace(
        event,
        description="<p>Bring <i>numbers</i></p>",
        location="Room 1",
        privacy=Privacy.PUBLIC,
        reminders=frozenset({Reminder("popup", 30)}),
        guests=frozenset({Guest(calendar.address("carol"), Response.ACCEPTED)}),
        meeting_link="https://meet.google.com/xyz-wxyz-xyz",
    )


def value_of(calendar: Calendar, name: str) -> Any:
    """Return the new value of a field in `EDITS`."""
    if name != "guests":
        return EDITS[name]
    who, answer = EDITS[name]
    return frozenset({Guest(calendar.address(who), answer)})


class EventTests:
    """Made, looked at, changed field by field, deleted."""

    async def test_what_is_made_reads_back(self, calendar: Calendar) -> None:
        item = await calendar.make(PLAIN)
        await holds(calendar, item, PLAIN)

    async def test_everything_that_is_made_reads_back(self, calendar: Calendar) -> None:
        event = filled(calendar)
        item = await calendar.make(event)
        await holds(calendar, item, event)

    async def test_a_projection_projected_is_the_same(self, calendar: Calendar) -> None:
        events = [PLAIN, filled(calendar), meeting(day(3, 2), title="  ", privacy=Privacy.PRIVATE)]
        events.append(dataclasses.replace(filled(calendar), description="x" * 20_000, title="y " * 5000))
        series = repeated(at(3, 2), "RRULE:FREQ=DAILY;COUNT=5")
        events.append(dataclasses.replace(series, overrides={at(3, 3): {"location": "z" * 5000}}))
        for event in events:
            once = await calendar.projection(event)
            assert await calendar.projection(once) == once

    def test_the_edits_are_of_every_field(self) -> None:
        assert {*EDITS, "recurrence", "overrides"} == {*FIELDS}

    @pytest.mark.parametrize("name", OVERRIDABLE)
    async def test_one_field_is_changed_and_no_other(self, calendar: Calendar, name: str) -> None:
        event = filled(calendar)
        item = await calendar.make(event)
        value = value_of(calendar, name)
        await change(calendar, item, **{name: value})
        await holds(calendar, item, dataclasses.replace(event, **{name: value}))

    @pytest.mark.parametrize("name", EMPTY)
    async def test_one_field_is_emptied_and_no_other(self, calendar: Calendar, name: str) -> None:
        event = filled(calendar)
        item = await calendar.make(event)
        await change(calendar, item, **{name: EMPTY[name]})
        await holds(calendar, item, dataclasses.replace(event, **{name: EMPTY[name]}))

    async def test_all_fields_are_changed_at_once_and_back(self, calendar: Calendar) -> None:
        item = await calendar.make(PLAIN)
        values = {name: value_of(calendar, name) for name in EDITS}
        await change(calendar, item, **values)
        await holds(calendar, item, dataclasses.replace(PLAIN, **values))
        await change(calendar, item, **{name: getattr(PLAIN, name) for name in EDITS})
        await holds(calendar, item, PLAIN)

    async def test_a_timed_event_becomes_one_of_whole_days_and_back(self, calendar: Calendar) -> None:
        event = filled(calendar)
        item = await calendar.make(event)
        days = Span(day(3, 5), day(3, 8))
        await change(calendar, item, span=days)
        await holds(calendar, item, dataclasses.replace(event, span=days))
        await change(calendar, item, span=PLAIN.span)
        await holds(calendar, item, event)

    @pytest.mark.parametrize("days", [1, 2, 40])
    async def test_whole_days(self, calendar: Calendar, days: int) -> None:
        event = dataclasses.replace(PLAIN, span=Span(day(3, 28), day(3, 28) + days * (day(1, 2) - day(1, 1))))
        item = await calendar.make(event)
        await holds(calendar, item, event)

    async def test_an_event_without_length_and_one_of_days_with_times(self, calendar: Calendar) -> None:
        for number, span in enumerate([Span(at(3, 2), at(3, 2)), Span(at(3, 2, 22), at(3, 6, 3, 30))]):
            event = dataclasses.replace(PLAIN, span=span)
            await holds(calendar, await calendar.make(event, ("one", "two")[number]), event)

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    async def test_odd_characters(self, calendar: Calendar, text: str) -> None:
        plain = clean(text)
        event = dataclasses.replace(PLAIN, title=plain, location=plain, description=clean_html(text))
        item = await calendar.make(event)
        await holds(calendar, item, event)

    async def test_long_texts(self, calendar: Calendar) -> None:
        event = dataclasses.replace(
            PLAIN,
            title="جلسه " * 1000,
            location="Room 👩‍👩‍👧 " * 500,
            description="<p>" + "all work and no play " * 5000 + "</p>",
        )
        item = await calendar.make(event)
        seen = await present(calendar, item)
        assert seen.event
        assert comparable(seen.event) == comparable(await calendar.projection(event))
        await change(calendar, item, title="short", description="", location="")
        await holds(calendar, item, dataclasses.replace(PLAIN, title="short"))

    async def test_more_reminders_than_a_side_may_hold(self, calendar: Calendar) -> None:
        minutes = (0, 5, 10, 60, 1440, 99_999)
        reminders = frozenset({Reminder("popup", one) for one in minutes} | {Reminder("sms", 30)})
        event = dataclasses.replace(PLAIN, reminders=reminders)
        await holds(calendar, await calendar.make(event), event)

    @pytest.mark.parametrize("privacy", Privacy)
    async def test_every_privacy(self, calendar: Calendar, privacy: Privacy) -> None:
        event = dataclasses.replace(filled(calendar), privacy=privacy)
        item = await calendar.make(event)
        await holds(calendar, item, event)

    async def test_what_is_there_is_listed_once(self, calendar: Calendar) -> None:
        items = [
            await calendar.make(PLAIN, "one"),
            await calendar.make(meeting(day(3, 2), title="Fair"), "two"),
            await calendar.make(repeated(at(3, 2), "RRULE:FREQ=WEEKLY;COUNT=4", title="Weekly"), "three"),
        ]
        looks = [await calendar.look(item) for item in items]
        listed = sorted(await calendar.everything(*items), key=lambda seen: str(seen.event))
        looks.sort(key=lambda seen: str(seen.event))
        assert [seen.hashes for seen in listed] == [seen.hashes for seen in looks]
        await calendar.delete(items[0], await calendar.look(items[0]))
        titles = {seen.event.title for seen in await calendar.everything(*items) if seen.event}
        assert titles == {"Fair", "Weekly"}

    async def test_deleted_is_gone_and_twice_is_no_error(self, calendar: Calendar) -> None:
        item = await calendar.make(filled(calendar))
        seen = await present(calendar, item)
        await calendar.delete(item, seen)
        assert (await calendar.look(item)).state is State.GONE
        await calendar.delete(item, seen)
        assert (await calendar.look(item)).state is State.GONE
        assert await calendar.everything(item) == []

    async def test_what_a_person_deletes_is_gone_and_deleting_it_is_no_error(
        self, calendar: Calendar
    ) -> None:
        item = await calendar.make(PLAIN)
        seen = await present(calendar, item)
        await calendar.remove(item)
        assert (await calendar.look(item)).state is State.GONE
        await calendar.delete(item, seen)
