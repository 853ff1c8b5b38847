"""The Calendar API over HTTP: who asks, for what, and in which form the answer goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.doubles.google import discovery, listing, moving, render, selection, series, writing
from tests.doubles.google.access import Access
from tests.doubles.google.conference import Conferences
from tests.doubles.google.discovery import Method, Query
from tests.doubles.google.errors import GoogleError, not_found
from tests.doubles.google.push import Push
from tests.doubles.google.quota import Quota
from tests.doubles.google.store import Calendar, Event, Owner, World
from tests.doubles.google.writing import Writer


@dataclass(frozen=True)
class Call:
    """One call, whether it came by itself or inside a batch; `path` is relative to `/calendar/v3/`."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def of(cls, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Call:
        """Build a call; a POST may stand for another method, as one does for a GET with a long query."""
        pairs = parse_qsl(query, keep_blank_values=True)
        if method == "POST":
            method = headers.get("x-http-method-override", method).upper()
            if method == "GET":
                pairs, body = pairs + parse_qsl(body.decode(), keep_blank_values=True), b""
        return cls(method, path, pairs, headers, body)


@dataclass(frozen=True)
class Answer:
    """What goes back: no body with 204 and 304."""

    status: int
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Request:
    """A call after all checks that are the same for every method."""

    method: Method
    caller: Owner
    path: dict[str, str]
    query: Query
    body: dict[str, Any]
    headers: Mapping[str, str]
    calendar: Calendar | None

    @property
    def on(self) -> Calendar:
        assert self.calendar is not None
        return self.calendar


