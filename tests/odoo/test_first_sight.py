"""Series that people made in Odoo, seen for the first time; meetings, singles, masks and windows."""

from __future__ import annotations

from typing import Any

import pytest

from sync.model import CANCELLED, Guest, Response, Span
from sync.odoo.partners import ConnectedPerson
from sync.recurrence import equal, is_endless, read
from sync.roles import Role
from sync.seen import Seen, State
from tests.odoo.stage import EVENT, WINDOW, ZONE, Stage, at, linked, meeting

pytestmark = pytest.mark.on_real_odoo

WEEKLY: dict[str, Any] = {
    "recurrency": True,
    "event_tz": ZONE,
    "rrule_type": "weekly",
    "interval": 1,
    "tue": True,
}
COUNTED: dict[str, Any] = {**WEEKLY, "end_type": "count", "count": 6}


async def only(stage: Stage, login: str = "alice") -> tuple[int, Seen]:
    """Return the one event that a person's calendar holds."""
    view = await stage.side.pull(stage.owner(login), WINDOW, [])
    assert view.moved == {}
    [(key, seen)] = view.seen.items()
    return key, seen


async def test_a_weekly_series(stage: Stage) -> None:
    stage.make(**COUNTED)
    key, seen = await only(stage)
    assert key < 0
    assert seen.event
    assert seen.event.span == Span(at(3, 2), at(3, 2, 10))
    assert seen.event.recurrence == read(["FREQ=WEEKLY;BYDAY=TU;COUNT=6"], ZONE, seen.event.span)[0]
    assert seen.event.overrides == {}
    assert seen.series
    assert sorted(seen.series.rows.values()) == [
        at(3, 2), at(3, 9), at(3, 16), at(3, 23), at(3, 30, 8), at(4, 6, 8),
    ]  # fmt: skip
    again = (await stage.look(linked(key, seen))).seen[key]
    assert (again.hashes, again.series) == (seen.hashes, seen.series)


async def test_exceptions_deleted_moved_and_renamed(stage: Stage) -> None:
    stage.make(**COUNTED)
    key, _ = await only(stage)
    # The first one moved to another hour: it does not make the others exceptions.
    stage.edit(stage.row_at(key, "2027-03-02"), start="2027-03-02 15:00:00", stop="2027-03-02 16:00:00")
    stage.edit(stage.row_at(key, "2027-03-16"), start="2027-03-17 09:00:00", stop="2027-03-17 10:00:00")
    stage.edit(stage.row_at(key, "2027-03-23"), name="Retro")
    stage.delete(stage.row_at(key, "2027-03-30"))
    _, seen = await only(stage)
    assert seen.event
    assert seen.event.span == Span(at(3, 2), at(3, 2, 10))
    assert seen.event.overrides == {
        at(3, 2): {"span": Span(at(3, 2, 15), at(3, 2, 16))},
        at(3, 16): {"span": Span(at(3, 17), at(3, 17, 10))},
        at(3, 23): {"title": "Retro"},
        at(3, 30, 8): {CANCELLED: True},
    }


async def test_an_endless_series_stays_endless_where_odoo_stops_at_its_most(stage: Stage) -> None:
    rule: dict[str, Any] = {
        "recurrency": True,
        "event_tz": ZONE,
        "rrule_type": "daily",
        "interval": 1,
        "end_type": "forever",
    }
    stage.make(**rule)
    key, seen = await only(stage)
    assert seen.event
    assert seen.event.recurrence
    assert is_endless(seen.event.recurrence)
    assert seen.event.overrides == {}
    assert len(stage.rows(key)) == 720


async def test_what_was_deleted_before_the_first_sight_does_not_come_back(stage: Stage) -> None:
    stage.make(**{**WEEKLY, "end_type": "forever"})
    key, _ = await only(stage)
    row = stage.row_at(key, "2027-03-30 08")
    stage.odoo.as_user("alice").call(EVENT, "action_mass_deletion", [row], "future_events")
    _, seen = await only(stage)
    assert seen.event
    assert seen.event.recurrence
    want = read(["FREQ=WEEKLY;BYDAY=TU;COUNT=4"], ZONE, seen.event.span)[0]
    assert equal(seen.event.recurrence, want, seen.event.span)
    assert seen.event.overrides == {}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"rrule_type": "monthly", "month_by": "date", "day": 2}, "FREQ=MONTHLY;BYMONTHDAY=2"),
        (
            {"rrule_type": "monthly", "month_by": "day", "weekday": "TUE", "byday": "1"},
            "FREQ=MONTHLY;BYDAY=1TU",
        ),
        ({"rrule_type": "daily", "interval": 3}, "FREQ=DAILY;INTERVAL=3"),
        ({"rrule_type": "yearly"}, "FREQ=YEARLY"),
    ],
)
async def test_other_rules_of_the_form(stage: Stage, fields: dict[str, Any], text: str) -> None:
    stage.make(recurrency=True, event_tz=ZONE, end_type="count", count=3, **{"interval": 1, **fields})
    _, seen = await only(stage)
    assert seen.event
    assert seen.event.recurrence
    want = read([f"{text};COUNT=3"], ZONE, seen.event.span)[0]
    assert equal(seen.event.recurrence, want, seen.event.span)
    assert seen.event.overrides == {}


