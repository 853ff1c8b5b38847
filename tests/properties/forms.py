"""How people and times are written down on either side."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.odoo.codec import format_datetime

BRUSSELS = ZoneInfo("Europe/Brussels")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def address(name: str) -> str:
    """Return the address of a person, by name or address."""
    return name if "@" in name else f"{name}@example.com"


def times(day: date, hour: int) -> tuple[date, date]:
    """Return when an event on a day begins and ends; one of the whole day, with `hour` 0."""
    if hour == 0:
        return day, day + DAY
    start = datetime(day.year, day.month, day.day, hour, tzinfo=BRUSSELS)
    return start, start + HOUR


def odoo_times(start: date, end: date) -> dict[str, Any]:
    """Return times as Odoo writes them."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        times = {
            name: format_datetime(one.astimezone(UTC)) for name, one in (("start", start), ("stop", end))
        }
        return {"allday": False, **times}
    last = end - DAY
    return {"allday": True, "start_date": str(start), "stop_date": str(last)}


def shifted(value: dict[str, Any], hours: int) -> dict[str, Any]:
    """Return one of Google's times so many hours later, or a date a day later."""
    if "date" in value:
        return {"date": str(date.fromisoformat(value["date"]) + DAY)}
    return value | {"dateTime": (datetime.fromisoformat(value["dateTime"]) + hours * HOUR).isoformat()}
