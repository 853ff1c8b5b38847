"""What no side may do: lose what a person did, make an event twice, write over what it has not seen."""

from __future__ import annotations

import dataclasses

import pytest

from sync.errors import Gone, Stale
from sync.model import CANCELLED, Event, Override, Span, Start
from sync.seen import State
from tests.conformance.calendar import Calendar
from tests.conformance.events import PLAIN, filled
from tests.conformance.steps import at, change, holds, insist, present, repeated, write_of

WEEKLY = repeated(at(3, 2), "RRULE:FREQ=WEEKLY;COUNT=6")
EITHER = pytest.mark.parametrize("event", [PLAIN, WEEKLY], ids=["single", "series"])


class SafetyTests:
    """People act at the same time, and calls are repeated."""

    async def test_what_a_person_changed_meanwhile_survives(self, calendar: Calendar) -> None:
        event = filled(calendar)
        item = await calendar.make(event)
        seen = await present(calendar, item)
        await calendar.edit(item, location="Roof")
        await insist(calendar, item, lambda one: write_of(one, title="Retro"), seen)
        await holds(calendar, item, dataclasses.replace(event, title="Retro", location="Roof"))

    async def test_what_a_person_changed_in_an_occurrence_meanwhile_survives(
        self, calendar: Calendar
    ) -> None:
        item = await calendar.make(WEEKLY)
        seen = await present(calendar, item)
        await calendar.edit(item, at(3, 9), location="Roof")
        overrides: dict[Start, Override] = {at(3, 16): {"title": "Retro"}}
        await insist(calendar, item, lambda one: write_of(one, overrides, title="Weekly"), seen)
        overrides |= {at(3, 9): {"location": "Roof"}}
        await holds(calendar, item, dataclasses.replace(WEEKLY, title="Weekly", overrides=overrides))

    async def test_an_older_look_is_no_ground_for_a_write(self, calendar: Calendar) -> None:
        calendar.needs("versions")
        item = await calendar.make(PLAIN)
        seen = await present(calendar, item)
        await calendar.edit(item, title="Retro")
        with pytest.raises(Stale):
            await calendar.write(item, seen, write_of(seen, title="Weekly"))
        with pytest.raises(Stale):
            await calendar.delete(item, seen)
        await holds(calendar, item, dataclasses.replace(PLAIN, title="Retro"))

    async def test_an_edit_shows_as_one_and_only_in_its_field(self, calendar: Calendar) -> None:
        item = await calendar.make(filled(calendar))
        before = await present(calendar, item)
        await calendar.edit(item, location="Roof")
        after = await present(calendar, item)
        assert {name for name in after.hashes if after.hashes[name] != before.hashes[name]} == {"location"}

    async def test_a_write_that_changes_nothing_stays_quiet(self, calendar: Calendar) -> None:
        event = filled(calendar)
        item = await calendar.make(event)
        before = await present(calendar, item)
        await change(calendar, item, title=event.title, guests=event.guests)
        assert (await present(calendar, item)).hashes == before.hashes

    async def test_a_write_that_is_repeated_changes_nothing_more(self, calendar: Calendar) -> None:
        item = await calendar.make(filled(calendar, WEEKLY))
        overrides: dict[Start, Override] = {
            at(3, 9): {"title": "Retro", "guests": frozenset()},
            at(3, 16): {CANCELLED: True},
            at(3, 23): {"span": Span(at(3, 24), at(3, 24, 10))},
        }
        write = await change(calendar, item, overrides, title="Weekly", busy=False)
        after = await present(calendar, item)
        await insist(calendar, item, lambda _seen: write)
        again = await present(calendar, item)
        assert (again.event, again.hashes) == (after.event, after.hashes)

    async def test_what_is_gone_is_not_written(self, calendar: Calendar) -> None:
        item = await calendar.make(PLAIN)
        seen = await present(calendar, item)
        await calendar.remove(item)
        with pytest.raises((Gone, Stale)):
            await calendar.write(item, seen, write_of(seen, title="Weekly"))
        assert (await calendar.look(item)).state is State.GONE

    @EITHER
    async def test_made_twice_under_one_key_is_made_once(self, calendar: Calendar, event: Event) -> None:
        item = await calendar.make(event, "one")
        again = await calendar.make(event, "one")
        assert again.key == item.key
        await calendar.make(dataclasses.replace(event, title="Other"), "two")
        listed = [seen.event.title for seen in await calendar.everything(item) if seen.event]
        assert sorted(listed) == ["Other", event.title]

    @EITHER
    async def test_a_create_repeated_late_does_not_bring_back_what_was_deleted(
        self, calendar: Calendar, event: Event
    ) -> None:
        item = await calendar.make(event)
        await calendar.delete(item, await calendar.look(item))
        again = await calendar.make(event)
        assert (await calendar.look(again)).state is State.GONE
        assert await calendar.everything(item) == []
