"""events.list and events.instances: filters, order, pages, sync tokens and tombstones."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.doubles.google import render, series, times
from tests.doubles.google.discovery import Query
from tests.doubles.google.errors import GoogleError, invalid
from tests.doubles.google.store import Calendar, Event, Fields, Owner, World

_NOT_WITH_TOKEN = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
    "updatedMin",
)  # fmt: skip
_NO_TOKEN_AFTER = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin",
)  # fmt: skip
_FREE_TO_CHANGE = {"maxResults", "pageToken", "syncToken", "timeMin", "timeMax", "fields", "alt", "prettyPrint",
                   "quotaUser", "userIp", "key", "oauth_token"}  # fmt: skip
_SEARCHED = ("summary", "description", "location")
DEFAULT_PAGE = 250
LONGEST_PAGE = 2500


def _fingerprint(query: Query) -> str:
    """Stand for the parameters that have to stay the same from the full sync on."""
    bound = {k: v for k, v in query.items() if k not in _FREE_TO_CHANGE and v not in (False, [])}
    return hashlib.sha256(json.dumps(bound, sort_keys=True, default=str).encode()).hexdigest()[:12]


def _seal(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _open(token: str, kind: str) -> dict[str, Any]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError):
        content = None
    if not isinstance(content, dict) or content.get("kind") != kind:
        raise invalid(f"Invalid {kind} token value.", location=f"{kind}Token")
    return content


def list_events(world: World, calendar: Calendar, reader: Owner, query: Query) -> dict[str, Any]:
    """Answer events.list.

    Raises:
        GoogleError: parameters do not go together, or a token is wrong or no longer valid.
    """
    _check(world, query)
    sync = _open_sync_token(calendar, query) if "syncToken" in query else None
    since = sync["at"] if sync else None
    found = [(_sort_key(calendar, e, query), e) for e in _selected(world, calendar, query, since)]
    return _answer(world, calendar, reader, query, found, tokens=True)


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
    found = []
    limits = {"after": query.get("timeMin"), "before": query.get("timeMax")}
    for instance in series.instances(world, calendar, master, **limits):
        fields = calendar.whole(instance)
        gone = instance.cancelled or master.cancelled
        if (gone and not query.get("showDeleted")) or not _in_range(calendar, fields, query):
            continue
        original = fields["originalStartTime"]
        asked = query.get("originalStart")
        if asked and asked not in {original.get("date"), original.get("dateTime")}:
            moment = None if "T" not in asked else datetime.fromisoformat(asked)
            if moment is None or moment != times.instant(original, calendar.time_zone):
                continue
        found.append((_start_key(calendar, fields, instance.id), instance))
    return _answer(world, calendar, reader, query, found, tokens=False)


def _check(world: World, query: Query) -> None:
    if "timeZone" in query:
        times.zone(query["timeZone"])
    if "syncToken" in query and (
        any(name in query for name in _NOT_WITH_TOKEN) or query.get("showDeleted") is False
    ):
        raise GoogleError(
            400,
            "syncTokenWithRequestRestrictions",
            "Sync token cannot be used with other request restrictions.",
            location="syncToken",
        )
    if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
        raise invalid(
            "The requested ordering is not available for the particular query.",
            reason="badRequest",
            location="orderBy",
        )
    if "timeMin" in query and "timeMax" in query and query["timeMax"] <= query["timeMin"]:
        raise GoogleError(
            400,
            "timeRangeEmpty",
            "The specified time range is empty.",
            domain="calendar",
            location="timeMax",
        )
    oldest = world.clock.now() - world.settings.updated_min_reach
    if "updatedMin" in query and query["updatedMin"] < oldest:
        raise GoogleError(
            410,
            "updatedMinTooLongAgo",
            "The requested minimum modification time lies too far in the past.",
            domain="calendar",
            location="updatedMin",
        )
    for name in ("privateExtendedProperty", "sharedExtendedProperty"):
        if not all("=" in pair for pair in query.get(name, ())):
            raise invalid("Invalid extended property constraint.", location=name)


def _open_sync_token(calendar: Calendar, query: Query) -> dict[str, Any]:
    content = _open(query["syncToken"], "sync")
    if content["calendar"] != calendar.id:
        raise invalid("Invalid sync token value.", location="syncToken")
    if content["epoch"] != calendar.token_epoch:
        raise GoogleError(
            410,
            "fullSyncRequired",
            "Sync token is no longer valid, a full sync is required.",
            domain="calendar",
            location="syncToken",
        )
    if content["parameters"] != _fingerprint(query):
        # Google calls the outcome undefined; the double says what is wrong.
        raise invalid("The sync token was issued for other parameters.", location="syncToken")
    return content


def _selected(world: World, calendar: Calendar, query: Query, since: int | None) -> Iterator[Event]:
    single = bool(query.get("singleEvents"))
    show_deleted = since is not None or "updatedMin" in query or bool(query.get("showDeleted"))
    for event in list(calendar.events.values()):
        if since is not None and event.change <= since:
            continue
        if single and event.is_master:
            if not event.cancelled:
                yield from _plain_instances(world, calendar, event, query)
            continue
        if event.cancelled and not show_deleted and not (not single and _has_live_master(calendar, event)):
            continue
        if _fits(world, calendar, event, query):
            yield event
    if single and show_deleted:
        yield from _dropped_instances(calendar, since)


def _plain_instances(world: World, calendar: Calendar, master: Event, query: Query) -> Iterator[Event]:
    limits = {"after": query.get("timeMin"), "before": query.get("timeMax")}
    for instance in series.instances(world, calendar, master, **limits):
        if instance.id not in calendar.events and _fits(world, calendar, instance, query):
            yield instance


def _dropped_instances(calendar: Calendar, since: int | None) -> Iterator[Event]:
    seen = set()
    for dropped in reversed(calendar.dropped):
        if dropped.id in seen or (since is not None and dropped.change <= since):
            continue
        seen.add(dropped.id)
        master = calendar.events.get(dropped.master_id)
        if master is None or dropped.id in calendar.events:
            continue
        live = not master.cancelled
        if live and (
            since is None or (master.is_master and series.is_original_start(master.fields, dropped.original))
        ):
            continue
        fields = {"recurringEventId": master.id, "originalStartTime": dropped.original, "status": "cancelled"}
        yield Event(dropped.id, fields | {"updated": master.fields["updated"]}, master.etag, dropped.change)


def _has_live_master(calendar: Calendar, event: Event) -> bool:
    master = calendar.master_of(event)
    return master is not None and not master.cancelled


def _fits(world: World, calendar: Calendar, event: Event, query: Query) -> bool:
    fields = calendar.whole(event)
    if "updatedMin" in query and datetime.fromisoformat(fields["updated"]) < query["updatedMin"]:
        return False
    if "eventTypes" in query and fields["eventType"] not in query["eventTypes"]:
        return False
    if "iCalUID" in query and fields["iCalUID"] != query["iCalUID"]:
        return False
    for scope in ("private", "shared"):
        kept = fields.get("extendedProperties", {}).get(scope, {})
        wanted = (pair.split("=", 1) for pair in query.get(f"{scope}ExtendedProperty", ()))
        if not all(kept.get(name) == value for name, value in wanted):
            return False
    if "q" in query and not _mentions(fields, query["q"]):
        return False
    if event.is_master:
        limits = {"after": query.get("timeMin"), "before": query.get("timeMax")}
        if not any(limits.values()):
            return True
        found = series.instances(world, calendar, event, **limits)
        return any(_in_range(calendar, calendar.whole(instance), query) for instance in found)
    return _in_range(calendar, fields, query)


def _mentions(fields: Fields, text: str) -> bool:
    people = [fields["organizer"], *fields.get("attendees", ())]
    texts = [fields.get(name, "") for name in _SEARCHED]
    texts += [str(person.get(name, "")) for person in people for name in ("displayName", "email")]
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in text.casefold().split())


def _in_range(calendar: Calendar, fields: Fields, query: Query) -> bool:
    start, end = (times.instant(fields[name], calendar.time_zone) for name in ("start", "end"))
    return not (
        ("timeMin" in query and end <= query["timeMin"]) or ("timeMax" in query and start >= query["timeMax"])
    )


def _start_key(calendar: Calendar, fields: Fields, event_id: str) -> list[Any]:
    start = fields.get("start") or fields["originalStartTime"]
    return [times.instant(start, calendar.time_zone).isoformat(), event_id]


def _sort_key(calendar: Calendar, event: Event, query: Query) -> list[Any]:
    """Return what the list is sorted by; pages go on after the last key, so a change in between loses nothing."""
    match query.get("orderBy"):
        case "startTime":
            return _start_key(calendar, calendar.whole(event), event.id)
        case "updated":
            return [calendar.whole(event)["updated"], event.id]
    return [event.change, event.id]


def _answer(
    world: World,
    calendar: Calendar,
    reader: Owner,
    query: Query,
    found: list[tuple[list[Any], Event]],
    *,
    tokens: bool,
) -> dict[str, Any]:
    page: dict[str, Any] = {
        "number": 0,
        "after": None,
        "at": calendar.changes,
        "parameters": _fingerprint(query),
    }
    if "pageToken" in query:
        page = _open(query["pageToken"], "page")
        if page["calendar"] != calendar.id or page["parameters"] != _fingerprint(query):
            raise invalid("Invalid page token value.", location="pageToken")
    left = sorted((f for f in found if page["after"] is None or f[0] > page["after"]), key=lambda f: f[0])
    size = min(query.get("maxResults", DEFAULT_PAGE), LONGEST_PAGE, world.settings.page_size or LONGEST_PAGE)
    if world.settings.empty_pages and page["number"] % 2 == 0:
        size = 0
    shown, rest = left[:size], left[size:]
    answer: dict[str, Any] = {
        "kind": "calendar#events",
        "etag": f'"p{calendar.changes:012d}"',
        "summary": calendar.summary,
        "description": "",
        "updated": max(
            (e.fields["updated"] for e in calendar.events.values()), default=times.stamp(world.clock.now())
        ),
        "timeZone": calendar.time_zone,
        "accessRole": calendar.role(reader.email),
        "defaultReminders": calendar.default_reminders if reader is calendar.owner else [],
    }
    if rest or size == 0:
        after = shown[-1][0] if shown else page["after"]
        following = page | {
            "kind": "page",
            "calendar": calendar.id,
            "number": page["number"] + 1,
            "after": after,
        }
        answer["nextPageToken"] = _seal(following)
    elif tokens and not any(name in query for name in _NO_TOKEN_AFTER):
        answer["nextSyncToken"] = _seal(
            {
                "kind": "sync",
                "calendar": calendar.id,
                "parameters": page["parameters"],
                "epoch": calendar.token_epoch,
                "at": page["at"],
            }
        )
    answer["items"] = [
        render.item(
            world,
            calendar,
            event,
            reader,
            time_zone=query.get("timeZone"),
            max_attendees=query.get("maxAttendees"),
        )
        for _, event in shown
    ]
    return answer
