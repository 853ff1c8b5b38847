"""What every side has to do with guests and answers."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from sync.model import Event, Guest, Response, Span
from tests.conformance.calendar import Calendar
from tests.conformance.events import PLAIN
from tests.conformance.series import WEEKLY
from tests.conformance.steps import at, change, holds, insist, present, write_of

EITHER = pytest.mark.parametrize("event", [PLAIN, WEEKLY], ids=["single", "series"])


class MeetingTests:
    """Invited, taken off, answered for; by the core and by people."""

    @EITHER
    async def test_guests_come_and_go_one_by_one(self, calendar: Calendar, event: Event) -> None:
        bob, carol = (Guest(calendar.address(name)) for name in ("bob", "carol"))
        item = await calendar.make(event)
        for guests in ({bob}, {bob, carol}, {carol}, set[Guest]()):
            await change(calendar, item, guests=frozenset(guests))
            await holds(calendar, item, dataclasses.replace(event, guests=frozenset(guests)))

    @pytest.mark.parametrize("response", Response)
    @EITHER
    async def test_one_guest_answers(self, calendar: Calendar, event: Event, response: Response) -> None:
        bob, carol = (Guest(calendar.address(name)) for name in ("bob", "carol"))
        event = dataclasses.replace(event, guests=frozenset({bob, carol}))
        item = await calendar.make(event)
        answered = frozenset({dataclasses.replace(bob, response=response), carol})
        await change(calendar, item, guests=answered)
        await holds(calendar, item, dataclasses.replace(event, guests=answered))

    async def test_an_answer_given_meanwhile_survives(self, calendar: Calendar) -> None:
        bob, carol = (Guest(calendar.address(name)) for name in ("bob", "carol"))
        event = dataclasses.replace(PLAIN, guests=frozenset({bob}))
        item = await calendar.make(event)
        seen = await present(calendar, item)
        await calendar.answer(item, "bob", Response.ACCEPTED)
        await insist(
            calendar,
            item,
            lambda one: write_of(one, guests=one.event.guests | {carol} if one.event else frozenset()),
            seen,
        )
        accepted = dataclasses.replace(bob, response=Response.ACCEPTED)
        await holds(calendar, item, dataclasses.replace(event, guests=frozenset({accepted, carol})))

    async def test_a_guest_invited_meanwhile_stays(self, calendar: Calendar) -> None:
        event = dataclasses.replace(PLAIN, guests=frozenset({Guest(calendar.address("bob"))}))
        item = await calendar.make(event)
        seen = await present(calendar, item)
        await calendar.add_odd_guest(item)
        await insist(calendar, item, lambda one: write_of(one, guests=frozenset()), seen)
        assert calendar.odd_guests(item) == 1
        await holds(calendar, item, dataclasses.replace(event, guests=frozenset()))

    @EITHER
    async def test_what_is_no_guest_to_us_stays_invited(self, calendar: Calendar, event: Event) -> None:
        event = dataclasses.replace(event, guests=frozenset({Guest(calendar.address("bob"))}))
        item = await calendar.make(event)
        await calendar.add_odd_guest(item)
        await holds(calendar, item, event)
        carol = frozenset({Guest(calendar.address("carol"), Response.ACCEPTED)})
        later = Span(at(3, 2, 10), at(3, 2, 11))
        edits: list[dict[str, Any]] = [
            {"guests": carol},
            {"title": "Retro"},
            {"span": later},
            {"guests": frozenset()},
        ]
        for values in edits:
            await change(calendar, item, **values)
            event = dataclasses.replace(event, **values)
            await holds(calendar, item, event)
        assert calendar.odd_guests(item) == 1

    async def test_a_move_takes_no_answer_back(self, calendar: Calendar) -> None:
        guests = frozenset(
            {
                Guest(calendar.address("bob"), Response.ACCEPTED),
                Guest(calendar.address("carol"), Response.DECLINED),
            }
        )
        event = dataclasses.replace(PLAIN, guests=guests)
        item = await calendar.make(event)
        later = Span(at(3, 4), at(3, 4, 10))
        await change(calendar, item, span=later)
        await holds(calendar, item, dataclasses.replace(event, span=later))

    async def test_a_guest_of_nobody_knows_what(self, calendar: Calendar) -> None:
        strange = [Guest("stranger@elsewhere.example"), Guest("no address"), Guest("Upper@example.com")]
        event = dataclasses.replace(PLAIN, guests=frozenset({Guest(calendar.address("bob")), *strange}))
        await holds(calendar, await calendar.make(event), event)

    @pytest.mark.parametrize("response", [Response.ACCEPTED, Response.TENTATIVE, Response.DECLINED])
    @EITHER
    async def test_the_own_answer_to_an_invitation(
        self, calendar: Calendar, event: Event, response: Response
    ) -> None:
        item = await calendar.invited(event)
        seen = await present(calendar, item)
        assert seen.event
        assert seen.event.organizer == calendar.address("bob")
        assert seen.event.response is Response.NEEDS_ACTION
        await change(calendar, item, response=response)
        after = await present(calendar, item)
        assert after.event
        assert after.event.response is response
        assert await calendar.answered(item) is response
        assert {name for name in after.hashes if after.hashes[name] != seen.hashes[name]} == {"response"}

    async def test_the_own_answer_to_one_occurrence(self, calendar: Calendar) -> None:
        item = await calendar.invited(WEEKLY)
        await change(calendar, item, {at(3, 9): {"response": Response.DECLINED}})
        seen = await present(calendar, item)
        assert seen.event
        assert seen.event.response is Response.NEEDS_ACTION
        assert seen.event.overrides == {at(3, 9): {"response": Response.DECLINED}}

    @EITHER
    async def test_who_declines_tells_the_organizer(self, calendar: Calendar, event: Event) -> None:
        item = await calendar.invited(event)
        await calendar.decline(item)
        assert await calendar.answered(item) is Response.DECLINED
