"""What people do to meetings and series by hand, on either side: whole, one occurrence, or from one on."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import Any, Literal

from sync.model import Side
from tests.properties.forms import DAY, HOUR, address, odoo_times, shifted, times
from tests.world import World

EVENT = "calendar.event"
STRANGER = "zoe@elsewhere.example"

Reach = Literal["one", "following", "all"]
_UPDATE = {"one": "self_only", "following": "future_events", "all": "all_events"}
_EXPRESSIBLE = ("FREQ=WEEKLY;COUNT=4", "FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;COUNT=5;BYDAY={day},FR")
_RULES = {
    Side.GOOGLE: (*_EXPRESSIBLE, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"),
    Side.ODOO: ("FREQ=WEEKLY;COUNT=4;BYDAY={day}", "FREQ=DAILY;COUNT=3", _EXPRESSIBLE[2]),
}


@dataclasses.dataclass(frozen=True)
class Hand:
    """One person's hand on one side of the world."""

    world: World
    name: str
    side: Side

    @property
    def _google(self) -> Any:
        return self.world.in_google(self.name)

    @property
    def _odoo(self) -> Any:
        return self.world.odoo.as_user(self.name)

    # --- what is there

    def holds(self, marker: str) -> bool:
        """Say whether this person's calendar shows anything with a marker."""
        return bool(self._masters(marker) if self.side is Side.GOOGLE else self._rows(marker))

    def repeats(self, marker: str) -> bool:
        """Say whether it is a series."""
        if self.side is Side.GOOGLE:
            return "recurrence" in self._masters(marker)[0]
        return bool(self._rows(marker)[0]["recurrency"])

    def whole_days(self, marker: str) -> bool:
        """Say whether it takes whole days."""
        if self.side is Side.GOOGLE:
            return "date" in self._masters(marker)[0]["start"]
        return bool(self._rows(marker)[0]["allday"])

    def titles(self, marker: str) -> list[str]:
        """Return what all occurrences of the series are called in which there is a marker."""
        if self.side is Side.GOOGLE:
            masters = [one["id"] for one in self._masters(marker) if "recurrence" in one]
            return [one.get("summary", "") for key in masters for one in self._google.instances(key)]
        rows = self.world.odoo.events(self.name, "name", "recurrence_id")
        series = [row["recurrence_id"] for row in rows if marker in (row["name"] or "")]
        return [row["name"] or "" for row in rows if row["recurrence_id"] and row["recurrence_id"] in series]

    def wrecks(self, marker: str, reach: Reach, *, moved: bool) -> bool:
        """Say whether Odoo makes something of its own of an edit of several occurrences.

        A series of whole days that is moved to another day keeps the old weekday, too; one of several
        weekdays loses that of the row that was moved.
        """
        if self.side is Side.GOOGLE or reach == "one" or not moved:
            return False
        rows = self._rows(marker)
        return (
            rows[0]["allday"]
            or len({row["start"][:10] for row in rows})
            > len({date.fromisoformat(row["start"][:10]).weekday() for row in rows})
            > 1
        )

    def _masters(self, marker: str) -> list[dict[str, Any]]:
        items = [one for one in self._google.events() if marker in one.get("summary", "")]
        return [one for one in items if "recurringEventId" not in one]

    def _item(self, marker: str, at: int, reach: Reach) -> dict[str, Any]:
        master: dict[str, Any] = self._masters(marker)[0]
        if "recurrence" not in master or reach == "all":
            return master
        instances: list[dict[str, Any]] = self._google.instances(master["id"])
        return instances[at % len(instances)] if instances else master

    def _rows(self, marker: str) -> list[dict[str, Any]]:
        fields = ("name", "start", "stop", "allday", "start_date", "stop_date", "recurrency", "attendee_ids")
        return [row for row in self.world.odoo.events(self.name, *fields) if marker in (row["name"] or "")]

    def _row(self, marker: str, at: int) -> dict[str, Any]:
        rows = self._rows(marker)
        return rows[at % len(rows)]

    # --- new ones

    def make(self, title: str, day: date, hour: int, rule: int, guests: list[str]) -> None:
        """Make an event or, with `rule` > 0, a series; of a whole day, with `hour` 0."""
        start, end = times(day, hour)
        lines = self._lines(rule, day)
        if self.side is Side.GOOGLE:
            more: dict[str, Any] = {"recurrence": [f"RRULE:{lines}"]} if lines else {}
            more |= {"attendees": [{"email": address(one)} for one in guests]} if guests else {}
            self._google.create(title, start=start, end=end, **more)
            return
        users = [self.world.odoo.users[one].partner_id for one in (self.name, *guests) if one != STRANGER]
        values = {"name": title, "partner_ids": [[6, 0, users]]} | odoo_times(start, end)
        if lines:
            values |= {"recurrency": True, "rrule": lines, "event_tz": "Europe/Brussels"}
        self._odoo.create(EVENT, values)

    def _lines(self, rule: int, day: date) -> str:
        rules = _RULES[self.side]
        weekday = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()]
        return rules[(rule - 1) % len(rules)].replace("{day}", weekday) if rule else ""

    # --- edits

    def write(self, marker: str, at: int, reach: Reach, title: str, place: str, hours: int) -> None:
        """Give a title, a place, or other hours, whichever is not empty."""
        if self.side is Side.GOOGLE:
            self._write_google(marker, at, reach, title, place, hours)
            return
        row = self._row(marker, at)
        values: dict[str, Any] = {"name": title} if title else {}
        values |= {"location": place} if place else {}
        if hours and row["allday"]:
            first, last = (date.fromisoformat(row[name]) + DAY for name in ("start_date", "stop_date"))
            values |= odoo_times(first, last + DAY)
        elif hours:
            start, stop = (datetime.fromisoformat(row[name]) + hours * HOUR for name in ("start", "stop"))
            values |= odoo_times(start.replace(tzinfo=UTC), stop.replace(tzinfo=UTC))
        if row["recurrency"]:
            values["recurrence_update"] = _UPDATE[reach]
        self._odoo.write(EVENT, row["id"], values)

    def _write_google(self, marker: str, at: int, reach: Reach, title: str, place: str, hours: int) -> None:
        item = self._item(marker, at, reach)
        values: dict[str, Any] = {"summary": title} if title else {}
        values |= {"location": place} if place else {}
        if hours:
            values |= {name: shifted(item[name], hours) for name in ("start", "end")}
        if reach == "following" and "recurringEventId" in item:
            self._google.split(item["recurringEventId"], item["originalStartTime"], **values)
        else:
            self._google.patch(item["id"], **values)

    def cancel(self, marker: str, at: int, reach: Reach, *, archive: bool) -> None:
        """Delete it, or one occurrence, or the following ones; in Odoo perhaps archive them only."""
        if self.side is Side.GOOGLE:
            item = self._item(marker, at, reach)
            if reach == "following" and "recurringEventId" in item:
                self._google.delete_following(item["recurringEventId"], item["originalStartTime"])
            else:
                self._google.delete(item["id"])
            return
        row = self._row(marker, at)
        if row["recurrency"] and reach != "one":
            act = "action_mass_archive" if archive else "action_mass_deletion"
            self._odoo.call(EVENT, act, [row["id"]], _UPDATE[reach])
        elif archive:
            self._odoo.write(EVENT, row["id"], {"active": False})
        else:
            self._odoo.unlink(EVENT, row["id"])

    def invite(self, marker: str, guest: str, *, here: bool) -> None:
        """Invite somebody to all of it or, unless `here`, take him off."""
        if self.side is Side.GOOGLE:
            item, email = self._item(marker, 0, "all"), address(guest)
            own = {"email": address(self.name), "responseStatus": "accepted"}
            listed = [one for one in item.get("attendees") or [own] if one["email"] != email]
            self._google.patch(item["id"], attendees=[*listed, {"email": email}] if here else listed)
            return
        row = self._row(marker, 0)
        values: dict[str, Any] = {
            "partner_ids": [[4 if here else 3, self.world.odoo.users[guest].partner_id]]
        }
        if row["recurrency"]:
            values["recurrence_update"] = "all_events"
        self._odoo.write(EVENT, row["id"], values)

    def answer(self, marker: str, at: int, reach: Reach, response: str) -> None:
        """Answer an invitation."""
        if self.side is Side.GOOGLE:
            self._google.respond(self._item(marker, at, reach)["id"], response)
        else:
            self._odoo.call(
                EVENT, "change_attendee_status", [self._row(marker, at)["id"]], response, _UPDATE[reach]
            )

    def repeat(self, marker: str, rule: int, *, now: bool) -> None:
        """Make a series of a single event or, unless `now`, a single event of a series."""
        if self.side is Side.GOOGLE:
            item = self._item(marker, 0, "all")
            start = item["start"]
            day = date.fromisoformat((start.get("dateTime") or start["date"])[:10])
            lines = [f"RRULE:{self._lines(rule, day)}"] if now else None
            zoned = {
                name: item[name] | ({"timeZone": "Europe/Brussels"} if "dateTime" in item[name] else {})
                for name in ("start", "end")
            }
            self._google.patch(item["id"], recurrence=lines, **zoned)
            return
        row = self._row(marker, 0)
        day = date.fromisoformat(row["start"][:10])
        values: dict[str, Any] = {"recurrency": False, "recurrence_update": "all_events"}
        if now:
            values = {"recurrency": True, "rrule": self._lines(rule, day), "event_tz": "Europe/Brussels"}
        self._odoo.write(EVENT, row["id"], values)

    # --- from outside

    def receive(
        self, uid: str, title: str, day: date, hour: int, rule: int, guests: list[str], place: str
    ) -> None:
        """Receive an invitation from a stranger, or its update, in Google."""
        start, end = times(day, hour)
        lines = self._lines(rule, day)
        more: dict[str, Any] = {"recurrence": [f"RRULE:{lines}"]} if lines else {}
        attendees = [{"email": address(one)} for one in (STRANGER, *guests)]
        self._google.invited(
            STRANGER, uid, title, start=start, end=end, attendees=attendees, location=place, **more
        )

    def receive_cancellation(self, uid: str) -> None:
        """Receive the cancellation of such an invitation."""
        self._google.uninvited(uid)


def beside(hand: Hand, marker: str) -> set[str]:
    """Return the markers of other items that occurrences of the same series bear.

    That is so once a series was renamed from its beginning on, but for occurrences with names of their own.
    """
    return {title.split()[0] for title in hand.titles(marker) if title} - {marker}
