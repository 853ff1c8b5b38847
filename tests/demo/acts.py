"""What people do in their calendars: add, edit and delete, as Google's and Odoo's own pages would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from sync.model import Event, Side, Span
from sync.odoo.codec import format_datetime
from tests.world import World

Changes = Mapping[str, Any]
"""Some of an event's title, span, location and description, by these names; texts are plain."""


def changes_of(event: Event) -> Changes:
    """Return an event as the changes that make it."""
    return {name: getattr(event, name) for name in ("title", "span", "location", "description")}


def add(world: World, who: str, side: Side, changes: Changes, **more: Any) -> str:
    """Add an event and return its id; `more` are fields of that side's own."""
    if side is Side.GOOGLE:
        fields = _for_google(world, who, changes) | more
        return str(world.in_google(who).create(**fields)["id"])
    partner = world.odoo.users[who].partner_id
    values = _for_odoo(changes) | {"partner_ids": [[6, 0, [partner]]]} | more
    return str(world.odoo.as_user(who).create("calendar.event", values))


def edit(world: World, who: str, side: Side, event_id: str, changes: Changes) -> None:
    """Change an event."""
    if side is Side.GOOGLE:
        world.in_google(who).patch(event_id, **_for_google(world, who, changes))
    else:
        world.odoo.as_user(who).write("calendar.event", int(event_id), _for_odoo(changes))


def delete(world: World, who: str, side: Side, event_id: str) -> None:
    """Delete an event."""
    if side is Side.GOOGLE:
        world.in_google(who).delete(event_id)
    else:
        world.odoo.as_user(who).unlink("calendar.event", int(event_id))


def _for_google(world: World, who: str, changes: Changes) -> dict[str, Any]:
    zone = ZoneInfo(world.in_google(who).owner.time_zone)
    fields: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "title":
                fields["summary"] = value
            case "span":
                fields |= {"start": _in_zone(value.start, zone), "end": _in_zone(value.end, zone)}
            case "location":
                fields["location"] = value
            case "description":
                fields["description"] = _as_html(value)
    return fields


def _in_zone(moment: datetime | date, zone: ZoneInfo) -> datetime | date:
    return moment.astimezone(zone) if isinstance(moment, datetime) else moment


def _for_odoo(changes: Changes) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "title":
                values["name"] = value
            case "span":
                values |= _odoo_times(value)
            case "location":
                values["location"] = value or False
            case "description":
                values["description"] = f"<p>{_as_html(value)}</p>" if value else False
    return values


def _odoo_times(span: Span) -> dict[str, Any]:
    if isinstance(span.start, datetime) and isinstance(span.end, datetime):
        return {"allday": False, "start": format_datetime(span.start), "stop": format_datetime(span.end)}
    last = span.end - timedelta(days=1)
    return {"allday": True, "start_date": span.start.isoformat(), "stop_date": last.isoformat()}


def _as_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
