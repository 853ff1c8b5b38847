"""Search domains, order, archived records, and how exactly datetimes compare."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client, logged_in

EVENT = "calendar.event"


async def _some(odoo: OdooDouble) -> tuple[Client, list[int]]:
    """Create five events, of which the fourth is archived."""
    alice, bob = await logged_in(odoo, "alice"), await logged_in(odoo, "bob")
    told: tuple[tuple[str, Any, list[Client]], ...] = (
        ("Aa", "L1", [alice]),
        ("ab", False, [alice, bob]),
        ("Bc", "l2", [bob]),
        ("arch", "L3", [alice]),
        ("50%_x", False, []),
    )
    ids = [
        await alice.event(
            name=name,
            location=location,
            start=f"2027-03-1{day} 09:00:00",
            stop=f"2027-03-1{day} 10:00:00",
            partner_ids=[[6, 0, [guest.partner_id for guest in guests]]],
            active=name != "arch",
        )
        for day, (name, location, guests) in enumerate(told)
    ]
    return alice, ids


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ([], "0124"),
        ([["name", "=", "Aa"]], "0"),
        ([["name", "!=", "Aa"]], "124"),
        ([["name", "in", ["Aa", "Bc"]]], "02"),
        ([["name", "not in", ["Aa", "Bc"]]], "14"),
        ([["name", "like", "a"]], "01"),
        ([["name", "ilike", "A"]], "01"),
        ([["name", "not ilike", "a"]], "24"),
        ([["name", "=like", "A%"]], "0"),
        ([["name", "=ilike", "a%"]], "01"),
        ([["location", "=", False]], "14"),
        ([["location", "!=", "L1"]], "124"),
        ([["location", "in", ["L1", False]]], "014"),
        (["!", ["name", "=", "Aa"]], "124"),
        (["|", ["name", "=", "Aa"], ["name", "=", "Bc"]], "02"),
        (["|", "&", ["name", "=", "Aa"], ["location", "=", "L1"], ["name", "=", "ab"]], "01"),
        ([["active", "=", False]], "3"),
        ([["active", "in", [True, False]]], "01234"),
        ([["start", ">=", "2027-03-11 09:00:00"]], "124"),
        ([["start", "<", "2027-03-11 09:00:00"]], "0"),
        ([["start", ">", "2027-03-11"]], "24"),
        ([["start", "<=", "2027-03-11"]], "01"),
        ([["start", "=", "2027-03-11T09:00:00Z"]], "1"),
        ([["partner_ids", "=", False]], "4"),
        ([["partner_ids", "ilike", "bo"]], "12"),
        ([["partner_ids", "not in", [1]]], "0124"),
        ([["partner_ids.name", "=", "Bob"]], "12"),
        ([["partner_ids.user_ids.login", "=", "bob"]], "12"),
        ([["partner_ids", "any", [["name", "=", "Bob"]]]], "12"),
        ([["user_id.login", "=", "alice"]], "0124"),
        ([["user_id", "=", "Alice"]], "0124"),
        ([["attendee_ids.state", "=", "needsAction"]], "12"),
        ([["recurrence_id", "=", False]], "0124"),
        ([["name", "=?", False]], "0124"),
        ([[1, "=", 1]], "0124"),
        ([[0, "=", 1]], ""),
    ],
)
async def test_what_a_domain_finds(odoo18: OdooDouble, domain: list[Any], found: str) -> None:
    alice, ids = await _some(odoo18)
    hits = await alice(EVENT, "search", domain, order="id")
    assert "".join(str(ids.index(i)) for i in hits) == found
    assert await alice(EVENT, "search_count", domain) == len(found)


@pytest.mark.parametrize(
    ("domain", "error"),
    [
        ([["nope", "=", 1]], "builtins.ValueError"),
        ([["name", "=="]], "builtins.ValueError"),
        ([["name", "foo", "x"]], "builtins.ValueError"),
        (["&", ["name", "=", "x"]], "builtins.ValueError"),
        ([["user_id.nope", "=", 1]], "builtins.ValueError"),
        ("x", "builtins.AssertionError"),
        ([["start", ">=", "garbage"]], "psycopg2.errors.InvalidDatetimeFormat"),
    ],
)
async def test_domains_that_make_no_sense(odoo18: OdooDouble, domain: Any, error: str) -> None:
    alice = await logged_in(odoo18, "alice")
    assert await alice.refused(EVENT, "search", domain) == error


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (None, "4210"),
        ("name", "4021"),
        ("start desc, id", "4210"),
        ("location", "0214"),
        ("location desc, id", "1420"),
    ],
)
async def test_orders(odoo18: OdooDouble, order: str | None, found: str) -> None:
    alice, ids = await _some(odoo18)
    hits = await alice(EVENT, "search", [], order=order)
    assert "".join(str(ids.index(i)) for i in hits) == found


async def test_pages_and_search_read(odoo18: OdooDouble) -> None:
    alice, ids = await _some(odoo18)
    assert await alice(EVENT, "search", [], offset=1, limit=2, order="id") == ids[1:3]
    (row,) = await alice(EVENT, "search_read", [["name", "=", "Aa"]], ["name", "user_id"])
    assert row == {"id": ids[0], "name": "Aa", "user_id": [alice.uid, "Alice"]}
    (row,) = await alice(EVENT, "read", ids[:1], ["user_id"], load=False)
    assert row["user_id"] == alice.uid


async def test_how_exactly_datetimes_compare(odoo: OdooDouble, alice: Client) -> None:
    odoo.clock.set(datetime(2027, 1, 1, 12, 0, 0, 500_000, tzinfo=UTC), frozen=True)
    event = await alice.event()
    read = (await alice.read(event, "write_date"))["write_date"]
    assert read == "2027-01-01 12:00:00"
    hits = {
        op: await alice(EVENT, "search", [["write_date", op, read]]) == [event]
        for op in ("=", ">", ">=", "<")
    }
    whole = odoo.version == 19
    assert hits == {"=": whole, ">": not whole, ">=": True, "<": False}
    exact = await alice(EVENT, "search", [["write_date", "=", f"{read}.500000"]])
    assert exact == [event]


async def test_unstored_fields_match_everything_before_19(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event()
    if odoo.version == 19:
        assert await alice.refused(EVENT, "search", [["rrule", "=", "x"]]) == "builtins.ValueError"
    else:
        assert await alice(EVENT, "search", [["rrule", "=", "x"]]) == [event]


async def test_archived_events_are_read_by_id(alice: Client) -> None:
    event = await alice.event()
    await alice(EVENT, "action_archive", [event], context=QUIET)
    assert await alice(EVENT, "search", []) == []
    assert (await alice.read(event, "active"))["active"] is False
    await alice(EVENT, "action_unarchive", [event])
    assert await alice(EVENT, "search", []) == [event]
