"""Meetings and series of Google's that make no sense are refused by a reason, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Texts
from sync.base import Hasher
from sync.clock import Clock
from sync.errors import Rejected
from sync.google import codec
from sync.google.client import GoogleClient
from sync.google.series import Found, fold
from sync.google.side import GoogleSide
from sync.places import existing
from sync.seen import State
from tests.properties.strategies import addresses, links, responses, rules, words
from tests.properties.test_malformed import DAY, NAIVE, TIMED, items, refusal, stamps, whens

T = Texts()
HASHER = Hasher(b"k" * 32)
DAILY: dict[str, Any] = {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]}

anything = st.one_of(st.none(), st.booleans(), st.integers(), words, st.lists(words, max_size=2))
people = st.one_of(
    anything,
    st.fixed_dictionaries(
        {},
        optional={
            "email": st.one_of(anything, addresses),
            "self": st.booleans(),
            "resource": st.booleans(),
            "responseStatus": st.one_of(anything, responses.map(str)),
        },
    ),
)
points = st.fixed_dictionaries(
    {},
    optional={"entryPointType": st.one_of(anything, st.just("video")), "uri": st.one_of(anything, links)},
)
conferences = st.one_of(
    anything,
    st.fixed_dictionaries(
        {}, optional={"entryPoints": st.one_of(anything, st.lists(st.one_of(anything, points), max_size=3))}
    ),
)
odd_values = st.sampled_from(
    [
        "20260303", "20260303T090000Z", "20260303T090000,20260304", "99999999T000000", "FREQ=NEVER",
        "FREQ=DAILY;COUNT=2;UNTIL=20260303", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=10000", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO",
    ]
)  # fmt: skip
recurrence_lines = st.one_of(
    words,
    rules.map("RRULE:{}".format),
    st.builds(
        "{}{}:{}".format,
        st.sampled_from(["RRULE", "EXRULE", "RDATE", "EXDATE", "DTSTART", "X-ODD"]),
        st.sampled_from(["", ";VALUE=DATE", ";TZID=Europe/Brussels", ";TZID=Mars/Base", ";X-ODD=1"]),
        st.one_of(words, odd_values),
    ),
)
meetings = st.builds(
    lambda item, more: item | more,
    items,
    st.fixed_dictionaries(
        {},
        optional={
            "id": words,
            "eventType": st.sampled_from(["default", "focusTime", "somethingNew"]),
            "attendees": st.one_of(anything, st.lists(people, max_size=4)),
            "organizer": people,
            "conferenceData": conferences,
            "hangoutLink": st.one_of(anything, links),
            "recurrence": st.one_of(anything, st.lists(recurrence_lines, max_size=3)),
            "extendedProperties": st.one_of(anything, st.fixed_dictionaries({"private": anything})),
            "status": st.sampled_from(["cancelled", "confirmed", "somethingNew"]),
            "recurringEventId": words,
            "originalStartTime": st.one_of(whens, anything),
            "updated": st.one_of(stamps, anything),
        },
    ),
)


@pytest.fixture
def side() -> GoogleSide:
    """The side, which need not ask Google anything."""

    async def no_token(_account: int, _renew: bool) -> str:
        raise AssertionError

    clock = Clock()
    client = GoogleClient("http://127.0.0.1:9/calendar/v3/", no_token, clock)
    return GoogleSide(client, HASHER, clock, timedelta(days=365), timedelta(days=730))


def test_any_item_of_googles_is_a_sighting(side: GoogleSide) -> None:
    @given(meetings, st.lists(meetings, max_size=2))
    def see(item: dict[str, Any], exceptions: list[dict[str, Any]]) -> None:
        seen = side.sight(1, item, exceptions)
        assert (seen.event is not None) is (seen.state is State.PRESENT)
        assert T.has(f"reason.{seen.reason}") is (seen.state is State.REJECTED)

    see()


@given(meetings, st.lists(meetings, max_size=3))
def test_any_series_is_read_or_refused_with_a_sentence(
    item: dict[str, Any], exceptions: list[dict[str, Any]]
) -> None:
    for master in (item, item | DAY | DAILY, DAY | DAILY):
        event, reason = None, ""
        try:
            event = fold(Found(master, tuple(exceptions))).event
        except Rejected as refused:
            reason = refused.code
        assert T.has(f"reason.{reason}") is (event is None)
        if event is not None:
            held = codec.project(event)
            assert codec.project(held) == held
            assert HASHER.event(held).keys() == HASHER.event(event).keys()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["RRULE:FREQ=NEVER"], "unreadable_rule"),
        (["RRULE:FREQ=DAILY;INTERVAL=x"], "unreadable_rule"),
        (["nonsense"], "unreadable_rule"),
        (["EXDATE:nonsense"], "unreadable_rule"),
        ([5], "unreadable_event"),
        (5, "unreadable_event"),
    ],
)
def test_rules_that_nobody_can_read_have_their_own_reason(lines: Any, reason: str) -> None:
    assert refusal(DAY | {"recurrence": lines}) == reason


def test_a_series_in_a_zone_that_does_not_exist_is_refused() -> None:
    start = {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Mars/Base"}
    assert refusal({"start": start, "end": start} | DAILY) == "unknown_zone"


def test_a_series_without_a_zone_repeats_in_utc() -> None:
    event = codec.decode({"start": TIMED, "end": TIMED} | DAILY)
    assert event.recurrence is not None
    assert event.recurrence.zone == "UTC"


def test_a_list_of_nothing_but_exdates_repeats_nothing() -> None:
    event = codec.decode(DAY | {"recurrence": ["EXDATE;VALUE=DATE:20260302"]})
    assert (event.recurrence, event.overrides) == (None, {})


@pytest.mark.parametrize("original", [None, {}, 5, {"date": "x"}, {"date": None}, {"dateTime": NAIVE}])
def test_an_exception_without_a_readable_original_start_is_refused(original: Any) -> None:
    odd = {"id": "x", "status": "cancelled", "originalStartTime": original}
    with pytest.raises(Rejected) as refused:
        fold(Found(DAY | DAILY, (odd,)))
    assert refused.value.code == "unreadable_time"


def test_an_exception_left_over_from_a_series_of_another_kind_is_passed_over() -> None:
    odd = {"id": "x", "status": "cancelled", "originalStartTime": TIMED}
    assert fold(Found(DAY | DAILY, (odd,))).event.overrides == {}


def test_a_meeting_of_five_hundred_is_read_whole() -> None:
    guests = [{"email": f"guest{number}@example.com"} for number in range(500)]
    event = codec.decode(DAY | {"attendees": guests})
    assert len(event.guests) == len(codec.project(event).guests) == 500


def test_a_series_of_ten_thousand_is_read_at_once_with_a_thousand_left_out() -> None:
    first = datetime(2026, 3, 2, 10, tzinfo=UTC)
    days = [first + timedelta(days=number) for number in range(0, 9000, 9)]
    left_out = ",".join(day.strftime("%Y%m%dT%H%M%SZ") for day in days)
    lines = ["RRULE:FREQ=DAILY;COUNT=10000", f"EXDATE:{left_out}"]
    event = codec.decode({"start": TIMED, "end": TIMED, "recurrence": lines})
    assert event.overrides.keys() == {*days}
    assert existing(event, event.overrides.keys()) == {*days}
    assert existing(event, {first + timedelta(days=10_000), first + timedelta(hours=1)}) == set()
