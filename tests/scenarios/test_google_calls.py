"""Calls of the real client that return more than one event, or make a meeting link."""

from __future__ import annotations

from datetime import timedelta

from tests.scenarios.line import (
    ALICE,
    EVENT_ID,
    NOON,
    TIMES,
    Line,
)


async def test_a_series_comes_whole_on_however_many_pages(line: Line) -> None:
    line.google.settings.page_size = 1
    line.google.settings.empty_pages = True
    zone = {"timeZone": "Europe/Brussels"}
    master = await line.client.insert(
        ALICE,
        {
            "start": TIMES["start"] | zone,
            "end": TIMES["end"] | zone,
            "recurrence": ["RRULE:FREQ=DAILY;COUNT=5"],
        },
    )
    moved, cancelled = line.alice.instances(master["id"])[1:3]
    line.alice.patch(moved["id"], summary="Moved")
    line.alice.delete(cancelled["id"])
    line.alice.create("Another", start=NOON, end=NOON + timedelta(hours=1))
    found = await line.client.series(ALICE, master["iCalUID"])
    assert {item["id"]: item["status"] for item in found} == {
        master["id"]: "confirmed",
        moved["id"]: "confirmed",
        cancelled["id"]: "cancelled",
    }
    line.alice.delete(master["id"])
    assert {item["status"] for item in await line.client.series(ALICE, master["iCalUID"])} == {"cancelled"}

    assert await line.client.series(ALICE, "nobody@knows") == []


async def test_an_occurrence_is_found_by_its_original_start_even_if_moved_or_cancelled(line: Line) -> None:
    zone = {"timeZone": "UTC"}
    master = await line.client.insert(
        ALICE,
        {
            "start": TIMES["start"] | zone,
            "end": TIMES["end"] | zone,
            "recurrence": ["RRULE:FREQ=DAILY;COUNT=4"],
        },
    )
    plain, moved, cancelled, _ = line.alice.instances(master["id"])
    later = NOON + timedelta(days=1, hours=5)
    line.alice.patch(moved["id"], start=later, end=later + timedelta(hours=1))
    line.alice.delete(cancelled["id"])
    for instance, status in ((plain, "confirmed"), (moved, "confirmed"), (cancelled, "cancelled")):
        start = instance["originalStartTime"]["dateTime"]
        [found] = await line.client.instances(ALICE, master["id"], start)
        assert (found["id"], found["status"]) == (instance["id"], status)
    start = cancelled["originalStartTime"]["dateTime"]
    assert await line.client.instances(ALICE, master["id"], start, show_deleted=False) == []
    assert await line.client.instances(ALICE, master["id"], "2026-03-02T12:01:00Z") == []


async def test_a_meeting_link_is_made_and_taken_only_where_it_is_meant(line: Line) -> None:
    asked = {"createRequest": {"requestId": "r1"}}
    without = await line.client.insert(ALICE, TIMES | {"conferenceData": asked})
    assert "conferenceData" not in without
    made = await line.client.insert(ALICE, TIMES | {"id": EVENT_ID, "conferenceData": asked}, conference=True)
    link = (await line.client.get(ALICE, EVENT_ID) or {})["hangoutLink"]
    for pending in (1, 1000):
        version = (await line.client.get(ALICE, EVENT_ID) or {})["etag"]
        changes = {"summary": f"{pending}", "conferenceData": None}
        made = await line.client.modify(ALICE, EVENT_ID, changes, version, pending=pending)
        assert made["hangoutLink"] == link
    made = await line.client.patch(ALICE, EVENT_ID, {"conferenceData": None}, made["etag"], conference=True)
    assert "hangoutLink" not in made
    assert not line.google.mails
