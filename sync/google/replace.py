"""An update made of what was read and what shall change, which must leave what a patch would leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_replaceable(resource: Mapping[str, Any]) -> bool:
    """Say whether writing back a whole event as it was read changes nothing.

    It does not where Google shows less than it keeps (a cut guest list; a tombstone; `source`, to nobody but
    its creator), where naming a field is an offence or an act (`guestsCan...` on a guest's copy, fields that
    events of a special type forbid), and on one occurrence, which would stop following its series.
    """
    organizer, creator = resource.get("organizer") or {}, resource.get("creator") or {}
    return (
        resource.get("status") != "cancelled"
        and resource.get("eventType", "default") == "default"
        and "recurringEventId" not in resource
        and not resource.get("attendeesOmitted")
        and bool(organizer.get("self") and creator.get("self"))
    )


def merged(resource: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge as Google merges a patch: null clears, objects are merged, lists and the rest replaced.

    Source: Calendar API guides/performance, "Patch (partial update)".
    """
    result = dict(resource)
    for name, value in changes.items():
        before = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            result[name] = merged(before if isinstance(before, Mapping) else {}, value)
        else:
            result[name] = value
    return result
