"""When rows change: dates of transactions, slow ones among them, and what bumps an event."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client

EVENT = "calendar.event"
NOON = datetime(2027, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(odoo: OdooDouble) -> None:
    odoo.clock.set(NOON, frozen=True)


async def _written(client: Client, event: int) -> str:
    row = await client.read(event, "write_date")
    date: str = row["write_date"]
    return date


async def test_a_row_carries_the_start_of_its_transaction(
    odoo: OdooDouble, alice: Client, bob: Client
) -> None:
    """A slow request commits rows that a watermark taken meanwhile has already passed."""
    hold = asyncio.Event()
    fault = odoo.faults.add(operation="calendar.event.create", hold=hold)
    slow = asyncio.create_task(alice.event(name="slow"))
    await fault.struck.wait()
    odoo.clock.advance(seconds=30)
    quick = await bob.event(name="quick")
    watermark = await _written(bob, quick)
    hold.set()
    late = await slow
    assert (await _written(alice, late), watermark) == ("2027-01-01 12:00:00", "2027-01-01 12:00:30")
    missed = await alice(EVENT, "search", [["write_date", ">=", watermark]])
    assert missed == [quick]


async def test_actors_can_belong_to_an_earlier_transaction(odoo: OdooDouble, alice: Client) -> None:
    vals = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}
    with odoo.transaction(started=NOON - timedelta(minutes=5)):
        event = odoo.as_user("bob").create(EVENT, vals, QUIET)
    assert await _written(alice, event) == "2027-01-01 11:55:00"


async def test_a_write_that_comes_too_late_starts_again(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event()
    odoo.clock.advance(seconds=10)
    await alice(EVENT, "write", [event], {"name": "second"})
    with odoo.transaction(started=NOON + timedelta(seconds=5)):
        odoo.as_user("bob").write(EVENT, event, {"name": "third"})
    row = await alice.read(event, "name", "write_date")
    assert (row["name"], row["write_date"]) == ("third", "2027-01-01 12:00:10")


@pytest.mark.parametrize(
    ("vals", "bumped"),
    [
        ({}, True),
        ({"name": "x"}, True),
        ({"partner_ids": [[6, 0, []]]}, True),
        ({"alarm_ids": [[6, 0, [1]]]}, True),
        ({"active": False}, True),
        ({"current_status": "declined"}, True),
    ],
)
async def test_every_write_bumps_an_event(
    odoo: OdooDouble, alice: Client, vals: dict[str, Any], bumped: bool
) -> None:
    event = await alice.event()
    odoo.clock.advance(minutes=1)
    await alice(EVENT, "write", [event], vals, context=QUIET)
    assert (await _written(alice, event) == "2027-01-01 12:01:00") is bumped


async def test_answers_and_people_do_not_bump_an_event(
    odoo: OdooDouble, alice: Client, bob: Client, admin: Client
) -> None:
    event = await alice.event(partner_ids=[alice.partner_id, bob.partner_id], alarm_ids=[1])
    odoo.clock.advance(minutes=1)
    rows = await bob("calendar.attendee", "search", [["event_id", "=", event]])
    await bob("calendar.attendee", "do_accept", rows)
    await bob("calendar.attendee", "write", rows, {"state": "declined"})
    await admin("res.partner", "write", [bob.partner_id], {"name": "Robert"})
    await admin("calendar.alarm", "write", [1], {"duration": 20})
    assert await _written(alice, event) == "2027-01-01 12:00:00"
    dates = await bob("calendar.attendee", "read", rows, ["write_date"])
    assert {row["write_date"] for row in dates} == {"2027-01-01 12:01:00"}


async def test_deleting_leaves_no_trace(alice: Client) -> None:
    event = await alice.event()
    await alice(EVENT, "unlink", [event])
    archived_too = {"active_test": False}
    assert await alice(EVENT, "search", [], context=archived_too) == []
    assert await alice("calendar.attendee", "search", []) == []
    assert await alice.event() == event + 1


async def test_a_failed_call_takes_everything_back(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event(partner_ids=[alice.partner_id])
    bad = {"partner_ids": [[5]], "name": "y", "alarm_ids": [[6, 0, [999999]]]}
    await alice.refused(EVENT, "write", [event], bad)
    assert (await alice.read(event, "name", "partner_ids"))["partner_ids"] == [alice.partner_id]
    assert odoo.mails == []
