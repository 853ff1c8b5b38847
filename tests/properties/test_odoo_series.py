"""Whatever a series is, its rows in Odoo tell it again; and the projection to Odoo is one."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from sync.base import Hasher
from sync.model import CANCELLED, Event, Start, moment
from sync.model import FIELDS as FIELDS_OF_EVENTS
from sync.odoo import codec as odoo
from sync.odoo.rebuilding import plan, wanted_starts
from sync.odoo.rules import OdooRule, signature
from sync.odoo.series import Memory, Sighting, sight
from sync.odoo.standing import Standing
from sync.series import Series
from tests.properties.strategies import meetings, series

HASHER = Hasher(b"key")
FIELDS = OdooRule("daily", event_tz="UTC")
KNOWN = frozenset({"bob@example.com", "carol@example.com", "boss@elsewhere.example"})
PROJECTIONS = st.builds(
    odoo.Projection, st.booleans(), st.booleans(), st.sampled_from([KNOWN.__contains__, lambda _email: True])
)
SOME = timedelta(days=100)


def in_odoo(event: Event) -> tuple[dict[int, Start], dict[int, Event], Memory]:
    """Return the rows of a series by id, as starts and as events, and what a link remembers of it."""
    assert event.recurrence
    begin = moment(event.span.start)
    starts = dict(enumerate(wanted_starts(event, begin, begin + SOME), 1))
    rows = {key: one for key, start in starts.items() if (one := event.occurrence(start))}
    known = Series(event.recurrence, event.span, signature(FIELDS), begin, begin + SOME, starts)
    return starts, rows, Memory(known, HASHER.event(event))


def seen(rows: dict[int, Event], memory: Memory, **more: bool) -> Sighting:
    return sight(Standing(1, FIELDS, "", rows), memory, HASHER, **more)


def inside(event: Event) -> Event:
    """Return a series with those exceptions only that have rows, and only what differs in them."""
    begin = moment(event.span.start)
    plain = odoo.Projection(private=True)(event)
    within = {one: it for one, it in plain.overrides.items() if begin <= moment(one) < begin + SOME}
    return dataclasses.replace(plain, overrides=within)


@given(series(), PROJECTIONS)
def test_projecting_a_series_twice_is_projecting_it_once(event: Event, projection: odoo.Projection) -> None:
    once = projection(event)
    assert projection(once) == once


@given(meetings(), PROJECTIONS)
def test_projecting_a_meeting_twice_is_projecting_it_once(event: Event, projection: odoo.Projection) -> None:
    once = projection(event)
    assert projection(once) == once
    assert {guest.email for guest in once.guests} <= {guest.email for guest in event.guests}
    assert once.meeting_link in ("", event.meeting_link)


@given(series(), PROJECTIONS)
def test_each_occurrence_stands_in_odoo_as_it_would_alone(event: Event, projection: odoo.Projection) -> None:
    projected = projection(event)
    for start in event.overrides:
        one = event.occurrence(start)
        assert projected.occurrence(start) == (one and projection(one))


@given(series())
def test_rows_tell_the_series_they_were_made_of(event: Event) -> None:
    event = inside(event)
    _, rows, memory = in_odoo(event)
    assume(rows)
    found = seen(rows, memory)
    assert (found.series, found.rebuild) == (memory.series, False)
    assert found.event.overrides == event.overrides
    for name in FIELDS_OF_EVENTS:
        assert name in found.unseen or getattr(found.event, name) == getattr(event, name)


@given(series(), st.data())
def test_rows_deleted_and_renamed_are_exceptions(event: Event, data: st.DataObject) -> None:
    event = inside(event)
    starts, rows, memory = in_odoo(event)
    assume(len(rows) > 4)
    last = max(starts.values(), key=moment)
    keys = [key for key, start in starts.items() if start != last]
    gone = data.draw(st.sets(st.sampled_from(keys), max_size=2))
    renamed = data.draw(st.sampled_from([key for key in starts if key not in gone]))
    # Some row keeps the old title, so that it remains the one of the series.
    plain = [key for key in starts if rows[key].title == event.title and key not in {*gone, renamed}]
    assume(plain)
    rows[renamed] = dataclasses.replace(rows[renamed], title="Renamed")
    found = seen({key: row for key, row in rows.items() if key not in gone}, memory).event
    assert {one for one, it in found.overrides.items() if CANCELLED in it} == {
        *(starts[key] for key in gone),
        *(one for one, it in event.overrides.items() if CANCELLED in it),
    }
    assert found.overrides[starts[renamed]]["title"] == "Renamed"
    others = [one for one in starts if one not in {*gone, renamed}]
    assert all(found.occurrence(starts[one]) == rows[one] for one in others)


@given(series(), st.sets(st.integers(1, 40)))
def test_an_interrupted_making_never_leaves_anything_out(event: Event, made: set[int]) -> None:
    event = inside(event)
    starts, rows, memory = in_odoo(event)
    there = {key: row for key, row in rows.items() if key in made}
    assume(there)
    halfway = dataclasses.replace(memory, series=dataclasses.replace(memory.series, complete=False))
    found = seen(there, halfway)
    assert found.rebuild
    assert {one for one, it in found.event.overrides.items() if CANCELLED in it} == {
        one for one, it in event.overrides.items() if CANCELLED in it
    }
    assert found.series.rows == {key: starts[key] for key in there}


@given(series(), series(), st.booleans())
def test_rows_become_what_is_wanted(old: Event, new: Event, known: bool) -> None:
    begin = moment(new.span.start)
    starts, rows, _ = in_odoo(inside(old))
    wanted = wanted_starts(new, begin, begin + SOME)
    places = {key: (row.span.start, "") for key, row in rows.items()}
    todo = plan(places, starts if known else {}, wanted, None, str, begin)
    assert sorted([*todo.kept.values(), *todo.missing], key=moment) == wanted
    assert {*todo.kept, *todo.extra} <= places.keys()
    assert not {*todo.kept} & {*todo.extra}
    left = places.keys() - {*todo.kept, *todo.extra}
    assert all(moment(starts[key] if known else places[key][0]) < begin for key in left)
