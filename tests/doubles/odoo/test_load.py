"""`load`: external ids, the trap of the time zone, and all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client, logged_in

EVENT = "calendar.event"
FIELDS = ["id", "name", "start", "stop"]
UTC_QUIET = {**QUIET, "tz": "UTC"}
IF_ABSENT = {**UTC_QUIET, "mode": "update", "noupdate": True}


def _row(xid: str, name: str = "n", start: str = "2027-03-10 09:00:00") -> list[str]:
    return [xid, name, start, "2027-03-10 10:00:00"]


async def _load(
    client: Client, rows: list[list[str]], fields: list[str] | None = None, **context: Any
) -> Any:
    return await client(EVENT, "load", fields or FIELDS, rows, context=UTC_QUIET | context)


async def test_the_same_external_id_updates_the_same_record(alice: Client) -> None:
    first = await _load(alice, [_row("__x__.a"), _row("__x__.b")])
    assert first == {"ids": [1, 2], "messages": [], "nextrow": 0}
    again = await _load(alice, [_row("__x__.b", "new"), _row("__x__.c"), _row("__x__.c", "last")])
    assert again["ids"] == [2, 3, 3]
    names = await alice(EVENT, "search_read", [], ["name"], order="id")
    assert [row["name"] for row in names] == ["n", "new", "last"]


async def test_times_are_read_in_the_users_zone(alice: Client) -> None:
    context = {key: value for key, value in UTC_QUIET.items() if key != "tz"}
    rows = [_row("__x__.a", start="2027-03-10 09:00:00")]
    (event,) = (await alice(EVENT, "load", FIELDS, rows, context=context))["ids"]
    assert (await alice.read(event, "start"))["start"] == "2027-03-10 08:00:00"
    (event,) = (await _load(alice, [_row("__x__.b")]))["ids"]
    assert (await alice.read(event, "start"))["start"] == "2027-03-10 09:00:00"


async def test_create_if_absent_changes_nothing_later(odoo: OdooDouble, alice: Client) -> None:
    odoo.clock.set(datetime(2027, 1, 1, tzinfo=UTC), frozen=True)
    (event,) = (await alice(EVENT, "load", FIELDS, [_row("__x__.a", "first")], context=IF_ABSENT))["ids"]
    before = await alice.read(event, "name", "write_date")
    odoo.clock.advance(minutes=1)
    assert (await alice(EVENT, "load", FIELDS, [_row("__x__.a", "again")], context=IF_ABSENT))["ids"] == [
        event
    ]
    await alice(EVENT, "write", [event], {"active": False})
    assert (await alice(EVENT, "load", FIELDS, [_row("__x__.a")], context=IF_ABSENT))["ids"] == [event]
    after = await alice.read(event, "name", "active")
    assert (after["name"], after["active"], before["name"]) == ("first", False, "first")
    assert (await _load(alice, [_row("__x__.a", "upsert")]))["ids"] == [event]
    assert (await alice.read(event, "name"))["name"] == "upsert"


async def test_a_deleted_record_comes_back_as_a_new_one(alice: Client, svc: Client) -> None:
    (event,) = (await _load(alice, [_row("__x__.a")]))["ids"]
    assert await alice(EVENT, "get_external_id", [event]) == {str(event): "__x__.a"}
    assert await svc("ir.model.data", "check_object_reference", "__x__", "a") == [EVENT, event]
    await alice(EVENT, "unlink", [event])
    gone = await svc.refused("ir.model.data", "check_object_reference", "__x__", "a")
    assert gone == "builtins.ValueError"
    assert (await alice(EVENT, "load", FIELDS, [_row("__x__.a")], context=IF_ABSENT))["ids"] == [event + 1]


@pytest.mark.parametrize(
    ("fields", "row", "field", "text"),
    [
        (FIELDS, _row("__x__.b", start="garbage"), "start", "valid datetime"),
        (FIELDS, _row("__x__.b", name=""), "name", "Missing required value"),
        (FIELDS, _row("__x__.b", start="2027-03-10 11:00:00"), None, "cannot be earlier"),
        (FIELDS, _row("__x__.a b"), None, "nospaces"),
        (FIELDS, _row("base.user_admin"), None, "different model res.users"),
        ([*FIELDS, "show_as"], [*_row("__x__.b"), "nope"], "show_as", "not found in selection"),
        ([*FIELDS, "allday"], [*_row("__x__.b"), "maybe"], "allday", "boolean field"),
        ([*FIELDS, "user_id/.id"], [*_row("__x__.b"), "999999"], "user_id", "No matching record"),
        ([*FIELDS, "user_id/.id"], [*_row("__x__.b"), "x"], "user_id", "Invalid database id"),
        ([*FIELDS, "user_id"], [*_row("__x__.b"), "Nobody"], "user_id", "No matching record"),
        ([*FIELDS, "duration"], [*_row("__x__.b"), "x"], "duration", "number"),
        ([".id", "name"], ["999999", "n"], ".id", "Unknown database identifier"),
    ],
)
async def test_one_bad_row_stores_nothing(
    odoo18: OdooDouble, fields: list[str], row: list[str], field: str | None, text: str
) -> None:
    alice = await logged_in(odoo18, "alice")
    result = await _load(alice, [row], fields)
    assert (result["ids"], result["nextrow"]) == (False, 0)
    (message,) = result["messages"]
    assert (message["type"], message["record"], message.get("field")) == ("error", 0, field)
    assert text in message["message"]
    assert await alice(EVENT, "search", []) == []


async def test_errors_name_their_rows(alice: Client) -> None:
    result = await _load(alice, [_row("__x__.a"), _row("__x__.b", start="x"), _row("__x__.c", start="y")])
    assert [message["rows"] for message in result["messages"]] == [{"from": 1, "to": 1}, {"from": 2, "to": 2}]
    assert await alice.refused(EVENT, "load", ["id", "nofield"], [["__x__.a", "x"]]) == "builtins.ValueError"


async def test_relations_and_labels(alice: Client, bob: Client) -> None:
    fields = [*FIELDS, "user_id", "partner_ids/.id", "alarm_ids/.id", "show_as", "allday"]
    partners = f"{alice.partner_id},{bob.partner_id}"
    (event,) = (await _load(alice, [[*_row("__x__.a"), "Bob", partners, "1,2", "Available", "0"]], fields))[
        "ids"
    ]
    row = await alice.read(event, "user_id", "partner_ids", "alarm_ids", "show_as", "allday")
    assert (row["user_id"], row["alarm_ids"], row["show_as"]) == ([bob.uid, "Bob"], [1, 2], "free")
    assert sorted(row["partner_ids"]) == sorted([alice.partner_id, bob.partner_id])


async def test_attendees_in_rows_of_their_own(alice: Client, bob: Client) -> None:
    fields = [*FIELDS, "partner_ids/.id", "attendee_ids/partner_id/.id", "attendee_ids/state"]
    partners = f"{alice.partner_id},{bob.partner_id}"
    rows = [
        [*_row("__x__.a"), partners, str(alice.partner_id), "tentative"],
        ["", "", "", "", "", str(bob.partner_id), "declined"],
        [*_row("__x__.b"), str(bob.partner_id), "", ""],
    ]
    first, second = (await _load(alice, rows, fields))["ids"]
    assert await alice.states(first) == {"Alice": "tentative", "Bob": "declined"}
    assert await alice.states(second) == {"Bob": "needsAction"}


async def test_all_day_events_and_series(alice: Client) -> None:
    fields = ["id", "name", "allday", "start_date", "stop_date"]
    (event,) = (await _load(alice, [["__x__.a", "d", "True", "2027-03-10", "2027-03-11"]], fields))["ids"]
    assert (await alice.read(event, "stop"))["stop"] == "2027-03-11 18:00:00"
    fields = [*FIELDS, "recurrency", "rrule", "event_tz"]
    await _load(alice, [[*_row("__x__.r"), "True", "FREQ=DAILY;COUNT=3", "UTC"]], fields)
    assert await alice(EVENT, "search_count", [["recurrence_id", "!=", False]]) == 3


async def test_somebody_elses_private_event_is_a_message(alice: Client, bob: Client) -> None:
    (event,) = (await _load(alice, [_row("__x__.a")]))["ids"]
    assert (await _load(bob, [_row("__x__.a", "public")]))["ids"] == [event]
    await alice(EVENT, "write", [event], {"privacy": "private"})
    result = await _load(bob, [_row("__x__.a", "mine")])
    assert result["ids"] is False
    assert "Calendar Event" in result["messages"][0]["message"]


async def test_a_conflict_is_a_message_and_not_tried_again(odoo: OdooDouble, alice: Client) -> None:
    now = odoo.clock.now()
    await _load(alice, [_row("__x__.a")])
    with odoo.transaction(started=now - timedelta(seconds=1)):
        result = odoo.as_user("bob").call(EVENT, "load", FIELDS, [_row("__x__.a")], context=IF_ABSENT)
    assert result["ids"] is False
    assert "could not serialize access" in result["messages"][0]["message"]
