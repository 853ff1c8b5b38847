"""What tells one event in Google from another, besides its fields."""

from __future__ import annotations

from datetime import datetime

from sync.base import start_key
from sync.google import codec
from sync.google.series import master_id, original_start
from sync.model import CANCELLED, Event
from sync.recurrence import last_start
from sync.recurrence.starts import starts
from sync.text import clean


def updated_of(item: codec.Resource) -> datetime | None:
    """Return when it was changed last, by Google's clock."""
    try:
        stamp = datetime.fromisoformat(item["updated"])
    except (KeyError, TypeError, ValueError):  # what remains of a cancelled occurrence has none
        return None
    return stamp if stamp.tzinfo else None


def is_empty(event: Event) -> bool:
    """Say whether all occurrences of a series were left out one by one: nobody sees anything of it then."""
    rule, left_out = event.recurrence, {start for start, one in event.overrides.items() if CANCELLED in one}
    if rule is None or not left_out or last_start(rule, event.span) is None:
        return False
    return all(start in left_out for start in starts(rule, event.span))


def uid_of(item: codec.Resource) -> str:
    """Return the iCalUID; that of an occurrence which is an event of its own names its start, too."""
    uid = str(item.get("iCalUID") or "")
    return f"{uid}#{start_key(original_start(item))}" if master_id(item) else uid


def key_of(item: codec.Resource) -> str:
    """Return the mark of ours; an occurrence only inherits that of its series."""
    properties = item.get("extendedProperties")
    private = properties.get("private") if isinstance(properties, dict) else None
    found = private.get(codec.LINK_PROPERTY) if isinstance(private, dict) and not master_id(item) else None
    return found if isinstance(found, str) else ""


def label_of(item: codec.Resource) -> str:
    start = item.get("start") or {}
    starts = start.get("dateTime") or start.get("date") or "" if isinstance(start, dict) else ""
    return f"{clean(str(item.get('summary') or ''))[:100]}\t{starts}"