async def test_a_split_series_seen_only_after_the_split(stage: Stage) -> None:
    stage.make(**{**COUNTED, "thu": True, "count": 8})
    key, _ = await only(stage)
    # Odoo ends the head with the week before, although Tuesday of this week stays in it.
    stage.edit(stage.row_at(key, "2027-03-11"), name="Tail", recurrence_update="future_events")
    view = await stage.side.pull(stage.owner(), WINDOW, [])
    spans = {}
    for seen in view.seen.values():
        assert seen.event
        assert seen.series
        assert seen.event.overrides == {}
        spans[seen.event.title] = sorted(one.day for one in seen.series.rows.values())
    assert spans == {"Standup": [2, 4, 9], "Tail": [11, 16, 18, 23, 25]}


async def test_a_meeting_of_colleagues_as_each_sees_it(stage: Stage) -> None:
    alice, bob = stage.owner("alice").partner_id, stage.owner("bob").partner_id
    stage.make(partner_ids=[[6, 0, [alice, bob]]], location="Room 1")
    _, hers = await only(stage)
    _, his = await only(stage, "bob")
    assert hers.event
    assert his.event
    assert (hers.event.organizer, his.event.organizer) == ("", "alice@gmail.example")
    assert hers.event.guests == {Guest(stage.email("bob"), Response.NEEDS_ACTION)}
    assert his.event.guests == {Guest("alice@gmail.example", Response.ACCEPTED)}
    assert (hers.event.response, his.event.response) == (Response.ACCEPTED, Response.NEEDS_ACTION)
    assert (hers.others, his.others) == (1, 1)


async def test_somebody_uninvited(stage: Stage) -> None:
    alice, bob = stage.owner("alice").partner_id, stage.owner("bob").partner_id
    event = stage.make(partner_ids=[[6, 0, [alice, bob]]])
    _, seen = await only(stage, "bob")
    stage.edit(event, partner_ids=[[3, bob]])
    for role, state in ((Role.GUEST, State.GONE), (Role.MIRROR, State.GONE), (Role.OUTSIDE, State.PRESENT)):
        link = linked(event, seen, role)
        after = (await stage.look(link, login="bob")).seen[event]
        assert after.state is state
        if after.event:
            assert after.event.response is Response.DECLINED


async def test_somebody_uninvited_from_one_occurrence(stage: Stage) -> None:
    alice, bob = stage.owner("alice").partner_id, stage.owner("bob").partner_id
    stage.make(partner_ids=[[6, 0, [alice, bob]]], **COUNTED)
    key, seen = await only(stage, "bob")
    stage.edit(stage.row_at(key, "2027-03-09"), partner_ids=[[3, bob]])
    after = (await stage.look(linked(key, seen, Role.MIRROR), login="bob")).seen[key]
    assert after.event
    assert after.event.overrides == {at(3, 9): {CANCELLED: True}}
    after = (await stage.look(linked(key, seen, Role.OUTSIDE), login="bob")).seen[key]
    assert after.event
    assert after.event.overrides[at(3, 9)]["response"] is Response.DECLINED


async def test_private_events_and_series_are_masked(stage: Stage) -> None:
    single = stage.make(privacy="private")
    view = await stage.side.pull(stage.owner(), WINDOW, [])
    assert view.seen[single].state is State.MASKED
    assert view.seen[single].event is None
    stage.delete(single)
    stage.make(privacy="private", **COUNTED)
    _, seen = await only(stage)
    assert (seen.state, seen.event) == (State.MASKED, None)


async def test_a_series_of_which_one_row_is_private_waits(stage: Stage) -> None:
    stage.make(**COUNTED)
    key, _ = await only(stage)
    stage.edit(stage.row_at(key, "2027-03-09"), privacy="private")
    _, seen = await only(stage)
    assert seen.state is State.MASKED


async def test_only_what_lies_inside_the_window_is_pulled(stage: Stage) -> None:
    stage.make(start="2026-12-30 09:00:00", stop="2026-12-30 10:00:00")
    stage.make(start="2027-08-30 09:00:00", stop="2027-08-30 10:00:00")
    stage.make("bob")
    inside = stage.make()
    key, seen = await only(stage)
    assert key == inside
    assert seen.event == (await stage.projection(meeting(at(3, 2))))(meeting(at(3, 2)))
    view = await stage.side.fetch(stage.owner(), [inside, 10**9, -(10**9)], [])
    assert {one: found.state for one, found in view.seen.items()} == {
        inside: State.PRESENT,
        10**9: State.GONE,
        -(10**9): State.GONE,
    }


async def test_addresses(stage: Stage) -> None:
    partners, alice, bob = stage.side.partners, stage.owner("alice"), stage.owner("bob")
    calls = len(stage.odoo.log.writes()) if hasattr(stage.odoo, "log") else 0
    await partners.know_addresses({"Alice@GMAIL.example", stage.email("bob").upper(), "who@nowhere.example"})
    await partners.know_partners([alice.partner_id, bob.partner_id])
    assert partners.partner("alice@gmail.example") == alice.partner_id
    assert partners.user("ALICE@gmail.example") == alice.uid
    assert partners.address(alice.partner_id) == "alice@gmail.example"
    assert partners.partner(stage.email("bob")) == bob.partner_id
    assert partners.user(stage.email("bob")) == bob.uid
    assert partners.address(bob.partner_id) == stage.email("bob")
    assert partners.knows(stage.email("bob"))
    assert not partners.knows("who@nowhere.example")
    assert partners.user("who@nowhere.example") is None
    assert partners.is_user(bob.partner_id)
    partners.set_accounts([ConnectedPerson(bob.uid, bob.partner_id, "Bob@Other.example")])
    assert partners.address(bob.partner_id) == "bob@other.example"
    assert partners.partner("bob@other.example") == bob.partner_id
    assert partners.partner("alice@gmail.example") is None
    assert calls == (len(stage.odoo.log.writes()) if hasattr(stage.odoo, "log") else 0)
