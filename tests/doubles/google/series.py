"""Series: naming and finding instances, and what happens to exceptions when their master changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.doubles.google import recurrence, times
from tests.doubles.google.errors import not_found
from tests.doubles.google.store import Calendar, Dropped, Event, Fields, World
from tests.doubles.google.times import EventDateTime

_INSTANCE_ID = re.compile(r"(?P<root>.+)_(?P<start>\d{8}(?:T\d{6}Z)?)")
_SPLIT = re.compile(r"_R\d{8}(?:T\d{6})?$")


def compact(original: EventDateTime) -> str:
    """Return an original start as ids carry it: `20240614T080000Z`, or `20240614` for all-day series."""
    return re.sub(r"[-:]", "", original.get("date") or original["dateTime"])


def instance_id(master_id: str, original: EventDateTime) -> str:
    """Return the id of an instance; the `_R...` of a split series is not in it."""
    return f"{_SPLIT.sub('', master_id)}_{compact(original)}"


def split_id(master_id: str, original: EventDateTime) -> str:
    """Return the id that Google gives to the tail of a series after "this and following"."""
    return f"{_SPLIT.sub('', master_id)}_R{compact(original).removesuffix('Z')}"


def locate(calendar: Calendar, event_id: str) -> Event:
    """Return an event, or an instance that is not stored because nobody has changed it.

    Raises:
        GoogleError: there is neither.
    """
    if event_id in calendar.events:
        return calendar.events[event_id]
    found = _INSTANCE_ID.fullmatch(event_id)
    if found is None:
        raise not_found()
    root, text = found["root"], found["start"]
    for master in calendar.events.values():
        if not master.is_master or _SPLIT.sub("", master.id) != root:
            continue
        original = _original(master.fields, text)
        if original and is_original_start(master.fields, original):
            return unsaved(master, original)
    raise not_found()


def unsaved(master: Event, original: EventDateTime) -> Event:
    """Return an instance as nobody has changed it; it shares its master's etag and place in the log."""
    fields: Fields = {"recurringEventId": master.id, "originalStartTime": original}
    fields |= {name: master.fields[name] for name in ("created", "updated")}
    if master.cancelled:
        fields["status"] = "cancelled"
    return Event(instance_id(master.id, original), fields, master.etag, master.change)


def _original(master: Fields, text: str) -> EventDateTime | None:
    start = master["start"]
    if times.is_all_day(start) != ("T" not in text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if times.is_all_day(start):
        return {"date": moment.date().isoformat()}
    return {"dateTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": start["timeZone"]}


def is_original_start(master: Fields, original: EventDateTime) -> bool:
    """Say whether the series of `master` has an instance that starts so by its rules."""
    start = master["start"]
    if times.is_all_day(start) != times.is_all_day(original):
        return False
    # The zone in which the original start is written does not matter, only the moment.
    in_zone = original if times.is_all_day(start) else original | {"timeZone": start["timeZone"]}
    return recurrence.contains(master["recurrence"], start, times.local(in_zone))


def original_starts(
    world: World, master: Fields, *, before: datetime | None = None, after: datetime | None = None
) -> Iterator[EventDateTime]:
    """Yield the original starts of a series between two moments; an endless one needs a horizon."""
    start = master["start"]
    limit = before or datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
    if before is None and recurrence.is_endless(master["recurrence"]):
        limit = world.clock.now() + world.settings.expansion_reach
    # A day of slack, since these are moments and rules are expanded in wall clock time.
    day = timedelta(days=1)
    yield from recurrence.occurrences(
        master["recurrence"],
        start,
        before=limit.replace(tzinfo=None) + day,
        after=after.replace(tzinfo=None) - day if after else None,
    )


def instances(
    world: World,
    calendar: Calendar,
    master: Event,
    *,
    before: datetime | None = None,
    after: datetime | None = None,
) -> Iterator[Event]:
    """Yield the instances of a series, the changed and the cancelled ones among them."""
    exceptions = {event.id: event for event in calendar.exceptions_of(master.id)}
    length = times.instant(master.fields["end"], calendar.time_zone) - times.instant(
        master.fields["start"], calendar.time_zone
    )
    since = after - length if after else None
    for original in original_starts(world, master.fields, before=before, after=since):
        plain = unsaved(master, original)
        if plain.id not in exceptions:
            yield plain
    yield from exceptions.values()


def save(world: World, calendar: Calendar, event: Event, fields: Fields, *, main: bool = True) -> None:
    """Store an event's new fields and let its exceptions follow."""
    before = dict(event.fields)
    exceptions = calendar.exceptions_of(event.id)
    views = {exception.id: calendar.whole(exception) for exception in exceptions}
    calendar.set_fields(event, fields)
    if event.id not in calendar.events:
        calendar.add(event)
    world.touch(calendar, event, main=main)
    was_live_series = bool(before.get("recurrence")) and before.get("status") != "cancelled"
    if not was_live_series:
        if before and event.is_master:
            calendar.dropped.append(Dropped(calendar.changes, event.id, event.id))
        return
    if event.cancelled or not event.is_master:
        _drop_instances(world, calendar, event, before, still_there=set())
        for exception in exceptions:
            calendar.forget(exception)
        return
    if any(before.get(k) != event.fields.get(k) for k in ("start", "end", "recurrence")):
        _move_exceptions(world, calendar, event, before, exceptions)
        kept = {instance_id(event.id, o) for o in original_starts(world, event.fields)}
        _drop_instances(world, calendar, event, before, still_there=kept)
    for exception in calendar.exceptions_of(event.id):
        if views.get(exception.id) != calendar.whole(exception):
            world.touch(calendar, exception)


def _move_exceptions(
    world: World, calendar: Calendar, master: Event, before: Fields, exceptions: list[Event]
) -> None:
    """Give exceptions their new original starts, or forget those that no longer belong to the series."""
    old, new = before["start"], master.fields["start"]
    same_kind = times.is_all_day(old) == times.is_all_day(new)
    shift = times.local(new) - times.local(old)
    for exception in exceptions:
        original = exception.fields["originalStartTime"]
        what = world.settings.exceptions_on_move
        if what != "drop_all" and is_original_start(master.fields, original):
            continue
        calendar.forget(exception)
        if not same_kind or what != "rekey":
            continue
        moved = times.from_local(times.local(original) + shift, new)
        if not is_original_start(master.fields, moved):
            continue
        fields = exception.fields | {"originalStartTime": moved}
        rekeyed = Event(instance_id(master.id, moved), fields, left=exception.left)
        calendar.add(rekeyed)
        world.touch(calendar, rekeyed)


def _drop_instances(
    world: World, calendar: Calendar, master: Event, before: Fields, still_there: set[str]
) -> None:
    for original in original_starts(world, before):
        gone = instance_id(master.id, original)
        if gone not in still_there:
            calendar.dropped.append(Dropped(calendar.changes, gone, master.id, original))
