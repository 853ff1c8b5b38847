"""Sightings, links and rules for tests of what decides."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from sync.base import FieldHashes, Hasher
from sync.google import codec as google_codec
from sync.merge import Merge, Rules, merge
from sync.model import Event, Side, Span
from sync.odoo.codec import Projection
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State

HASHER = Hasher(b"k" * 32)
PROJECTION = Projection()
RULES = Rules(google_codec.project, PROJECTION, PROJECTION.veils, google_codec.project_reminder, HASHER)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LUNCH = Event("Lunch", Span(NOON, NOON + timedelta(hours=1)), "<p>soup</p>", "Kitchen")


def seen(event: Event | None, *, at: int = 0, state: State = State.PRESENT, **more: Any) -> Seen:
    """Return a sighting of an event edited `at` so many minutes past noon."""
    hashes = HASHER.event(event) if event else {}
    return Seen(state, event, hashes, NOON + timedelta(minutes=at), **more)


def base(event: Event) -> FieldHashes:
    """Return the base that an agreed event leaves."""
    return HASHER.event(event)


def link(google: Event = LUNCH, odoo: Event = LUNCH, *, generation: int = 2, role: Role = Role.HOME) -> Link:
    """Return the link of a pair that agreed on these values last."""
    return Link(7, 42, "cs1", generation, base(google), base(odoo), '"1"', "UTC", role=role)


def merged(
    google: Event,
    odoo: Event,
    was_google: Event | None = LUNCH,
    was_odoo: Event | None = LUNCH,
    *,
    later: Side = Side.GOOGLE,
    rules: Rules = RULES,
    role: Role = Role.HOME,
) -> Merge:
    """Merge two present sightings, edited at different times, over what they agreed on last, if anything."""
    return merge(
        seen(google, at=1 if later is Side.GOOGLE else 0),
        seen(odoo, at=1 if later is Side.ODOO else 0),
        base(was_google) if was_google else {},
        base(was_odoo) if was_odoo else {},
        rules,
        role,
    )


def with_private(rules: Rules = RULES) -> Rules:
    """Return the rules of a person whose private events we may write."""
    return dataclasses.replace(rules, odoo=Projection(private=True))


def changed(event: Event = LUNCH, **values: Any) -> Event:
    """Return an event with some fields changed."""
    return dataclasses.replace(event, **values)


def writes(outcome: Merge) -> tuple[set[str], set[str]]:
    """Return the fields written to Google and to Odoo."""
    return set(outcome.to_google), set(outcome.to_odoo)
