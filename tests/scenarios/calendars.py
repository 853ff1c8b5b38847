"""What scenarios of both calendars share: people at work on either side, and what must be true after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sync.run import Outcome
from tests.doubles.log import Entry
from tests.scenarios.busy import NOON, odoo_time
from tests.shown import Shown, assert_same
from tests.world import World

EVENT, ATTENDEE = "calendar.event", "calendar.attendee"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
BRUSSELS, UTC = ZoneInfo("Europe/Brussels"), ZoneInfo("UTC")
STRANGER = "zoe@elsewhere.example"


def monday(world: World, zone: ZoneInfo = BRUSSELS) -> datetime:
    """Return nine o'clock of next Monday in a zone."""
    today = world.clock.now().astimezone(zone).replace(hour=9, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


# --- people in Odoo


def partner(world: World, name: str) -> int:
    """Return the contact (res.partner) of a person of the world."""
    return world.odoo.users[name].partner_id


def contact(world: World, name: str, email: str | None) -> int:
    """Add a contact to Odoo who is no user."""
    made: int = world.odoo.as_user("admin").create("res.partner", {"name": name, "email": email or False})
    return made


def make(world: World, name: str, title: str = "Meeting", *guests: int, **values: Any) -> int:
    """Let a person make an event of an hour in Odoo, with these contacts as its guests."""
    own: dict[str, Any] = {"name": title, "start": odoo_time(NOON), "stop": odoo_time(NOON + HOUR)}
    if guests:
        own["partner_ids"] = [[6, 0, [partner(world, name), *guests]]]
    made: int = world.odoo.as_user(name).create(EVENT, own | values)
    world.odoo.mails.clear()  # what people cause themselves is theirs
    return made


def make_days(world: World, name: str, title: str, first: date, last: date, **values: Any) -> int:
    """Let a person make an event of whole days in Odoo, the last day included."""
    days = {"allday": True, "start_date": str(first), "stop_date": str(last)}
    return make(world, name, title, **days, **values)


def make_series(world: World, name: str, title: str, rule: str, start: datetime, **values: Any) -> int:
    """Let a person make a timed series in Odoo, in the zone of its start, and return its base event."""
    first = start.astimezone(UTC)
    own = {"start": odoo_time(first), "stop": odoo_time(first + HOUR), "recurrency": True, "rrule": rule}
    return make(world, name, title, **own, event_tz=str(start.tzinfo), **values)


def edit(world: World, who: str, event: int, **values: Any) -> None:
    """Let a person edit an event in Odoo, or with `recurrence_update` more of its series."""
    world.odoo.as_user(who).write(EVENT, event, values)
    world.odoo.mails.clear()


def answer(world: World, name: str, event: int, method: str) -> None:
    """Let a person answer an invitation in Odoo: do_accept, do_decline or do_tentative."""
    actor = world.odoo.as_user(name)
    mine = [("event_id", "=", event), ("partner_id", "=", partner(world, name))]
    actor.call(ATTENDEE, method, actor.search(ATTENDEE, mine))
    world.odoo.mails.clear()


def rows(world: World, name: str, *fields: str, archived: bool = False) -> list[dict[str, Any]]:
    """Return a person's rows in Odoo, earliest first."""
    return world.odoo.events(name, "name", "start", "recurrence_id", *fields, archived=archived)


def answers(world: World, event: int) -> dict[str, str]:
    """Return who answered what in Odoo, by address, or by name of who has none."""
    actor = world.odoo.as_user("admin")
    found = actor.search(ATTENDEE, [("event_id", "=", event)])
    listed = actor.read(ATTENDEE, found, ["email", "common_name", "state"])
    return {one["email"] or one["common_name"]: one["state"] for one in listed}


def reminders(world: World, name: str) -> set[tuple[str, int]]:
    """Return the reminders of a person's only event in Odoo, as Google's method and minutes."""
    [event] = world.odoo_events(name)
    return {(one.method, one.minutes) for one in event.reminders}


# --- people in Google


def addresses(*people: str) -> list[dict[str, str]]:
    """Return Google's attendees of these people of the world, or of these addresses."""
    return [{"email": one if "@" in one else f"{one}@example.com"} for one in people]


def masters(world: World, name: str) -> list[dict[str, Any]]:
    """Return a person's series in Google, earliest first."""
    found = [one for one in world.in_google(name).events() if "recurrence" in one]
    return sorted(found, key=lambda one: str(one["start"]))


def invited(item: dict[str, Any]) -> dict[str, str]:
    """Return who answered what in Google, by address."""
    return {one["email"]: one["responseStatus"] for one in item.get("attendees", ())}


# --- what a sync did


async def sync(world: World, name: str = "alice") -> Outcome:
    """Let a person's changes go over, with logs that hold this run alone; it must go well."""
    world.google.log.clear()
    world.odoo.log.clear()
    outcome = await world.sync(name)
    assert outcome.code == "ok", (name, outcome)
    return outcome


def writes(world: World) -> list[Entry]:
    """Return what the last sync wrote to Google; none of it may have mailed anybody."""
    found = world.google.log.writes()
    assert {one.detail["send_updates"] for one in found} <= {"none"}
    return found


async def settle(world: World, *names: str) -> list[Shown]:
    """Sync people until all is quiet, and return what the first one's calendars both show.

    Nobody was mailed meanwhile, and a further run writes nothing.
    """
    order = names or ("alice",)
    for _ in range(3 if len(order) > 1 else 2):
        for name in order:
            await sync(world, name)
    for name in order:
        await sync(world, name)
        assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails
    shown, *_ = [assert_same(world, name) for name in order]
    return shown
