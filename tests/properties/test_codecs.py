"""What a calendar holds comes through our model unchanged, and nothing we send breaks a side's rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.google import codec as google
from sync.model import FIELDS, Event, Privacy, Reminder, Span
from sync.odoo import codec as odoo
from sync.text import is_cut
from tests.doubles.google.checks import without_nulls
from tests.doubles.google.discovery import mismatch
from tests.properties.strategies import events, lines, reminders, spans

ZONES = st.sampled_from(["UTC", "Europe/Brussels", "America/New_York", "Asia/Tehran", "Pacific/Kiritimati"])
PROJECTIONS = st.builds(odoo.Projection, st.booleans(), st.booleans())


def in_google(event: Event, zone: str) -> dict[str, Any]:
    """Return the resource that Google would keep of an event of ours."""
    kept: dict[str, Any] = without_nulls(google.encode(event, FIELDS, zone))
    return kept


def in_odoo(event: Event, projection: odoo.Projection) -> tuple[dict[str, Any], dict[int, Reminder]]:
    """Return the row that Odoo would keep of an event of ours, with the alarms it names."""
    fitting = projection(event)
    alarms = dict(enumerate(sorted(fitting.reminders), start=1))
    values = odoo.encode(fitting, FIELDS, {one: key for key, one in alarms.items()})
    [[_, _, alarm_ids]] = values.pop("alarm_ids")
    blank = dict.fromkeys(odoo.READ_FIELDS, False)
    return {**blank, **values, "alarm_ids": alarm_ids}, alarms


@given(events(), ZONES)
def test_a_google_resource_comes_back_as_it_was(event: Event, zone: str) -> None:
    first = in_google(event, zone)
    read = google.decode(first)
    assert in_google(read, read.zone or zone) == first
    assert google.decode(in_google(read, zone)) == read


@given(events(), ZONES)
def test_what_google_keeps_of_an_event_is_its_projection(event: Event, zone: str) -> None:
    assert google.decode(in_google(event, zone)) == google.project(event)


@given(events(), PROJECTIONS)
def test_an_odoo_row_comes_back_as_it_was(event: Event, projection: odoo.Projection) -> None:
    row, alarms = in_odoo(event, projection)
    read = odoo.decode(row, alarms)
    again, alarms_again = in_odoo(read, dataclasses.replace(projection, private=True))
    assert again == row
    assert alarms_again == alarms


@given(events(), PROJECTIONS)
def test_projecting_twice_is_projecting_once(event: Event, projection: odoo.Projection) -> None:
    assert google.project(google.project(event)) == google.project(event)
    assert projection(projection(event)) == projection(event)


@given(events(), PROJECTIONS)
def test_what_went_through_both_sides_stays(event: Event, projection: odoo.Projection) -> None:
    settled = projection(google.project(projection(google.project(event))))
    assert projection(google.project(settled)) == settled


@given(events(), st.sets(st.sampled_from(FIELDS)), ZONES)
def test_google_gets_only_what_its_schema_and_limits_allow(event: Event, fields: set[str], zone: str) -> None:
    body = google.encode(event, fields, zone)
    assert mismatch(body, {"$ref": "Event"}) is None
    assert len(body.get("summary", "")) <= google.TITLE_LIMIT
    assert len(body.get("location", "")) <= google.LOCATION_LIMIT
    overrides = body.get("reminders", {}).get("overrides", [])
    assert len(overrides) <= google.MAX_OVERRIDES
    assert all(one["method"] in ("email", "popup") for one in overrides)
    assert all(0 <= one["minutes"] <= google.MAX_MINUTES for one in overrides)
    assert all(name in body for name in ("start", "end")) is ("span" in fields)
    # Guests and answers need the list as it stands, and single occurrences are written one by one.
    assert len(body) == len(fields - {"guests", "response", "overrides"}) + ("span" in fields)


@given(events(), st.sets(st.sampled_from(FIELDS)), PROJECTIONS)
def test_odoo_gets_only_names_and_values_it_knows(
    event: Event, fields: set[str], projection: odoo.Projection
) -> None:
    fitting = projection(event)
    values = odoo.encode(fitting, fields, {one: n for n, one in enumerate(fitting.reminders)})
    assert values.keys() <= {*odoo.READ_FIELDS}
    assert values.get("name", "x").strip()
    assert values.get("show_as", "busy") in ("busy", "free")
    allowed = {"public", "private", "confidential", *((False,) if projection.default_privacy else ())}
    assert values.get("privacy", "public") in allowed
    assert all("\0" not in str(value) for value in values.values())
    str(values).encode()  # no lone surrogates


@given(spans(), ZONES)
def test_all_day_spans_keep_their_days_and_timed_ones_their_moments(span: Span, zone: str) -> None:
    event = Event("x", span)
    row, _ = in_odoo(event, odoo.Projection())
    assert google.decode(in_google(event, zone)).span == span
    assert odoo.decode(row, {}).span == span
    if not isinstance(span.end, datetime):
        assert row["stop_date"] == (span.end - timedelta(days=1)).isoformat()


@given(events(text=st.text(max_size=5), rich=st.text(max_size=5)), st.booleans())
def test_a_private_event_we_may_not_write_shows_nothing_in_odoo(event: Event, default_privacy: bool) -> None:
    private = dataclasses.replace(event, privacy=Privacy.PRIVATE, title="secret", description="secret")
    veiled = odoo.Projection(default_privacy, private=False)(private)
    assert (veiled.title, veiled.description, veiled.location) == (odoo.VEILED_TITLE, "", "")
    assert veiled.privacy is Privacy.PUBLIC
    assert (veiled.span, veiled.busy, veiled.reminders) == (event.span, event.busy, event.reminders)


@given(st.frozensets(reminders, max_size=12))
def test_google_keeps_the_reminders_nearest_to_the_start(many: frozenset[Reminder]) -> None:
    kept = google.project(Event("x", google.decode(ONE_DAY).span, reminders=many)).reminders
    fitting = {google.project_reminder(one) for one in many}
    assert kept <= fitting
    assert len(kept) == min(len(fitting), google.MAX_OVERRIDES)
    left = fitting - kept
    assert all(one.minutes <= other.minutes for one in kept for other in left)


@given(lines)
def test_titles_and_places_are_cut_with_the_mark_and_clean(text: str) -> None:
    read = google.decode({**ONE_DAY, "summary": text, "location": text})
    held = google.project(read)
    for value in (held.title, held.location):
        assert len(value) <= google.TITLE_LIMIT
        assert value == read.title or is_cut(value)
        assert not any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in value)


ONE_DAY: Mapping[str, Any] = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