class CalendarApi:
    """Answers calls."""

    def __init__(
        self, world: World, writer: Writer, conferences: Conferences, access: Access, push: Push
    ) -> None:
        self._world = world
        self._writer = writer
        self._conferences = conferences
        self._access = access
        self._quota = Quota(world)
        self._handlers: dict[str, Callable[[_Request], dict[str, Any] | None]] = {
            "calendar.events.list": lambda r: listing.list_events(world, r.on, r.caller, r.query),
            "calendar.events.instances": lambda r: listing.list_instances(
                world, r.on, r.caller, r.path["eventId"], r.query
            ),
            "calendar.events.get": lambda r: self._shown(r, series.locate(r.on, r.path["eventId"])),
            "calendar.events.insert": lambda r: self._shown(
                r, writer.insert(r.on, r.caller, r.body, r.query)
            ),
            "calendar.events.import": lambda r: self._shown(
                r, writer.import_(r.on, r.caller, r.body, r.query)
            ),
            "calendar.events.patch": lambda r: self._changed(r, replace=False),
            "calendar.events.update": lambda r: self._changed(r, replace=True),
            "calendar.events.delete": self._deleted,
            "calendar.events.move": self._moved,
            "calendar.events.watch": lambda r: push.watch(r.on, r.caller, _origin(r.headers), r.body),
            "calendar.channels.stop": lambda r: push.stop(r.caller, r.body),
            "calendar.calendars.get": lambda r: _calendar(r.on),
            "calendar.calendars.insert": self._new_calendar,
            "calendar.calendarList.list": self._calendar_list,
            "calendar.calendarList.get": lambda r: _list_entry(r.on, r.caller),
            "calendar.settings.list": lambda r: {
                "kind": "calendar#settings",
                "etag": '"settings"',
                "items": _settings(r.caller),
                "nextSyncToken": "settings",
            },
            "calendar.settings.get": self._setting,
        }

    def answer(self, call: Call) -> Answer:
        """Answer one call."""
        try:
            return self._answer(call)
        except GoogleError as error:
            return Answer(error.status, error.body(), error.headers)

    def _answer(self, call: Call) -> Answer:
        found = discovery.match(call.method, call.path)
        if found is None:
            raise not_found()
        method, path = found
        caller = self._access.caller(call.headers, method)
        self._quota.spend(caller.email, method.id)
        query = discovery.checked_query(method, call.query)
        body = discovery.check_body(method, _json(call.body))
        handler = self._handlers.get(method.id)
        if handler is None:
            raise GoogleError(501, "notImplemented", f"The double does not know {method.id}.")
        tree = selection.parse(query["fields"], method.response) if "fields" in query else {}
        calendar = self._world.calendar(path["calendarId"], caller) if "calendarId" in path else None
        if calendar is not None:
            self._access.check_calendar(call.headers, method, calendar, caller)
        self._conferences.settle()
        result = handler(_Request(method, caller, path, query, body, call.headers, calendar))
        discovery.check_answer(method, result)
        if result is None:
            return Answer(204)
        etag = result.get("etag")
        if etag and call.method == "GET" and call.headers.get("if-none-match") in {etag, "*"}:
            return Answer(304, None, {"ETag": etag})
        headers = {"ETag": etag} if etag else {}
        return Answer(200, selection.select(result, tree), headers)

    def _shown(self, request: _Request, event: Event, calendar: Calendar | None = None) -> dict[str, Any]:
        query = request.query
        return render.item(
            self._world,
            calendar or request.on,
            event,
            request.caller,
            time_zone=query.get("timeZone"),
            max_attendees=query.get("maxAttendees"),
        )

    def _changed(self, request: _Request, *, replace: bool) -> dict[str, Any]:
        event = self._writer.change(
            request.on,
            request.caller,
            request.path["eventId"],
            request.body,
            request.query,
            replace=replace,
            if_match=request.headers.get("if-match"),
        )
        return self._shown(request, event)

    def _deleted(self, request: _Request) -> None:
        self._writer.delete(
            request.on,
            request.caller,
            request.path["eventId"],
            request.query,
            request.headers.get("if-match"),
        )

    def _moved(self, request: _Request) -> dict[str, Any]:
        target = self._world.calendar(request.query["destination"], request.caller)
        event = series.locate(request.on, request.path["eventId"])
        writing.check_if_match(event, request.headers.get("if-match"))
        mails = writing.send_updates_of(request.query)
        moved = moving.move(self._world, request.on, request.caller, event, target, mails)
        return self._shown(request, moved, target)

    def _new_calendar(self, request: _Request) -> dict[str, Any]:
        if not request.body.get("summary"):
            raise GoogleError(400, "required", "Missing title.")
        calendar = Calendar(
            id=f"{self._world.new_id()}@group.calendar.google.com",
            summary=request.body["summary"],
            time_zone=request.body.get("timeZone") or request.caller.time_zone,
            owner=request.caller,
            app_created=True,
        )
        request.caller.calendars[calendar.id] = calendar
        return _calendar(calendar)

    def _calendar_list(self, request: _Request) -> dict[str, Any]:
        seen = [c for c in self._world.calendars() if c.role(request.caller.email) != "none"]
        entries = [_list_entry(c, request.caller) for c in seen if not c.owner.is_room]
        return {"kind": "calendar#calendarList", "etag": '"list"', "items": entries, "nextSyncToken": "list"}

    def _setting(self, request: _Request) -> dict[str, Any]:
        name = request.path["setting"]
        return next((s for s in _settings(request.caller) if s["id"] == name), None) or _raise(not_found())


def _origin(headers: Mapping[str, str]) -> str:
    return f"http://{headers.get('host', 'localhost')}"


def _raise(error: Exception) -> Any:
    raise error


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise GoogleError(400, "parseError", "Parse Error") from None


def _calendar(calendar: Calendar) -> dict[str, Any]:
    return {
        "kind": "calendar#calendar",
        "etag": f'"{calendar.id}"',
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.time_zone,
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }


def _list_entry(calendar: Calendar, reader: Owner) -> dict[str, Any]:
    entry = _calendar(calendar) | {
        "kind": "calendar#calendarListEntry",
        "accessRole": calendar.role(reader.email),
        "defaultReminders": calendar.default_reminders if reader is calendar.owner else [],
        "selected": True,
    }
    return entry | ({"primary": True} if calendar is reader.primary else {})


def _settings(person: Owner) -> list[dict[str, Any]]:
    values = {"timezone": person.time_zone, "locale": "en", "format24HourTime": "true", "weekStart": "1"}
    return [{"kind": "calendar#setting", "etag": f'"{k}"', "id": k, "value": v} for k, v in values.items()]
