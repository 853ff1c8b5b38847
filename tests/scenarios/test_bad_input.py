"""Odd events: the one is parked or cut with a clear reason, nothing is lost, the others are synced."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from sync.google.codec import DESCRIPTION_LIMIT, TITLE_LIMIT
from sync.text import CUT_MARK, visible_text
from tests.scenarios.busy import DAY, HOUR, NOON, make_in_odoo
from tests.scenarios.calendars import settle
from tests.scenarios.stage import Odd, reasons
from tests.world import World

pytestmark = pytest.mark.on_real_odoo


LONG = "word " * 2000


async def test_a_title_of_10_kb_is_cut_for_google_and_stays_whole_in_odoo(connected: World) -> None:
    event_id = make_in_odoo(connected, "alice", LONG.strip())
    await connected.sync("alice")
    [item] = connected.in_google("alice").events()
    assert len(item["summary"]) <= TITLE_LIMIT
    assert item["summary"].endswith(CUT_MARK)
    await connected.sync("alice")
    connected.in_google("alice").patch(item["id"], summary="Now: " + item["summary"])
    await connected.sync("alice")
    [row] = connected.odoo.as_user("alice").read("calendar.event", event_id, ["name"])
    assert row["name"] == "Now: " + LONG.strip()


async def test_a_description_of_1_mb_is_cut_for_google_and_stays_whole_in_odoo(connected: World) -> None:
    text = "<p>" + "much to say " * 90_000 + "</p>"
    event_id = make_in_odoo(connected, "alice", "Long", description=text)
    await connected.sync("alice")
    [item] = connected.in_google("alice").events()
    assert DESCRIPTION_LIMIT / 2 < len(item["description"]) <= DESCRIPTION_LIMIT
    connected.in_google("alice").patch(item["id"], location="There")
    await connected.sync("alice")
    [row] = connected.odoo.as_user("alice").read("calendar.event", event_id, ["description", "location"])
    assert len(visible_text(row["description"])) > 1_000_000
    assert row["location"] == "There"


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("summary", "NUL \0 and bell \a", "NUL  and bell"),
        ("summary", "lone \ud800 surrogate", "lone  surrogate"),
        ("summary", "שלום 🎉👩‍👩‍👧 سلام", "שלום 🎉👩‍👩‍👧 سلام"),
        ("location", "\0", ""),
        ("description", "a\0b", "<p>ab</p>"),
    ],
)
async def test_odd_characters(connected: World, odd: Odd, field: str, text: str, expected: str) -> None:
    item = connected.in_google("alice").create("Odd", start=NOON, end=NOON + HOUR)
    odd[item["id"]] = {field: text}
    connected.in_google("alice").create("Ordinary", start=NOON + HOUR, end=NOON + 2 * HOUR)
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 2}
    event = connected.odoo_events("alice")[0]
    assert {"summary": event.title, "location": event.location}.get(field, event.description) == expected
    connected.google.log.clear()
    await connected.sync("alice")
    assert connected.google.log.writes() == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"end": {"dateTime": (NOON - HOUR).isoformat()}}, "ends_before_start"),
        ({"end": None}, "no_start_or_end"),
        ({"end": {"date": str(DAY)}}, "mixed_start_and_end"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "unreadable_time"),
        ({"start": {"dateTime": "2026-12-01T10:00:00", "timeZone": "Mars/Olympus"}}, "unreadable_time"),
    ],
)
async def test_an_impossible_event_is_parked_and_named_and_the_others_synced(
    connected: World, odd: Odd, fields: dict[str, Any], reason: str
) -> None:
    google = connected.in_google("alice")
    item = google.create("Impossible", start=NOON, end=NOON + HOUR)
    odd[item["id"]] = fields
    google.create("Possible", start=NOON, end=NOON + HOUR)
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 1, "parked": 1}
    assert await reasons(connected) == [reason]
    alice = connected.in_slack("alice")
    await alice.command("/calsync status")
    shown = await alice.see("set aside")
    assert "Impossible" in str(shown.blocks)
    odd.clear()
    google.patch(item["id"], summary="Mended")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 1}
    assert await reasons(connected) == []
    connected.assert_agree("alice")


async def test_what_odoo_refuses_is_parked_alone_out_of_a_batch(connected: World) -> None:
    google = connected.in_google("alice")
    for n in range(12):
        google.create(f"Event {n}", start=NOON, end=NOON + HOUR)
    # Odoo refuses every batch that holds the odd row: the first, and the halves on the way down to it.
    refused = "odoo.exceptions.ValidationError"
    connected.odoo.faults.add(operation="calendar.event.create", status=200, reason=refused, times=5)
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 11, "parked": 1}
    assert await reasons(connected) == ["odoo_refuses"]
    connected.clock.advance(hours=1)
    assert (await connected.sync("alice")).counts == {"new_in_google": 1}
    connected.assert_agree("alice")


async def test_what_google_refuses_is_parked_and_tried_again(connected: World) -> None:
    make_in_odoo(connected, "alice", "Refused")
    make_in_odoo(connected, "alice", "Fine")
    connected.google.faults.add(operation="calendar.events.insert", status=400, reason="invalid")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1, "parked": 1}
    assert await reasons(connected) == ["google_refuses"]
    connected.clock.advance(hours=1)
    assert (await connected.sync("alice")).counts == {"new_in_odoo": 1}
    assert await reasons(connected) == []
    connected.assert_agree("alice")


async def test_an_event_that_google_always_stumbles_over_does_not_stop_the_others(connected: World) -> None:
    first = make_in_odoo(connected, "alice", "Poison")
    await connected.sync("alice")
    [poison] = connected.in_google("alice").events()
    connected.odoo.as_user("alice").write("calendar.event", first, {"name": "Poison 2"})
    make_in_odoo(connected, "alice", "Other")
    connected.google.faults.add(
        operation="calendar.events.patch", where={"event": poison["id"]}, status=500, times=None
    )
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_odoo": 1, "parked": 1}
    assert await reasons(connected) == ["google_trouble"]
    connected.google.faults.clear()
    connected.clock.advance(hours=1)
    assert (await connected.sync("alice")).counts == {"edited_in_odoo": 1}
    connected.assert_agree("alice")


async def test_private_events_of_google_become_plain_busy_blocks(connected: World) -> None:
    google = connected.in_google("alice")
    item = google.create(
        "Surgery", start=NOON, end=NOON + HOUR, visibility="private", location="Clinic", description="secret"
    )
    await connected.sync("alice")
    [event] = connected.odoo_events("alice")
    assert (event.title, event.location, event.description) == ("Busy", "", "")
    connected.assert_agree("alice")
    google.patch(item["id"], visibility="public")
    await connected.sync("alice")
    assert connected.odoo_events("alice")[0].title == "Surgery"
    google.patch(item["id"], visibility="private")
    await connected.sync("alice")
    assert connected.odoo_events("alice")[0].title == "Busy"
    assert google.event(item["id"])["summary"] == "Surgery"


async def test_events_masked_in_odoo_are_never_pushed_nor_overwritten(connected: World) -> None:
    alice = connected.odoo.as_user("alice")
    secret = make_in_odoo(connected, "alice", "Secret", privacy="private")
    shared = make_in_odoo(connected, "alice", "Shared")
    await connected.sync("alice")
    assert [event.title for event in connected.google_events("alice")] == ["Shared"]
    alice.write("calendar.event", shared, {"privacy": "private", "name": "Now secret"})
    await connected.sync("alice")
    [item] = connected.in_google("alice").events()
    assert item["summary"] == "Shared"
    connected.in_google("alice").patch(item["id"], summary="Edited in Google")
    await connected.sync("alice")
    assert await reasons(connected) == ["masked"]
    names = {row["name"] for row in alice.read("calendar.event", [secret, shared], ["name"])}
    assert names == {"Secret", "Now secret"}
    connected.advance(minutes=1)
    alice.write("calendar.event", shared, {"privacy": "public"})
    await connected.sync("alice")
    [item] = connected.in_google("alice").events()
    assert item["summary"] == "Now secret"
    assert await reasons(connected) == []


async def test_series_and_foreign_meetings_are_no_odd_events(connected: World) -> None:
    google = connected.in_google("alice")
    start, end = ({"dateTime": at.isoformat(), "timeZone": "Europe/Brussels"} for at in (NOON, NOON + HOUR))
    google.create("Weekly", start=start, end=end, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])
    google.invited("boss@elsewhere.example", "uid-1", "Their meeting", start=NOON, end=NOON + HOUR)
    make_in_odoo(connected, "alice", "Daily", recurrency=True, rrule="FREQ=DAILY;COUNT=4", event_tz="UTC")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 2, "new_in_odoo": 1}
    assert await reasons(connected) == []
    shown = await settle(connected)
    assert Counter(one.title for one in shown) == {"Weekly": 3, "Their meeting": 1, "Daily": 4}
