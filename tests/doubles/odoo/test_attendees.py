"""Attendees and reminders: who becomes one, whose answer is what, and who may change it."""

from __future__ import annotations

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client

EVENT, ATTENDEE = "calendar.event", "calendar.attendee"


async def test_partners_become_attendees_and_the_caller_has_accepted(alice: Client, bob: Client) -> None:
    event = await alice.event(partner_ids=[[6, 0, [alice.partner_id, bob.partner_id]]])
    assert await alice.states(event) == {"Alice": "accepted", "Bob": "needsAction"}
    bare = await alice.event(partner_ids=[bob.partner_id])
    assert await alice.states(bare) == {"Bob": "needsAction"}
    assert await alice.states(await alice.event(partner_ids=[])) == {}


async def test_without_partners_the_caller_attends_whoever_organizes(alice: Client, svc: Client) -> None:
    event = await svc.event(user_id=alice.uid)
    assert await svc.states(event) == {"Service": "accepted"}
    assert (await svc.read(event, "user_id"))["user_id"] == [alice.uid, "Alice"]


async def test_partners_and_answers_in_one_call(alice: Client, bob: Client) -> None:
    rows = [
        [0, 0, {"partner_id": alice.partner_id, "state": "tentative"}],
        [0, 0, {"partner_id": bob.partner_id, "state": "declined"}],
    ]
    event = await alice.event(partner_ids=[[6, 0, [alice.partner_id, bob.partner_id]]], attendee_ids=rows)
    assert await alice.states(event) == {"Alice": "tentative", "Bob": "declined"}
    torn = await alice.event(attendee_ids=rows[1:])
    assert await alice.states(torn) == {"Bob": "declined"}
    assert (await alice.read(torn, "partner_ids"))["partner_ids"] == [alice.partner_id]


async def test_changing_partners_changes_rows(alice: Client, bob: Client) -> None:
    event = await alice.event(partner_ids=[alice.partner_id])
    await alice(EVENT, "write", [event], {"partner_ids": [[4, bob.partner_id]]}, context=QUIET)
    assert await alice.states(event) == {"Alice": "accepted", "Bob": "needsAction"}
    await alice(EVENT, "write", [event], {"partner_ids": [[3, alice.partner_id]]})
    assert await alice.states(event) == {"Bob": "needsAction"}
    both = {
        "partner_ids": [[6, 0, [alice.partner_id]]],
        "attendee_ids": [[0, 0, {"partner_id": bob.partner_id}]],
    }
    await alice(EVENT, "write", [event], both)
    assert await alice.states(event) == {"Alice": "accepted"}
    await alice(EVENT, "write", [event], {"partner_ids": [[5]]})
    assert await alice.states(event) == {"Alice": "accepted"}


@pytest.mark.parametrize(
    ("method", "state"),
    [("do_accept", "accepted"), ("do_decline", "declined"), ("do_tentative", "tentative")],
)
async def test_anybody_may_answer_for_anybody(
    alice: Client, bob: Client, svc: Client, method: str, state: str
) -> None:
    event = await alice.event(partner_ids=[alice.partner_id, bob.partner_id])
    (row,) = await svc(ATTENDEE, "search", [["event_id", "=", event], ["partner_id", "=", bob.partner_id]])
    await svc(ATTENDEE, method, [row])
    assert (await alice.states(event))["Bob"] == state
    await alice(EVENT, "write", [event], {"attendee_ids": [[1, row, {"state": "needsAction"}]]})
    assert (await alice.states(event))["Bob"] == "needsAction"


async def test_answering_for_oneself(alice: Client, bob: Client) -> None:
    event = await alice.event(partner_ids=[alice.partner_id, bob.partner_id])
    await bob(EVENT, "change_attendee_status", [event], "tentative", "self_only")
    assert await alice.states(event) == {"Alice": "accepted", "Bob": "tentative"}
    await bob(EVENT, "write", [event], {"current_status": "declined"})
    row = await bob.read(event, "current_status", "declined_count", "accepted_count", "attendees_count")
    assert (row["current_status"], row["declined_count"], row["attendees_count"]) == ("declined", 1, 2)


async def test_moving_somebody_elses_event_takes_his_answer_back(alice: Client, bob: Client) -> None:
    event = await alice.event(partner_ids=[alice.partner_id, bob.partner_id])
    await bob(EVENT, "change_attendee_status", [event], "accepted", "self_only")
    await bob(EVENT, "write", [event], {"start": "2027-03-11 09:00:00"}, context=QUIET)
    assert await alice.states(event) == {"Alice": "needsAction", "Bob": "accepted"}


async def test_an_all_day_event_made_for_somebody_loses_his_answer(alice: Client, svc: Client) -> None:
    row = [[0, 0, {"partner_id": alice.partner_id, "state": "accepted"}]]
    vals = {"user_id": alice.uid, "partner_ids": [alice.partner_id], "attendee_ids": row}
    timed = await svc.event(**vals)
    assert await svc.states(timed) == {"Alice": "accepted"}
    dates = {"allday": True, "start_date": "2027-03-10", "stop_date": "2027-03-10"}
    assert await svc.states(await svc.event(**vals, **dates)) == {"Alice": "needsAction"}


async def test_answers_on_private_events(odoo: OdooDouble, alice: Client, bob: Client, svc: Client) -> None:
    event = await alice.event(partner_ids=[alice.partner_id, bob.partner_id], privacy="private")
    rows = await svc(ATTENDEE, "search_read", [["event_id", "=", event]], ["state", "email", "event_id"])
    assert {row["email"] for row in rows} == {"alice@example.com", "bob@example.com"}
    assert rows[0]["event_id"] == [event, "Busy"]
    ids = [row["id"] for row in rows]
    if odoo.version == 19:
        assert (
            await svc.refused(ATTENDEE, "write", ids, {"state": "declined"}) == "odoo.exceptions.AccessError"
        )
    else:
        assert await svc(ATTENDEE, "write", ids, {"state": "declined"}) is True
    await bob(ATTENDEE, "write", ids, {"state": "tentative"})
    assert await alice.states(event) == {"Alice": "tentative", "Bob": "tentative"}


async def test_alarms_are_shared_records(alice: Client) -> None:
    known = await alice(
        "calendar.alarm", "search", [["alarm_type", "=", "email"], ["duration_minutes", "=", 180]]
    )
    new = await alice(
        "calendar.alarm",
        "create",
        {"name": "n", "alarm_type": "notification", "duration": 5, "interval": "minutes"},
    )
    event = await alice.event(alarm_ids=[[6, 0, [*known, new]]])
    assert (await alice.read(event, "alarm_ids"))["alarm_ids"] == [*known, new]
    await alice(EVENT, "write", [event], {"alarm_ids": [[3, new]]})
    assert (await alice.read(event, "alarm_ids"))["alarm_ids"] == known
