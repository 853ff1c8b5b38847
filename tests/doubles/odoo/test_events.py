"""Single events: formats, defaults, all-day rules, what is ignored and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.doubles.odoo import OdooDouble
from tests.doubles.odoo.conftest import QUIET, Client

EVENT = "calendar.event"
TIMES = ("start", "stop", "start_date", "stop_date", "allday", "duration")
_VALIDATION = "odoo.exceptions.ValidationError"
_VALUE = "builtins.ValueError"


async def test_what_a_new_event_looks_like(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event()
    assert await alice.read(
        event, *TIMES, "privacy", "show_as", "user_id", "active", "location", "access_token"
    ) == {
        "id": event,
        "start": "2027-03-10 09:00:00",
        "stop": "2027-03-10 10:00:00",
        "start_date": False,
        "stop_date": False,
        "allday": False,
        "duration": 1.0,
        "privacy": "public" if odoo.version == 17 else False,
        "show_as": "busy",
        "user_id": [alice.uid, "Alice"],
        "active": True,
        "location": False,
        "access_token": False,
    }
    every = await alice.read(event)
    assert len(every) == {17: 81, 18: 81, 19: 84}[odoo.version]


async def test_the_start_defaults_to_the_next_half_hour(odoo: OdooDouble, alice: Client) -> None:
    odoo.clock.set(datetime(2027, 5, 1, 10, 12, tzinfo=UTC))
    event = await alice(EVENT, "create", {"name": "x"})
    row = await alice.read(event, "start", "stop")
    assert (row["start"], row["stop"]) == ("2027-05-01 10:30:00", "2027-05-01 11:30:00")
    later = {"name": "x", "start": "2027-06-01 10:00:00"}
    assert await alice.refused(EVENT, "create", later) == _VALIDATION


async def test_all_day_events_are_ruled_by_their_dates(alice: Client) -> None:
    dates = {"allday": True, "start_date": "2027-03-10", "stop_date": "2027-03-11"}
    event = await alice.event(**dates)
    whole = {
        **dates,
        "id": event,
        "start": "2027-03-10 08:00:00",
        "stop": "2027-03-11 18:00:00",
        "duration": 34.0,
    }
    assert await alice.read(event, *TIMES) == whole
    given = {"allday": True, "start": "2027-03-10 00:00:00", "stop": "2027-03-11 00:00:00"}
    assert await alice.read(await alice.event(**given), *TIMES[:4]) == {
        "id": event + 1,
        "start": "2027-03-10 00:00:00",
        "stop": "2027-03-11 00:00:00",
        "start_date": "2027-03-10",
        "stop_date": "2027-03-11",
    }


async def test_switching_between_timed_and_all_day(alice: Client) -> None:
    event = await alice.event()
    dates = {"allday": True, "start_date": "2027-03-20", "stop_date": "2027-03-20"}
    await alice(EVENT, "write", [event], dates)
    assert (await alice.read(event, "start", "stop"))["stop"] == "2027-03-20 18:00:00"
    times = {"allday": False, "start": "2027-03-21 07:00:00", "stop": "2027-03-21 08:00:00"}
    await alice(EVENT, "write", [event], times)
    assert await alice.read(event, *TIMES) == {
        **times,
        "id": event,
        "start_date": False,
        "stop_date": False,
        "duration": 1.0,
    }


async def test_a_start_alone_moves_the_whole_event(alice: Client) -> None:
    event = await alice.event(stop="2027-03-10 11:30:00")
    await alice(EVENT, "write", [event], {"start": "2027-04-01 09:00:00"})
    assert (await alice.read(event, "stop"))["stop"] == "2027-04-01 11:30:00"
    await alice(EVENT, "write", [event], {"stop": "2027-04-01 09:00:00"})
    assert (await alice.read(event, "duration"))["duration"] == 0.0


async def test_an_all_day_event_needs_both_dates(odoo: OdooDouble, alice: Client) -> None:
    vals = {"name": "x", "allday": True, "start_date": "2027-03-10"}
    wanted = _VALIDATION if odoo.version == 19 else "builtins.AttributeError"
    assert await alice.refused(EVENT, "create", vals) == wanted


@pytest.mark.parametrize(
    ("vals", "error"),
    [
        ({"stop": "2027-03-09 10:00:00"}, _VALIDATION),
        ({"allday": True, "start_date": "2027-03-10", "stop_date": "2027-03-09"}, _VALIDATION),
        ({"name": False}, _VALIDATION),
        ({"start": False}, _VALIDATION),
        ({"show_as": False}, _VALIDATION),
        ({"show_as": "tentative"}, _VALUE),
        ({"start": "2027-03-10T09:00:00"}, _VALUE),
        ({"start": "2027-03-10T09:00:00Z"}, _VALUE),
        ({"start": "2027-03-10 09:00:00.5"}, _VALUE),
        ({"x_nope": 1}, _VALUE),
        ({"name": "a\0b"}, _VALUE),
        ({"partner_ids": "x"}, _VALUE),
        ({"alarm_ids": [[6, 0, [999999]]]}, _VALIDATION),
    ],
)
async def test_bad_values(alice: Client, vals: dict[str, Any], error: str) -> None:
    good = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}
    assert await alice.refused(EVENT, "create", good | vals) == error
    assert await alice.refused(EVENT, "create", [good, good | vals]) == error
    assert await alice(EVENT, "search", []) == []


async def test_errors_that_differ_between_versions(odoo: OdooDouble, alice: Client) -> None:
    good = {"name": "x", "start": "2027-03-10 09:00:00", "stop": "2027-03-10 10:00:00"}
    february = await alice.refused(EVENT, "create", good | {"start": "2027-02-30 09:00:00"})
    assert february == (_VALUE if odoo.version == 19 else "psycopg2.errors.DatetimeFieldOverflow")
    nobody = _VALIDATION if odoo.version < 19 else "odoo.exceptions.MissingError"
    assert await alice.refused(EVENT, "create", good | {"user_id": 999999}) == nobody
    assert await alice.refused(EVENT, "create", good | {"partner_ids": [[6, 0, [999999]]]}) == nobody
    if odoo.version == 17:
        assert await alice.refused(EVENT, "create", good | {"privacy": False}) == _VALIDATION


async def test_unusual_values_that_are_fine(alice: Client) -> None:
    event = await alice.event(name=5, start="2027-03-10 09:00", stop="9999-12-31 00:00:00")
    assert (await alice.read(event, "name"))["name"] == "5"
    for name in ("", "   ", "👩‍👩‍👧 é سلام\u200f", "a\x01b"):
        event = await alice.event(name=name)
        assert (await alice.read(event, "name"))["name"] == name
    event = await alice.event(start="0001-01-01 00:00:00", stop="0001-01-01 01:00:00")
    assert (await alice.read(event, "start"))["start"] == "1-01-01 00:00:00"


async def test_fields_that_cannot_be_set_are_ignored(alice: Client) -> None:
    event = await alice.event(write_date="2020-01-01 00:00:00", id=99, create_uid=1, partner_id=1)
    row = await alice.read(event, "write_date", "create_uid", "partner_id")
    assert not row["write_date"].startswith("2020")
    assert row["create_uid"] == [alice.uid, "Alice"]
    assert row["partner_id"] == [alice.partner_id, "Alice"]


async def test_a_single_event_has_no_zone_and_no_rule(alice: Client) -> None:
    event = await alice.event(event_tz="Mars/X", rrule="FREQ=DAILY")
    row = await alice.read(event, "event_tz", "rrule", "count", "recurrency")
    assert row == {"id": event, "event_tz": False, "rrule": False, "count": 0, "recurrency": False}
    refused = await alice.refused(EVENT, "write", [event], {"event_tz": "Asia/Tehran"})
    assert refused == "odoo.exceptions.UserError"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://meet.google.com/abc", "https://meet.google.com/abc"),
        ("http://a.example", "http://a.example"),
        ("meet.google.com/abc", "{url}/meet.google.com/abc"),
        ("", ""),
        (False, False),
    ],
)
async def test_the_place_of_a_call(odoo: OdooDouble, alice: Client, given: Any, kept: Any) -> None:
    event = await alice.event(videocall_location=given)
    row = await alice.read(event, "videocall_location", "videocall_source")
    assert row["videocall_location"] == (kept.format(url=odoo.url) if kept else kept)
    assert row["videocall_source"] == "custom"


async def test_a_room_of_odoos_own_sets_the_token(odoo: OdooDouble, alice: Client) -> None:
    event = await alice.event(videocall_location="https://x/calendar/join_videocall/old")
    row = await alice.read(event, "videocall_location", "videocall_source", "access_token")
    assert row["videocall_location"] == f"{odoo.url}/calendar/join_videocall/{row['access_token']}"
    assert row["videocall_source"] == "discuss"


async def test_a_token_given_at_creation_can_be_searched(alice: Client, svc: Client) -> None:
    event = await alice.event(access_token="secret", active=False)
    by_token = [("access_token", "in", ["secret", "other"])]
    assert await svc(EVENT, "search", by_token) == []
    assert await svc(EVENT, "search", by_token, context={"active_test": False}) == [event]


async def test_the_contact_text_of_19(odoo: OdooDouble, alice: Client, bob: Client) -> None:
    vals = {
        "name": "x",
        "start": "2027-03-10 09:00:00",
        "stop": "2027-03-10 10:00:00",
        "description": "<p>d</p>",
    }
    partners = {"partner_ids": [[6, 0, [alice.partner_id, bob.partner_id]]]}
    loud = await alice(EVENT, "create", vals | partners)
    quiet = await alice(EVENT, "create", vals | partners, context=QUIET)
    text = (
        '<div><p>d</p><br><strong>Organized by</strong><br>Alice<br><a href="mailto:alice@example.com">'
        "alice@example.com</a><br><br><strong>Contact Details</strong><br>Bob<br>"
        '<a href="mailto:bob@example.com">bob@example.com</a></div>'
    )
    assert (await alice.read(loud, "description"))["description"] == (
        text if odoo.version == 19 else "<p>d</p>"
    )
    assert (await alice.read(quiet, "description"))["description"] == "<p>d</p>"
    await alice(EVENT, "write", [quiet], {"description": "<p>e</p>"})
    assert (await alice.read(quiet, "description"))["description"] == "<p>e</p>"


async def test_missing_records(alice: Client) -> None:
    event = await alice.event()
    assert [row["id"] for row in await alice(EVENT, "read", [event, 999999], ["name"])] == [event]
    assert (
        await alice.refused(EVENT, "write", [event, 999999], {"name": "y"}) == "odoo.exceptions.MissingError"
    )
    assert await alice.refused(EVENT, "unlink", [event, 999999]) == "odoo.exceptions.MissingError"
    assert (await alice.read(event, "name"))["name"] == "x"
    assert await alice(EVENT, "write", [], {"name": "y"}) is True


async def test_fields_get_describes_what_is_there(odoo: OdooDouble, alice: Client) -> None:
    shown = await alice(EVENT, "fields_get", ["privacy", "start"], ["type", "required"])
    assert shown == {
        "privacy": {"type": "selection", "required": odoo.version == 17},
        "start": {"type": "datetime", "required": True},
    }
    names = await alice(EVENT, "fields_get", [], ["type"])
    assert ("notes" in names) is ("effective_privacy" in names) is (odoo.version == 19)
    assert "google_id" not in names
