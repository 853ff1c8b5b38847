"""Who gets a mail, and which context keys keep Odoo quiet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client

EVENT = "calendar.event"


@pytest.fixture(autouse=True)
def _today(odoo: OdooDouble) -> None:
    odoo.clock.set(datetime(2027, 1, 1, 12, tzinfo=UTC))


async def _with_guests(odoo: OdooDouble, caller: Client, context: dict[str, Any], **vals: Any) -> int:
    """Create an event of alice's with bob and somebody from outside."""
    ext = odoo.as_user("admin").create("res.partner", {"name": "Ext", "email": "ext@example.net"})
    alice, bob = odoo.users["alice"], odoo.users["bob"]
    guests = [alice.partner_id, bob.partner_id, ext]
    whole = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00", **vals}
    whole |= {"user_id": alice.id, "partner_ids": [[6, 0, guests]]}
    event: int = await caller(EVENT, "create", whole, context=context)
    return event


def _told(odoo: OdooDouble) -> list[tuple[str, str]]:
    found = sorted((mail.kind, mail.to.partition("@")[0]) for mail in odoo.mails)
    odoo.mails.clear()
    return found


async def test_everybody_but_the_caller_is_invited(odoo: OdooDouble, alice: Client, svc: Client) -> None:
    await _with_guests(odoo, alice, {})
    assert _told(odoo) == [("invitation", "bob"), ("invitation", "ext")]
    await _with_guests(odoo, svc, {})
    assert _told(odoo) == [("invitation", "alice"), ("invitation", "bob"), ("invitation", "ext")]


async def test_dont_notify_is_no_mail_switch(odoo: OdooDouble, alice: Client) -> None:
    await _with_guests(odoo, alice, {"dont_notify": True, "tracking_disable": True})
    assert len(odoo.mails) == 2


async def test_events_of_the_past_invite_nobody(odoo: OdooDouble, alice: Client) -> None:
    await _with_guests(odoo, alice, {}, start="2026-03-10 09:00:00", stop="2026-03-10 10:00:00")
    assert odoo.mails == []


async def test_what_a_write_tells(odoo: OdooDouble, alice: Client, svc: Client) -> None:
    event = await _with_guests(odoo, alice, QUIET)
    for quiet in (
        {"name": "y"},
        {"location": "l"},
        {"description": "d"},
        {"active": False},
        {"active": True},
    ):
        await alice(EVENT, "write", [event], quiet)
    assert odoo.mails == []
    await alice(EVENT, "write", [event], {"start": "2027-03-11 09:00:00"})
    assert _told(odoo) == [("changed", "bob"), ("changed", "ext")]
    await alice(EVENT, "write", [event], {"partner_ids": [[4, svc.partner_id]]})
    assert _told(odoo) == [("invitation", "svc")]
    await alice(EVENT, "write", [event], {"partner_ids": [[3, svc.partner_id]]})
    await alice(EVENT, "unlink", [event])
    assert odoo.mails == []


async def test_the_quiet_keys_silence_everything(odoo: OdooDouble, alice: Client, svc: Client) -> None:
    event = await _with_guests(odoo, svc, QUIET)
    for vals in (
        {"start": "2027-03-11 09:00:00", "stop": "2027-03-11 10:00:00"},
        {"partner_ids": [[4, svc.partner_id]]},
        {"user_id": svc.uid},
        {"active": False},
    ):
        await svc(EVENT, "write", [event], vals, context=QUIET)
    row = [["x.y", "loaded", "2027-03-10 09:00:00", "2027-03-10 10:00:00", str(alice.partner_id)]]
    await svc(EVENT, "load", ["id", "name", "start", "stop", "partner_ids/.id"], row, context=QUIET)
    await svc(EVENT, "unlink", [event], context=QUIET)
    assert odoo.mails == []


async def test_series_mail_once(odoo: OdooDouble, alice: Client) -> None:
    rule = {"recurrency": True, "rrule": "FREQ=WEEKLY;COUNT=4", "event_tz": "Europe/Brussels"}
    event = await _with_guests(odoo, alice, {}, **rule)
    assert _told(odoo) == [("invitation", "bob"), ("invitation", "ext")]
    times = {"start": "2027-03-10 11:00:00", "stop": "2027-03-10 12:00:00"}
    await alice(EVENT, "write", [event], times | {"recurrence_update": "all_events"})
    told = [] if odoo.version == 19 else [("changed", "bob"), ("changed", "ext")]
    assert _told(odoo) == told
    rows = await alice(EVENT, "search", [["recurrence_id", "!=", False]], order="start")
    later = {"start": "2027-03-24 13:00:00", "recurrence_update": "future_events"}
    await alice(EVENT, "write", [rows[2]], later)
    assert _told(odoo) == [("changed", "bob"), ("changed", "ext")]


async def test_a_parameter_blocks_all_calendar_mail(odoo: OdooDouble, alice: Client, admin: Client) -> None:
    await admin("ir.config_parameter", "set_param", "calendar.block_mail", "1")
    await _with_guests(odoo, alice, {})
    assert odoo.mails == []
