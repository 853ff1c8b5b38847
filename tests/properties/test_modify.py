"""Whatever is changed in whatever event: replacing what was read leaves what a patch leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.google.replace import is_replaceable, merged
from tests.doubles.google import series
from tests.doubles.google.checks import merged as googles_merged
from tests.properties.google_pair import ALICE, BOB, CAROL, GooglePair

ZONES = ("Europe/Brussels", "America/New_York", "UTC")
texts = st.sampled_from(["", "One", "Zwei <b>&amp;</b>", "جلسه"])
hours = st.integers(8, 20)
entries = st.fixed_dictionaries(
    {"email": st.sampled_from([ALICE, BOB, CAROL, "guest@elsewhere.example"])},
    optional={
        "responseStatus": st.sampled_from(["needsAction", "accepted", "declined"]),
        "optional": st.booleans(),
        "comment": texts,
    },
)
properties = st.dictionaries(st.sampled_from(["calsync", "a", "b"]), st.sampled_from(["1", "two"]))


@st.composite
def timed(draw: st.DrawFn) -> dict[str, Any]:
    """Return start and end of a timed event, naming the unused form as null."""
    zone, first = draw(st.sampled_from(ZONES)), draw(hours)
    return {
        name: {"date": None, "dateTime": f"2026-03-{day:02d}T{hour:02d}:00:00Z", "timeZone": zone}
        for name, day, hour in (("start", 2, first), ("end", 2, first + draw(st.integers(0, 3))))
    }


@st.composite
def all_day(draw: st.DrawFn) -> dict[str, Any]:
    """Return start and end of an event of whole days, naming the unused form as null."""
    first = draw(st.integers(1, 20))
    last = first + draw(st.integers(1, 3))
    return {
        name: {"date": f"2026-03-{day:02d}", "dateTime": None, "timeZone": None}
        for name, day in (("start", first), ("end", last))
    }


spans = st.one_of(timed(), all_day())
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "summary": texts,
    "description": texts,
    "location": texts,
    "visibility": st.sampled_from(["default", "public", "private"]),
    "transparency": st.sampled_from(["opaque", "transparent"]),
    "colorId": st.sampled_from(["1", "11"]),
    "status": st.sampled_from(["confirmed", "tentative"]),
    "guestsCanModify": st.booleans(),
    "guestsCanInviteOthers": st.booleans(),
    "guestsCanSeeOtherGuests": st.booleans(),
    "attendees": st.lists(entries, max_size=3),
    "recurrence": st.sampled_from([["RRULE:FREQ=DAILY;COUNT=4"], ["RRULE:FREQ=WEEKLY;COUNT=2"]]),
    "source": st.just({"url": "https://odoo.example/1", "title": "Odoo"}),
    "reminders": st.sampled_from(
        [
            {"useDefault": True},
            {"useDefault": False},
            {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]},
            {"overrides": [{"method": "email", "minutes": 60}]},
        ]
    ),
    "extendedProperties": st.fixed_dictionaries({}, optional={"private": properties, "shared": properties}),
    "conferenceData": st.just({"createRequest": {"requestId": "r1"}}),
    "attachments": st.just([{"fileUrl": "https://drive.example/1", "title": "Notes"}]),
}
CLEARED = {"extendedProperties": st.just({"private": {"calsync": None, "c": "3"}})}

wholes = st.builds(lambda span, rest: span | rest, spans, st.fixed_dictionaries({}, optional=FIELDS))
changes = st.builds(
    lambda span, rest, cleared: span | rest | cleared,
    st.one_of(st.just({}), spans),
    st.fixed_dictionaries(
        {}, optional={name: st.one_of(values, st.none()) for name, values in FIELDS.items()}
    ),
    st.fixed_dictionaries({}, optional=CLEARED),
)


@pytest.fixture
def pair() -> Iterator[GooglePair]:
    """Two worlds for all examples."""
    made = GooglePair()
    yield made
    made.close()


def test_replacing_leaves_what_a_patch_leaves(pair: GooglePair) -> None:
    @settings(max_examples=300)
    @given(
        organizer=st.sampled_from([ALICE, ALICE, ALICE, BOB]),
        body=wholes,
        changed=changes,
        instance=st.booleans(),
        conference=st.booleans(),
    )
    def hold(
        organizer: str, body: dict[str, Any], changed: dict[str, Any], instance: bool, conference: bool
    ) -> None:
        event_id = pair.new_id()
        there = [world.make(event_id, organizer, body) for world in pair.worlds]
        if not all(there):
            return
        target = event_id
        if instance and body.get("recurrence"):
            calendar = pair.worlds[0].google.world.owners[ALICE].primary
            master = series.locate(calendar, event_id)
            target = next(iter(series.instances(pair.worlds[0].google.world, calendar, master))).id
        patched, replaced = pair.change(target, changed, conference=conference)
        assert patched == replaced
        before, after = (world.shown(event_id) for world in pair.worlds)
        assert before == after

    hold()
    # It would hold of a client that always patches, so make sure that this one did not.
    patching, replacing = (world.google.log for world in pair.worlds)
    updates = Counter(entry.status for entry in replacing.of("*.update"))
    assert updates[200] > 100
    assert updates[400] > 0
    assert replacing.count("*.patch") > 10
    assert patching.count("*.update") == 0


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), texts, st.lists(st.integers(), max_size=2)),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abc"), json_values, max_size=3)


@given(objects, objects)
def test_changes_are_merged_as_google_merges_a_patch(
    resource: dict[str, Any], changed: dict[str, Any]
) -> None:
    kept = {name: dict(value) if isinstance(value, dict) else value for name, value in resource.items()}
    assert merged(resource, changed) == googles_merged(resource, changed)
    assert resource == kept, "what was read stays as it was read"


OWN = {"id": "x", "status": "confirmed", "organizer": {"self": True}, "creator": {"self": True}}


@pytest.mark.parametrize(
    "difference",
    [
        {"status": "cancelled"},
        {"eventType": "focusTime"},
        {"recurringEventId": "series"},
        {"attendeesOmitted": True},
        {"organizer": {"email": BOB}},
        {"creator": {"email": BOB}},
        {"organizer": None},
    ],
)
def test_what_is_not_shown_whole_or_not_ours_is_not_replaced(difference: dict[str, Any]) -> None:
    assert is_replaceable(OWN)
    assert is_replaceable(OWN | {"eventType": "default", "recurrence": ["RRULE:FREQ=DAILY"]})
    assert not is_replaceable(OWN | difference)
