"""Meetings and series come through Google's form unchanged, as far as Google can hold them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync import recurrence
from sync.google import codec, guests
from sync.google.conference import is_held
from sync.google.series import Found, fold
from sync.model import CANCELLED, FIELDS, NOBODY, OVERRIDABLE, Event, Guest, Recurrence, Response, Start
from tests.doubles.google.checks import without_nulls
from tests.doubles.google.discovery import mismatch
from tests.properties.strategies import guests as some_guests
from tests.properties.strategies import meetings, responses, series, some_zones

OWN = "alice@example.com"


def resource(event: Event, zone: str, fields: Any = FIELDS) -> dict[str, Any]:
    """Return the resource that Google would keep of an event of ours on the calendar of `OWN`."""
    body: dict[str, Any] = without_nulls(codec.encode(event, fields, zone))
    held = codec.project(event)
    entries = guests.fresh(held, OWN)
    if event.organizer:
        named = {"email": event.organizer} if event.organizer != NOBODY else {"displayName": "?"}
        if held.guests or held.response is not Response.ACCEPTED:
            entries = entries or [{"email": OWN, "responseStatus": held.response.value}]
        body["organizer"] = named
    else:
        body["organizer"] = {"email": OWN, "self": True}
    body["attendees"] = [entry | ({"self": True} if entry["email"] == OWN else {}) for entry in entries]
    return body


def in_google(event: Event, zone: str) -> Found:
    """Return master and exceptions as Google would keep them of a series of ours."""
    return Found(
        resource(event, zone, [name for name in FIELDS if name != "overrides"]),
        tuple(
            _original(start)
            | (
                {"status": "cancelled"}
                if CANCELLED in override
                else resource(codec.effective(event, start, override), zone, OVERRIDABLE)
            )
            for start, override in event.overrides.items()
        ),
    )


def _original(start: Start) -> dict[str, Any]:
    value = {"dateTime" if hasattr(start, "hour") else "date": start.isoformat()}
    return {"id": f"series_{start}", "recurringEventId": "series", "originalStartTime": value}


@given(meetings(), some_zones)
def test_what_google_keeps_of_a_meeting_is_its_projection(event: Event, zone: str) -> None:
    read = codec.decode(resource(event, zone))
    assert read == codec.project(event)
    assert codec.decode(resource(read, zone)) == read
    assert read.organizer == event.organizer


@given(series(), some_zones)
def test_what_google_keeps_of_a_series_is_its_projection(event: Event, zone: str) -> None:
    read = fold(in_google(event, zone)).event
    assert read == codec.project(event)
    assert fold(in_google(read, zone)).event == read


@given(st.one_of(meetings(), series()))
def test_projecting_a_meeting_twice_is_projecting_it_once(event: Event) -> None:
    held = codec.project(event)
    assert codec.project(held) == held
    assert held.meeting_link == "" or is_held(held.meeting_link)
    assert all(guests.is_person(guest.email) for guest in held.guests)


@given(series(), some_zones)
def test_the_occurrences_of_a_series_are_those_of_its_projection(event: Event, zone: str) -> None:
    held = codec.project(event)
    for start in event.overrides:
        occurrence = event.occurrence(start)
        assert held.occurrence(start) == (None if occurrence is None else codec.project(occurrence))


@given(series(), st.sets(st.sampled_from(FIELDS)), some_zones)
def test_google_gets_only_what_its_schema_allows_of_a_series(
    event: Event, fields: set[str], zone: str
) -> None:
    body = codec.encode(event, fields, zone)
    assert mismatch(body, {"$ref": "Event"}) is None
    assert ("start" in body) is bool({"span", "recurrence"} & fields)
    if "recurrence" in fields:
        again, left_out = recurrence.read(body["recurrence"], zone, event.span)
        assert again.lines == event.recurrence.lines if event.recurrence else False
        assert left_out == {start for start, one in event.overrides.items() if CANCELLED in one}
        assert event.span.all_day or body["start"]["timeZone"] == body["end"]["timeZone"]


@given(meetings(), some_guests, responses, some_zones)
def test_a_guest_list_that_was_changed_reads_as_it_was_wanted(
    event: Event, wanted: frozenset[Guest], answer: Response, zone: str
) -> None:
    """And a second change to the same finds nothing to do; what is no guest stays."""
    item = resource(event, zone)
    room = {"email": "room@resource.calendar.google.com", "resource": True}
    item["attendees"] = [room, *item["attendees"], {"displayName": "No address"}]
    before = codec.decode(item)
    target = codec.project(Event("x", event.span, guests=wanted, response=answer))
    change = guests.changes(item, {"guests", "response"}, target, before.guests)
    after = codec.decode(item | change)
    if event.organizer:
        assert after.guests == before.guests or change.get("attendeesOmitted")
        return
    assert (after.guests, after.response) == (target.guests, target.response)
    assert guests.changes(item | change, {"guests", "response"}, target, after.guests) == {}
    assert room in (item | change)["attendees"]
    assert {"displayName": "No address"} in (item | change)["attendees"]


@given(series())
def test_an_exdate_and_a_cancelled_occurrence_read_the_same(event: Event) -> None:
    left_out = {start: one for start, one in event.overrides.items() if CANCELLED in one}
    found = in_google(event, "UTC")
    by_exdate = codec.decode(found.item)
    assert by_exdate.overrides == left_out
    plain = {**found.item, "recurrence": recurrence.write(event.recurrence or Recurrence(()))}
    assert fold(Found(plain, found.exceptions)).event == fold(found).event
