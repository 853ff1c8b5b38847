"""Events that break Google's own rules: one is set aside with a plain sentence, all others are synced."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.stage import Odd, names, reasons, rows
from tests.world import World

UNREADABLE_TIME = "its time cannot be read; set it again"
NO_START_OR_END = "it has no start or no end; give it both"
UNREADABLE_EVENT = "Google shows it in a form that cannot be read"
UNREADABLE_RULE = "it repeats in a way that cannot be read; set the repetition again"
TOO_MANY = "it repeats too often; give it an end or fewer dates"
EVERY_HOUR = ",".join(map(str, range(24)))


def make(world: World, title: str, **more: Any) -> str:
    """Let alice make an event of an hour in Google and return its id."""
    start, end = ({"dateTime": at.isoformat(), "timeZone": "Europe/Brussels"} for at in (NOON, NOON + HOUR))
    event = world.in_google("alice").create(title, **({"start": start, "end": end} | more))
    return str(event["id"])


async def assert_quiet(world: World) -> None:
    """Assert that a further run writes nothing to either side, and that nobody was mailed."""
    world.google.log.clear()
    world.odoo.log.clear()
    assert (await world.sync("alice")).code == "ok"
    assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails


async def assert_set_aside(world: World, title: str, sentence: str) -> None:
    """Assert that one event is named under `/calsync status` with its sentence, and none besides."""
    assert len(await reasons(world)) == 1
    alice = world.in_slack("alice")
    alice.reload()
    await alice.command("/calsync status")
    shown = str((await alice.see("set aside")).blocks)
    assert title in shown
    assert sentence in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"start": None}, NO_START_OR_END),
        ({"end": None}, NO_START_OR_END),
        ({"start": None, "end": None}, NO_START_OR_END),
        ({"start": {"timeZone": "UTC"}, "end": {"timeZone": "UTC"}}, UNREADABLE_TIME),
        ({"start": "tomorrow", "end": "later"}, UNREADABLE_TIME),
        ({"summary": ["a", "list"]}, UNREADABLE_EVENT),
        ({"attendees": 7}, UNREADABLE_EVENT),
        ({"organizer": "somebody"}, UNREADABLE_EVENT),
        ({"reminders": {"overrides": [{"method": "popup", "minutes": "soon"}]}}, UNREADABLE_EVENT),
        ({"recurrence": ["RRULE:FREQ=SOMETIMES;COUNT=3"]}, UNREADABLE_RULE),
        ({"recurrence": ["RRULE:FREQ=DAILY;COUNT=many"]}, UNREADABLE_RULE),
        ({"recurrence": ["RRULE:FREQ=DAILY;INTERVAL=0"]}, UNREADABLE_RULE),
        ({"recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=XX"]}, UNREADABLE_RULE),
        ({"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=christmas"]}, UNREADABLE_RULE),
        ({"recurrence": ["RRULE:RSCALE=CHINESE;FREQ=YEARLY"]}, UNREADABLE_RULE),
        ({"recurrence": ["RRULE:"]}, UNREADABLE_RULE),
        ({"recurrence": ["VALARM:FREQ=DAILY"]}, UNREADABLE_RULE),
        ({"recurrence": ["RDATE:yesterday"]}, UNREADABLE_RULE),
        ({"recurrence": [{"rule": "daily"}]}, UNREADABLE_EVENT),
        ({"recurrence": [f"RRULE:FREQ=DAILY;BYHOUR={EVERY_HOUR};COUNT=10000"]}, TOO_MANY),
        ({"recurrence": ["RRULE:FREQ=SECONDLY"]}, TOO_MANY),
    ],
)
async def test_what_cannot_be_read_is_set_aside_alone(
    connected: World, odd: Odd, fields: dict[str, Any], sentence: str
) -> None:
    event = make(connected, "Impossible")
    odd[event] = fields
    title = "" if "summary" in fields else "Impossible"
    make(connected, "Possible")
    make(connected, "Series", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    make_in_odoo(connected, "alice", "From Odoo")
    outcome = await connected.sync("alice")
    assert outcome.code == "ok"
    assert outcome.counts == {"new_in_google": 2, "new_in_odoo": 1, "parked": 1}
    assert sorted(names(rows(connected))) == ["From Odoo", "Possible", "Series", "Series"]
    await assert_set_aside(connected, title, sentence)
    await assert_quiet(connected)
    odd.clear()
    connected.in_google("alice").patch(event, location="Mended")
    assert (await connected.sync("alice")).counts == {"new_in_google": 1}
    assert await reasons(connected) == []
    await assert_quiet(connected)


@pytest.mark.parametrize(
    "fields",
    [
        {"brandNew": {"field": [1, 2, 3]}, "kind": "calendar#somethingElse"},
        {"reminders": None},
        {"reminders": {}},
        {"organizer": None},
        {"organizer": None, "creator": None, "iCalUID": None, "sequence": None, "updated": None},
        {"conferenceData": {}},
        {"conferenceData": {"conferenceSolution": {"name": "Other"}}},
        {"conferenceData": {"entryPoints": []}},
        {"conferenceData": {"entryPoints": [{"entryPointType": "phone", "uri": "tel:+1"}, None, "video"]}},
        {"conferenceData": "none", "hangoutLink": 5},
        {"extendedProperties": "malformed"},
        {"extendedProperties": {"private": None, "shared": []}},
        {"extendedProperties": {"private": {"calsync": {"nested": True}}}},
        {"extendedProperties": {"private": {"calsync": "1.0.0.-5"}, "shared": {"odoo_id": "x"}}},
        {"transparency": "translucent"},
        {"attendees": [{"email": None}, {"id": "1"}, "somebody", {"email": "not an address"}]},
        {"attachments": [{"fileUrl": 5}], "gadget": {"display": "?"}, "source": {}},
    ],
)
async def test_what_is_odd_or_missing_beside_the_point_is_no_hindrance(
    connected: World, odd: Odd, fields: dict[str, Any]
) -> None:
    event = make(connected, "Odd")
    odd[event] = fields
    make(connected, "Ordinary")
    outcome = await connected.sync("alice")
    assert outcome.counts == {"new_in_google": 2}
    assert sorted(names(rows(connected))) == ["Odd", "Ordinary"]
    assert await reasons(connected) == []
    await assert_quiet(connected)
    connected.in_google("alice").patch(event, summary="Edited")
    assert (await connected.sync("alice")).counts == {"edited_in_google": 1}
    assert sorted(names(rows(connected))) == ["Edited", "Ordinary"]


@pytest.mark.parametrize("kind", ["focusTime", "birthday", "somethingNew"])
async def test_other_kinds_of_events_are_not_ours_until_one_of_ours_becomes_such(
    connected: World, odd: Odd, kind: str
) -> None:
    odd[make(connected, "Never ours")] = {"eventType": kind}
    ours = make(connected, "Ours")
    assert (await connected.sync("alice")).counts == {"new_in_google": 1}
    assert await reasons(connected) == []
    odd[ours] = {"eventType": kind}
    connected.in_google("alice").patch(ours, location="Elsewhere")
    make(connected, "Ordinary")
    assert (await connected.sync("alice")).counts == {"new_in_google": 1, "parked": 1}
    await assert_set_aside(connected, "Ours", "has no counterpart in Odoo")
    assert sorted(names(rows(connected))) == ["Ordinary", "Ours"]
    await assert_quiet(connected)


async def test_a_series_of_10_000_days_has_rows_as_far_as_the_window_reaches(connected: World) -> None:
    series = make(connected, "Daily", recurrence=["RRULE:FREQ=DAILY;COUNT=10000"])
    make(connected, "Ordinary")
    assert (await connected.sync("alice")).counts == {"new_in_google": 2}
    found = [row for row in rows(connected) if row["name"] == "Daily"]
    assert 725 <= len(found) <= 730
    rule = connected.in_google("alice").event(series)["recurrence"]
    assert rule == ["RRULE:FREQ=DAILY;COUNT=10000"]
    await assert_quiet(connected)


async def test_a_series_that_is_refused_does_not_double_what_was_made_before_it(
    connected: World, odd: Odd
) -> None:
    """Series are not made in one transaction with other events: nothing may be sent twice on the way down."""
    for n in range(3):
        make(connected, f"Single {n}")
        make(connected, f"Series {n}", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    odd[make(connected, "Impossible", recurrence=["RRULE:FREQ=WEEKLY"])] = {
        "recurrence": ["RRULE:FREQ=SECONDLY"]
    }
    make(connected, "Last", recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"])
    connected.odoo.log.clear()
    assert (await connected.sync("alice")).counts == {"new_in_google": 7, "parked": 1}
    created = [one.detail["rows"] for one in connected.odoo.log.of("calendar.event.create")]
    assert sorted(created) == [2, 2, 2, 2, 3]
    assert connected.odoo.log.count("*.unlink") == 0
    assert len(rows(connected)) == sum(created)
    await assert_quiet(connected)
