"""The double set up like a recorded database, and which recorded id stands for which of the double's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.doubles.odoo import Actor, OdooDouble

RECORDINGS = Path(__file__).parent / "odoo"
QUIET = {
    "no_mail_to_attendees": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "dont_notify": True,
    "skip_contact_description": True,
}
EVENT = "calendar.event"
NOWHERE = 999999
SECRET = {
    "name": "Secret",
    "description": "<p>top</p>",
    "location": "Vault",
    "start": "2027-10-10 09:00:00",
    "stop": "2027-10-10 10:00:00",
    "videocall_location": "https://meet.google.com/x",
    "alarm_ids": [[6, 0, [1]]],
    "show_as": "free",
}
PLAIN = {"name": "C", "start": "2027-11-10 09:00:00", "stop": "2027-11-10 10:00:00"}
_WHEN = datetime(2026, 11, 22, 16, tzinfo=UTC)
_LOGINS = ("alice@example.com", "bob@example.com", "carol@example.com", "svc@example.com")


@dataclass(frozen=True)
class Server:
    """A recorded server: its database, and the id of the first of its four users and of his partner."""

    version: int
    db: str
    first_user: int
    first_partner: int
    google: bool = False


SERVERS = {
    "17": Server(17, "cal17", 6, 7),
    "18": Server(18, "cal18", 7, 8),
    "19": Server(19, "cal19", 5, 6),
    "18-google": Server(18, "gcal18", 7, 8, google=True),
    "19-google": Server(19, "gcal19", 5, 6, google=True),
}
JSON2 = "19-json2"
"""The folder of what was recorded over JSON-2 with both servers of version 19."""


@dataclass(frozen=True)
class Recording:
    """One recorded scenario."""

    server: str
    name: str
    exchanges: list[dict[str, Any]]

    @property
    def recorded_with(self) -> Server:
        """Return the server that gave these answers."""
        if self.server != JSON2:
            return SERVERS[self.server]
        databases = {exchange["headers"].get("X-Odoo-Database") for exchange in self.exchanges}
        return SERVERS["19-google" if "gcal19" in databases else "19"]

    def call(self) -> tuple[list[Any], Any]:
        """Return the arguments, in order, and the result of the first call."""
        exchange = self.exchanges[0]
        if self.server == JSON2:
            named = exchange["request"]
            return [value for name, value in named.items() if name != "context"], exchange["response"]
        return exchange["request"]["params"]["args"][5], exchange["response"].get("result")


def recordings() -> list[Recording]:
    """Return all recorded scenarios."""
    return [
        Recording(path.parent.name, path.stem, json.loads(path.read_text())["exchanges"])
        for path in sorted(RECORDINGS.glob("*/*.json"))
    ]


class Stage:
    """A double with the people of a recorded database, and the pairs of ids found so far."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.odoo = OdooDouble(server.version, server.db, google_calendar=server.google)
        self.odoo.clock.set(_WHEN)
        self.ids: dict[str, dict[int, int]] = {"res.users": {2: 2}, "res.partner": {3: 3}}
        for n, login in enumerate(_LOGINS):
            name = {"svc": "Service"}.get(login.partition("@")[0])
            user = self.odoo.add_user(login, name=name, api_key=f"key of {login}")
            self.pair("res.users", server.first_user + n, user.id)
            self.pair("res.partner", server.first_partner + n, user.partner_id)
        self.odoo.add_key("admin", secret="key of admin")
        self.wrong = {"<BAD_KEY>": "no key"}
        """What a placeholder stands for where it is not the caller's own key."""
        ext = self.act("admin").create("res.partner", {"name": "Ext", "email": "ext@example.net"})
        self.pair("res.partner", server.first_partner + len(_LOGINS), ext)

    def act(self, person: str) -> Actor:
        """Act as alice, bob, carol, svc or admin."""
        return self.odoo.as_user(person if person == "admin" else f"{person}@example.com")

    def partner(self, person: str) -> int:
        """Return the partner of one of them."""
        return self.odoo.users[f"{person}@example.com"].partner_id

    def user(self, person: str) -> int:
        """Return the user id of one of them."""
        return self.odoo.users[f"{person}@example.com"].id

    def pair(self, model: str, recorded: int, actual: int) -> None:
        """Note that a recorded id stands for one of the double's."""
        self.ids.setdefault(model, {})[recorded] = actual

    def event(self, recorded: int, vals: dict[str, Any], attendees: tuple[str, ...] = ("alice",)) -> int:
        """Create an event of alice's for a recorded id."""
        partners = {"partner_ids": [[6, 0, [self.partner(person) for person in attendees]]]}
        event: int = self.act("alice").create(EVENT, {**partners, **vals}, QUIET)
        self.pair(EVENT, recorded, event)
        return event

    def actual(self, model: str, recorded: int) -> int:
        """Return the double's id for a recorded one, the same if there is none."""
        return self.ids.get(model, {}).get(recorded, recorded)

    def same(self, model: str, recorded: int, actual: int) -> bool:
        """Say whether two ids stand for each other, pairing them if neither has been seen yet."""
        known = self.ids.setdefault(model, {})
        if recorded not in known and actual not in known.values():
            known[recorded] = actual
        return known.get(recorded) == actual

    def key(self, person: str, placeholder: str) -> str:
        """Return the API key that a recorded placeholder stands for when a person calls."""
        login = person if person == "admin" else f"{person}@example.com"
        return self.wrong.get(placeholder, f"key of {login}")

    def secret(self, uid: int, placeholder: str) -> str:
        """Return what a recorded placeholder for a secret of a user stands for."""
        login = next((user.login for user in self.odoo.users.values() if user.id == uid), "")
        secrets = {"<API_KEY>": f"key of {login}", "<PASSWORD>": login}
        return secrets.get(placeholder, placeholder)
