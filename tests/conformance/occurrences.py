"""What every side has to do with single occurrences of a series."""

from __future__ import annotations

import dataclasses

import pytest

from sync.model import CANCELLED, OVERRIDABLE, Override, Response, Span, Start
from tests.conformance.calendar import Calendar
from tests.conformance.events import EDITS, filled, value_of
from tests.conformance.series import HOUR, WEEKLY
from tests.conformance.steps import at, change, day, holds, present, repeated

SECOND, THIRD = at(3, 9), at(3, 16)


class OccurrenceTests:
    """Moved, edited, cancelled and brought back; the series beside them stays."""

    @pytest.mark.parametrize("name", OVERRIDABLE)
    async def test_one_field_of_an_occurrence(self, calendar: Calendar, name: str) -> None:
        event = filled(calendar, WEEKLY)
        item = await calendar.make(event)
        value = Span(at(3, 10, 14), at(3, 10, 16)) if name == "span" else value_of(calendar, name)
        await change(calendar, item, {SECOND: {name: value}})
        await holds(calendar, item, dataclasses.replace(event, overrides={SECOND: {name: value}}))
        await change(calendar, item, {SECOND: {}})
        await holds(calendar, item, event)

    async def test_all_fields_of_an_occurrence_when_it_is_made(self, calendar: Calendar) -> None:
        values = {name: value_of(calendar, name) for name in OVERRIDABLE}
        values["span"] = Span(at(3, 10, 14), at(3, 10, 16))
        event = dataclasses.replace(filled(calendar, WEEKLY), overrides={SECOND: values})
        await holds(calendar, await calendar.make(event), event)

    @pytest.mark.parametrize(
        "span",
        [
            Span(SECOND + HOUR, SECOND + 2 * HOUR),
            Span(SECOND, SECOND + 3 * HOUR),
            Span(at(3, 17), at(3, 17, 10)),
            Span(THIRD, THIRD + HOUR),
            Span(at(3, 1), at(3, 1, 10)),
        ],
        ids=["later", "longer", "past the next", "onto the next", "before the first"],
    )
    async def test_an_occurrence_is_moved_and_moved_back(self, calendar: Calendar, span: Span) -> None:
        item = await calendar.make(WEEKLY)
        await change(calendar, item, {SECOND: {"span": span}})
        await holds(calendar, item, dataclasses.replace(WEEKLY, overrides={SECOND: {"span": span}}))
        await change(calendar, item, {SECOND: {}})
        await holds(calendar, item, WEEKLY)

    async def test_an_occurrence_becomes_one_of_whole_days(self, calendar: Calendar) -> None:
        item = await calendar.make(WEEKLY)
        overrides: dict[Start, Override] = {SECOND: {"span": Span(day(3, 9), day(3, 10))}}
        await change(calendar, item, overrides)
        await holds(calendar, item, dataclasses.replace(WEEKLY, overrides=overrides))

    @pytest.mark.parametrize("start", [at(3, 2), SECOND, at(4, 6, 8)], ids=["first", "second", "last"])
    async def test_an_occurrence_is_left_out_and_brought_back(self, calendar: Calendar, start: Start) -> None:
        event = filled(calendar, WEEKLY)
        item = await calendar.make(event)
        await change(calendar, item, {start: {CANCELLED: True}})
        await holds(calendar, item, dataclasses.replace(event, overrides={start: {CANCELLED: True}}))
        await change(calendar, item, {start: {}})
        await holds(calendar, item, event)

    async def test_an_occurrence_that_comes_back_may_differ(self, calendar: Calendar) -> None:
        item = await calendar.make(dataclasses.replace(WEEKLY, overrides={SECOND: {CANCELLED: True}}))
        back: Override = {"title": "Retro", "span": Span(at(3, 10), at(3, 10, 11))}
        await change(calendar, item, {SECOND: back})
        await holds(calendar, item, dataclasses.replace(WEEKLY, overrides={SECOND: back}))

    async def test_an_occurrence_that_differed_is_left_out(self, calendar: Calendar) -> None:
        item = await calendar.make(dataclasses.replace(WEEKLY, overrides={SECOND: {"title": "Retro"}}))
        await change(calendar, item, {SECOND: {CANCELLED: True}})
        await holds(calendar, item, dataclasses.replace(WEEKLY, overrides={SECOND: {CANCELLED: True}}))

    async def test_an_edit_of_the_whole_series_leaves_exceptions_alone(self, calendar: Calendar) -> None:
        same: Override = {"title": EDITS["title"]}
        overrides: dict[Start, Override] = {
            SECOND: {"title": "Review"},
            THIRD: {"span": Span(at(3, 17), at(3, 17, 10))},
            at(3, 23): {CANCELLED: True},
            at(3, 30, 8): {**same, "location": "Lift"},
            at(4, 6, 8): same,
        }
        event = dataclasses.replace(filled(calendar, WEEKLY), overrides=overrides)
        item = await calendar.make(event)
        names = ("title", "location", "description", "reminders")
        values = {name: value_of(calendar, name) for name in names}
        await change(calendar, item, **values)
        # What the whole series has now, too, is no difference any more.
        overrides[at(3, 30, 8)] = {"location": "Lift"}
        del overrides[at(4, 6, 8)]
        await holds(calendar, item, dataclasses.replace(event, overrides=overrides, **values))

    async def test_series_and_occurrences_are_changed_in_one_write(self, calendar: Calendar) -> None:
        event = dataclasses.replace(WEEKLY, overrides={SECOND: {"title": "Review"}})
        item = await calendar.make(event)
        overrides: dict[Start, Override] = {SECOND: {"title": "Lunch"}, THIRD: {CANCELLED: True}}
        await change(calendar, item, overrides, title="Weekly", location="Roof")
        await holds(
            calendar,
            item,
            dataclasses.replace(event, title="Weekly", location="Roof", overrides=overrides),
        )

    async def test_occurrences_of_whole_days(self, calendar: Calendar) -> None:
        event = repeated(day(3, 2), "RRULE:FREQ=WEEKLY;COUNT=5")
        item = await calendar.make(event)
        overrides: dict[Start, Override] = {
            day(3, 9): {"title": "Retro"},
            day(3, 16): {CANCELLED: True},
            day(3, 23): {"span": Span(day(3, 24), day(3, 26))},
        }
        await change(calendar, item, overrides)
        await holds(calendar, item, dataclasses.replace(event, overrides=overrides))

    async def test_what_a_person_does_to_occurrences_shows(self, calendar: Calendar) -> None:
        item = await calendar.make(WEEKLY)
        await calendar.edit(item, SECOND, title="Retro", location="Roof")
        await calendar.remove(item, THIRD)
        overrides: dict[Start, Override] = {
            SECOND: {"title": "Retro", "location": "Roof"},
            THIRD: {CANCELLED: True},
        }
        await holds(calendar, item, dataclasses.replace(WEEKLY, overrides=overrides))

    async def test_guests_of_one_occurrence(self, calendar: Calendar) -> None:
        event = filled(calendar, WEEKLY)
        item = await calendar.make(event)
        both = event.guests | value_of(calendar, "guests")
        await change(calendar, item, {SECOND: {"guests": both}, THIRD: {"guests": frozenset()}})
        await holds(
            calendar,
            item,
            dataclasses.replace(event, overrides={SECOND: {"guests": both}, THIRD: {"guests": frozenset()}}),
        )

    async def test_a_guest_answers_one_occurrence(self, calendar: Calendar) -> None:
        event = filled(calendar, WEEKLY)
        item = await calendar.make(event)
        await calendar.answer(item, "carol", Response.DECLINED, SECOND)
        seen = await present(calendar, item)
        assert seen.event
        [guest] = seen.event.overrides[SECOND]["guests"]
        assert guest.response is Response.DECLINED
        assert set(seen.event.overrides) == {SECOND}
