"""What the page shows, as data: conversations, both calendars, faults and counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sync.model import Event
from tests.demo.chat import Chat
from tests.demo.stage import Stage
from tests.doubles.server import Double
from tests.world import PEOPLE


def snapshot(stage: Stage, chat: Chat, who: str) -> dict[str, Any]:
    """Return everything the page shows to a person at this moment."""
    world = stage.world
    google, odoo = world.google_by_id(who), world.odoo_by_id(who)
    rows = [
        {
            "google": _entry(row.google, google[row.google]) if row.google is not None else None,
            "odoo": _entry(row.odoo, odoo[row.odoo]) if row.odoo is not None else None,
            "same": row.same,
        }
        for row in stage.rows(who)
    ]
    return {
        "me": PEOPLE[who],
        "users": {user.id: user.name for user in world.slack.workspace.users.values()},
        "channels": chat.channels(who),
        "rows": rows,
        "faults": {name: stage.switches.is_on(name) for name in stage.switches.names},
        "requests": {double.name: _count(double) for double in (world.slack, world.google, world.odoo)},
    }


def _entry(event_id: str | int, event: Event) -> dict[str, Any]:
    return {
        "id": str(event_id),
        "title": event.title,
        "allDay": event.span.all_day,
        "start": _written(event.span.start),
        "end": _written(event.span.end),
        "location": event.location,
        "description": event.description,
    }


def _written(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z") if isinstance(moment, datetime) else moment)


def _count(double: Double) -> dict[str, int]:
    return {"all": len(double.log.entries), "writes": len(double.log.writes())}
