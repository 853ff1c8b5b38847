"""The doubles of an hour of many people: what they do at random, what goes wrong, who disagrees after it."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.doubles import Doubles, serve
from tests.doubles.clock import DoubleClock
from tests.doubles.faults import Fault
from tests.doubles.google.people import Person
from tests.shown import Shown, in_google, in_odoo

HOUR = timedelta(hours=1)
KINDS = 7
"""How many kinds of trouble either service gets into."""


@dataclasses.dataclass
class Chance(Fault):
    """Strikes at random, in so many of the requests that fit."""

    probability: float = 0.0
    dice: random.Random = dataclasses.field(default_factory=random.Random)

    def fits(self, operation: str, detail: dict[str, Any], *, write: bool) -> bool:
        """Say whether this request is hit."""
        return super().fits(operation, detail, write=write) and self.dice.random() < self.probability


class Soaked(Doubles):
    """The doubles, with orders for what people do and what goes wrong; every method is one order."""

    def __init__(self, callback: str) -> None:
        super().__init__(callback)
        self._dice = random.Random()
        self._made: dict[str, str] = {}
        self._over: set[str] = set()
        self.done: Counter[str] = Counter()

    @property
    def clock(self) -> DoubleClock:
        """Return the clock that all doubles share in step."""
        return self.google.clock

    def in_google(self, name: str) -> Person:
        """Return a person at Google's pages."""
        return self.google.people[f"{name}@example.com"]

    def advance(self, seconds: float) -> None:
        """Move all clocks on; what was asked so far need not be remembered."""
        super().advance(seconds)
        for double in (self.google, self.odoo, self.slack):
            double.log.clear()

    # --- what goes wrong

    def trouble(self, share: float, seed: int) -> None:
        """Let so many of the requests (0 to 1) meet a fault from now on, of seven kinds at either service."""
        dice = random.Random(seed)
        for double, pattern in ((self.google, "calendar.*"), (self.odoo, "*")):
            double.faults.clear()
            if not share:
                continue
            kinds: list[dict[str, Any]] = [
                {"status": 503},
                {"status": 500, "body": "<html>Internal Server Error</html>"},
                {"drop": "before"},
                {"drop": "after"},
                {"cut_body": 40},
                {"delay": 0.5},
                {"status": 429, "reason": "rateLimitExceeded"}
                if double is self.google
                else {"status": 502, "body": "<html>Bad Gateway</html>", "after": True},
            ]
            for kind in kinds:
                each = share / KINDS
                double.faults.add(Chance(pattern, times=None, probability=each, dice=dice, **kind))
        if share:
            token = Chance("oauth.token", times=None, status=503, probability=share, dice=dice)
            self.google.faults.add(token)

    def struck(self) -> int:
        """Return how often a fault was met since `trouble` was asked for."""
        return sum(fault.hits for double in (self.google, self.odoo) for fault in double.faults.faults)

    # --- what people do

    def edits(self, names: list[str], number: int, seed: int) -> dict[str, int]:
        """Let people do so many things at random on either side; returns how often what was done so far."""
        self._dice.seed(seed)
        for _ in range(number):
            name = self._dice.choice(names)
            deed = self._dice.choice([self._in_google, self._in_odoo])
            before = len(self.google.mails), len(self.odoo.mails)
            self.done[deed(name, self._dice.choice(names))] += 1
            # What people cause themselves is theirs.
            del self.google.mails[before[0] :], self.odoo.mails[before[1] :]
        return dict(self.done)

    def _in_google(self, name: str, other: str) -> str:
        person, dice = self.in_google(name), self._dice
        own = [
            one for one in person.events() if one["organizer"].get("self") and "recurringEventId" not in one
        ]
        invited = [one for one in person.events() if not one["organizer"].get("self")]
        match dice.choices(
            ["create", "edit", "delete", "series", "occurrence", "answer"], [5, 8, 5, 1, 1, 1]
        )[0]:
            case "create":
                start = self._start()
                person.create(self._new(name), start=start, end=start + HOUR, location="Room")
                return "google create"
            case "series":
                start = self._start()
                weekly = {"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"}
                until = {"dateTime": (start + HOUR).isoformat(), "timeZone": "Europe/Berlin"}
                rule = [f"RRULE:FREQ=WEEKLY;COUNT={dice.randint(2, 6)}"]
                person.create(self._new(name), start=weekly, end=until, recurrence=rule)
                return "google series"
            case "answer" if invited:
                answer = dice.choice(["accepted", "tentative"])
                person.respond(dice.choice(invited)["id"], answer)
                return "google answer"
            case "occurrence" if series := [one for one in own if one.get("recurrence")]:
                for one in person.instances(dice.choice(series)["id"])[:1]:
                    person.patch(one["id"], location=f"Room {dice.randrange(100)}")
                return "google occurrence"
            case "delete" if own:
                gone = dice.choice(own)
                self._over.add(gone["summary"])
                person.delete(gone["id"])
                return "google delete"
            case _ if own:
                person.patch(dice.choice(own)["id"], **self._changes("description", "location"))
                return "google edit"
        return "nothing"

    def _in_odoo(self, name: str, other: str) -> str:
        actor, dice = self.odoo.as_user(name), self._dice
        own = actor.search("calendar.event", [["user_id", "=", actor.uid], ["recurrency", "=", False]])
        start = self._start().replace(tzinfo=None)
        values = {"start": f"{start}", "stop": f"{start + HOUR}"}
        match dice.choices(["create", "edit", "delete", "meeting"], [5, 8, 5, 1])[0]:
            case "create":
                actor.create("calendar.event", {"name": self._new(name), **values})
                return "odoo create"
            case "meeting" if other != name:
                partners = [self.odoo.users[one].partner_id for one in (name, other)]
                invited = {"partner_ids": [[6, 0, partners]]}
                actor.create("calendar.event", {"name": self._new(name), **values, **invited})
                return "odoo meeting"
            case "delete" if own:
                gone = dice.choice(own)
                [row] = actor.read("calendar.event", [gone], ["name"])
                self._over.add(row["name"])
                actor.unlink("calendar.event", gone)
                return "odoo delete"
            case _ if own:
                actor.write("calendar.event", dice.choice(own), self._changes("description", "location"))
                return "odoo edit"
        return "nothing"

    def _new(self, name: str) -> str:
        title = f"{name}/{len(self._made)}"
        self._made[title] = name
        return title

    def _start(self) -> datetime:
        noon = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
        return noon + timedelta(days=self._dice.randint(1, 60), minutes=15 * self._dice.randrange(40))

    def _changes(self, *names: str) -> dict[str, str]:
        return {self._dice.choice(names): f"as of {self._dice.randrange(10**6)}"}

    # --- what came of it

    def apart(self, names: list[str]) -> list[str]:
        """Return what is not as it should be: sides that differ, events that are there twice or are lost."""
        trouble: list[str] = []
        seen: set[str] = set()
        for name in names:
            google, odoo = (_without_others(show(self, name), name) for show in (in_google, in_odoo))
            if google != odoo:
                differing = sorted({*google} ^ {*odoo})
                trouble.append(
                    f"{name}: {[(one.title, one.start, one.place, one.text) for one in differing]}"
                )
            twice = [key for key, n in Counter((one.title, one.start) for one in google).items() if n > 1]
            trouble += [f"{name} has {key} more than once" for key in twice]
            seen |= {one.title for one in google}
        lost = self._made.keys() - self._over - seen
        return trouble + [f"{title} is lost" for title in sorted(lost)]

    def mails(self) -> int:
        """Return how many mails either service sent that no person caused."""
        return len(self.google.mails) + len(self.odoo.mails)


def _without_others(shown: list[Shown], name: str) -> list[Shown]:
    """Leave out what others answered: a guest's copy need not hear of it."""
    mine = f"{name}@example.com"
    return sorted(
        dataclasses.replace(one, answers=tuple(given for given in one.answers if given[0] == mine))
        for one in shown
    )


if __name__ == "__main__":
    asyncio.run(serve(Soaked(sys.argv[1])))
