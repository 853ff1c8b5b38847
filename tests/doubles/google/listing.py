"""events.list and events.instances: what is in them, in which order and on which page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.doubles.google import filters, render, series, times, tokens
from tests.doubles.google.discovery import Query
from tests.doubles.google.errors import GoogleError, invalid
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World

_NO_TOKEN_AFTER = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin",
)  # fmt: skip
_NOT_WITH_TOKEN = (*_NO_TOKEN_AFTER, "timeMin", "timeMax")
DEFAULT_PAGE = 250
LONGEST_PAGE = 2500

Found = list[tuple[list[Any], Event]]
"""Events with what they are sorted by."""


def list_events(world: World, calendar: Calendar, reader: Owner, query: Query) -> dict[str, Any]:
    """Answer events.list.

    Raises:
        GoogleError: parameters do not go together, or a token is wrong or no longer valid.
    """
    _check(world, query)
    since = tokens.open_sync(calendar, query)["at"] if "syncToken" in query else None
    found = [(_sort_key(calendar, e, query), e) for e in _selected(world, calendar, query, since)]
    return _page(world, calendar, reader, query, found, tokens_too=True)


def list_instances(
    world: World, calendar: Calendar, reader: Owner, event_id: str, query: Query
) -> dict[str, Any]:
    """Answer events.instances.

    Raises:
        GoogleError: there is no such recurring event.
    """
    master = series.locate(calendar, event_id)
    if not master.is_master:
        raise invalid("The event is not a recurring event.")
    found: Found = []
    for instance in series.instances(world, calendar, master, **filters.limits(query)):
        fields = calendar.whole(instance)
        if (instance.cancelled and not query.get("showDeleted")) or not filters.in_range(
            calendar, fields, query
        ):
            continue
        if _is_asked_for(calendar, fields, query):
            found.append((_start_key(calendar, fields, instance.id), instance))
    return _page(world, calendar, reader, query, found, tokens_too=False)


def _is_asked_for(calendar: Calendar, instance: Fields, query: Query) -> bool:
    original, asked = instance["originalStartTime"], query.get("originalStart")
    if asked is None or asked == original.get("date"):
        return True
    try:
        moment = datetime.fromisoformat(asked)
    except ValueError:
        raise invalid("Invalid value for: originalStart", location="originalStart") from None
    return moment.tzinfo is not None and moment == times.instant(original, calendar.time_zone)


def _check(world: World, query: Query) -> None:
    if "timeZone" in query:
        times.zone(query["timeZone"])
    restricted = any(name in query for name in _NOT_WITH_TOKEN) or query.get("showDeleted") is False
    if "syncToken" in query and restricted:
        raise GoogleError(
            400,
            "syncTokenWithRequestRestrictions",
            "Sync token cannot be used with other request restrictions.",
            location="syncToken",
        )
    if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
        message = "The requested ordering is not available for the particular query."
        raise invalid(message, reason="badRequest", location="orderBy")
    if "timeMin" in query and "timeMax" in query and query["timeMax"] <= query["timeMin"]:
        message = "The specified time range is empty."
        raise GoogleError(400, "timeRangeEmpty", message, domain="calendar", location="timeMax")
    oldest = world.clock.now() - world.settings.updated_min_reach
    if "updatedMin" in query and query["updatedMin"] < oldest:
        message = "The requested minimum modification time lies too far in the past."
        raise GoogleError(410, "updatedMinTooLongAgo", message, domain="calendar", location="updatedMin")
    for name in ("privateExtendedProperty", "sharedExtendedProperty"):
        if not all("=" in pair for pair in query.get(name, ())):
            raise invalid("Invalid extended property constraint.", location=name)


def _selected(world: World, calendar: Calendar, query: Query, since: int | None) -> Iterator[Event]:
    single = bool(query.get("singleEvents"))
    show_deleted = since is not None or "updatedMin" in query or bool(query.get("showDeleted"))
    for event in calendar.events.values():
        if since is not None and event.change <= since:
            continue
        if single and event.is_master:
            if not event.cancelled:
                yield from _untouched_instances(world, calendar, event, query)
            continue
        # A cancelled instance is always listed beside its living master, for it is an exception to it.
        shown = show_deleted or not event.cancelled or (not single and _has_live_master(calendar, event))
        if shown and filters.fits(world, calendar, event, query):
            yield event
    if single and show_deleted:
        yield from _dropped_instances(calendar, since)


def _has_live_master(calendar: Calendar, event: Event) -> bool:
    master = calendar.master_of(event)
    return master is not None and not master.cancelled


def _untouched_instances(world: World, calendar: Calendar, master: Event, query: Query) -> Iterator[Event]:
    for instance in series.instances(world, calendar, master, **filters.limits(query)):
        if instance.id not in calendar.events and filters.fits(world, calendar, instance, query):
            yield instance


def _dropped_instances(calendar: Calendar, since: int | None) -> Iterator[Event]:
    """Yield what series no longer have: since a token all of it, in a full list that of deleted series."""
    seen = set()
    for dropped in reversed(calendar.dropped):
        master = calendar.events.get(dropped.master_id)
        if dropped.id in seen or master is None or (since is not None and dropped.change <= since):
            continue
        seen.add(dropped.id)
        if dropped.original is None:
            if since is not None and master.is_master:
                rest = {name: value for name, value in master.fields.items() if name != "recurrence"}
                yield Event(master.id, rest | {"status": "cancelled"}, master.etag, dropped.change)
            continue
        back_again = master.is_master and series.is_original_start(master.fields, dropped.original)
        if dropped.id in calendar.events or (not master.cancelled and (since is None or back_again)):
            continue
        fields: Fields = {"recurringEventId": master.id, "originalStartTime": dropped.original}
        fields |= {"status": "cancelled", "updated": master.fields["updated"]}
        yield Event(dropped.id, fields, master.etag, dropped.change)


def _start_key(calendar: Calendar, fields: Fields, event_id: str) -> list[Any]:
    return [times.instant(fields["start"], calendar.time_zone).isoformat(), event_id]


def _sort_key(calendar: Calendar, event: Event, query: Query) -> list[Any]:
    """Return what a list is sorted by.

    A page goes on after the last key, so what changes between two pages is not lost.
    """
    match query.get("orderBy"):
        case "startTime":
            return _start_key(calendar, calendar.whole(event), event.id)
        case "updated":
            return [calendar.whole(event)["updated"], event.id]
    return [event.change, event.id]


def _page(
    world: World, calendar: Calendar, reader: Owner, query: Query, found: Found, *, tokens_too: bool
) -> dict[str, Any]:
    position: dict[str, Any] = {"number": 0, "after": None, "at": calendar.changes}
    position["parameters"] = tokens.fingerprint(query)
    if "pageToken" in query:
        position = tokens.open_page(calendar, query)
    after = position["after"]
    left = sorted((f for f in found if after is None or f[0] > after), key=lambda f: f[0])
    size = min(query.get("maxResults", DEFAULT_PAGE), LONGEST_PAGE, world.settings.page_size or LONGEST_PAGE)
    empty = world.settings.empty_pages and position["number"] % 2 == 0
    shown = [] if empty else left[:size]
    answer = _head(world, calendar, reader)
    if len(left) > len(shown) or empty:
        following = {"number": position["number"] + 1, "after": shown[-1][0] if shown else after}
        answer["nextPageToken"] = tokens.seal("page", calendar, position | following)
    elif tokens_too and not any(name in query for name in _NO_TOKEN_AFTER):
        kept = {"at": position["at"], "parameters": position["parameters"], "epoch": calendar.token_epoch}
        answer["nextSyncToken"] = tokens.seal("sync", calendar, kept)
    form = {"time_zone": query.get("timeZone"), "max_attendees": query.get("maxAttendees")}
    answer["items"] = [render.item(world, calendar, event, reader, **form) for _, event in shown]
    return answer


def _head(world: World, calendar: Calendar, reader: Owner) -> dict[str, Any]:
    changed = max((event.fields["updated"] for event in calendar.events.values()), default=None)
    return {
        "kind": "calendar#events",
        "etag": f'"p{calendar.changes:012d}"',
        "summary": calendar.summary,
        "description": "",
        "updated": changed or times.stamp(world.clock.now()),
        "timeZone": calendar.time_zone,
        "accessRole": calendar.role(reader.email),
        "defaultReminders": calendar.default_reminders if reader is calendar.owner else [],
    }
