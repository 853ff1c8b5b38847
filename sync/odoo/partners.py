"""Who is who: Odoo's contacts and users, and the Google addresses under which colleagues have connected."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta

from sync.clock import Clock
from sync.odoo.client import BATCH, OdooClient

PARTNER, USER = "res.partner", "res.users"

KEPT = timedelta(minutes=5)
"""How long an answer is believed: people change their addresses, and nothing tells of it."""
FORGOTTEN = timedelta(days=1)
"""How long after that it is still there for whoever asked: no longer, as every stranger invited adds one."""


@dataclasses.dataclass(frozen=True)
class ConnectedPerson:
    """Somebody who has connected a Google account: ids of res.users and res.partner, the address there."""

    uid: int
    partner_id: int
    google_email: str


@dataclasses.dataclass(frozen=True)
class _Contact:
    """A res.partner: its normalised address ("" without one), its active internal user (0 without one)."""

    email: str
    uid: int
    asked_at: datetime


class Partners:
    """Answers from what was asked before; what it was not made to know, it does not know."""

    def __init__(self, client: OdooClient, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._connected: dict[str, ConnectedPerson] = {}
        self._google_emails: dict[int, str] = {}
        self._contacts: dict[int, _Contact] = {}
        self._by_email: dict[str, tuple[int | None, datetime]] = {}
        self._swept_at = clock.now()
        self._noted: dict[str, int] = {}

    def set_accounts(self, people: Iterable[ConnectedPerson]) -> None:
        """Take note of everybody who is connected; earlier notes are forgotten."""
        self._connected = {one.google_email.lower(): one for one in people}
        self._google_emails = {one.partner_id: email for email, one in self._connected.items()}

    async def know_partners(self, ids: Iterable[int]) -> None:
        """Make sure that these contacts are known, archived ones as well."""
        now = self._clock.now()
        self._forget_old(now)
        wanted = sorted(
            one
            for one in set(ids)
            if one and not ((held := self._contacts.get(one)) and now - held.asked_at < KEPT)
        )
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            here = [("id", "in", some), ("active", "in", [True, False])]
            rows = await self._client.search_read(PARTNER, here, ("email_normalized",))
            emails = {row["id"]: row["email_normalized"] or "" for row in rows}
            await self._note(dict.fromkeys(some, "") | emails)

    async def know_addresses(self, emails: Iterable[str]) -> None:
        """Make sure that it is known whose addresses these are; no contacts are made of strangers."""
        now = self._clock.now()
        self._forget_old(now)
        wanted = sorted(
            email
            for email in {one.lower() for one in emails} - self._connected.keys()
            if email and not ((held := self._by_email.get(email)) and now - held[1] < KEPT)
        )
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            rows = await self._client.search_read(
                PARTNER, [("email_normalized", "in", some)], ("email_normalized",)
            )
            await self._note({row["id"]: row["email_normalized"] for row in rows})
            for email in some:
                those = [row["id"] for row in rows if row["email_normalized"] == email]
                users = [one for one in those if self._contacts[one].uid]
                self._by_email[email] = next(iter([*users, *those]), None), now

    def _forget_old(self, now: datetime) -> None:
        if now - self._swept_at < FORGOTTEN:
            return
        self._swept_at, since = now, now - FORGOTTEN
        self._contacts = {key: one for key, one in self._contacts.items() if one.asked_at > since}
        self._by_email = {email: one for email, one in self._by_email.items() if one[1] > since}
        self._noted = {email: one for email, one in self._noted.items() if one in self._contacts}

    async def _note(self, emails: dict[int, str]) -> None:
        """Add the users to contacts read just now."""
        uids: dict[int, int] = {}
        if emails:
            internal = [("partner_id", "in", sorted(emails)), ("share", "=", False)]
            for row in await self._client.search_read(USER, internal, ("partner_id",)):
                uids.setdefault(row["partner_id"][0], row["id"])
        now = self._clock.now()
        for partner_id, email in emails.items():
            self._contacts[partner_id] = _Contact(email.lower(), uids.get(partner_id, 0), now)
            if partner_id in uids or email.lower() not in self._noted:
                self._noted[email.lower()] = partner_id

    def address(self, partner_id: int) -> str:
        """Return a contact's address in Google: the one connected, else the one in Odoo, "" without any."""
        if partner_id in self._google_emails:
            return self._google_emails[partner_id]
        contact = self._contacts.get(partner_id)
        return contact.email if contact else ""

    def is_user(self, partner_id: int) -> bool:
        """Say whether a contact is an active internal user."""
        contact = self._contacts.get(partner_id)
        return partner_id in self._google_emails or (contact is not None and contact.uid > 0)

    def partner(self, email: str) -> int | None:
        """Return whose address this is: a connected colleague's, else a user's, else any contact's.

        Where nobody has asked for an address, those of the contacts seen in events are known all the same.
        """
        if person := self._connected.get(email.lower()):
            return person.partner_id
        asked = self._by_email.get(email.lower(), (None,))[0]
        noted = self._noted.get(email.lower(), 0)
        return asked or (noted if noted and self._contacts[noted].email == email.lower() else None)

    def user(self, email: str) -> int | None:
        """Return the internal user with an address."""
        if person := self._connected.get(email.lower()):
            return person.uid
        partner_id = self.partner(email)
        contact = self._contacts.get(partner_id) if partner_id else None
        return contact.uid or None if contact else None

    def knows(self, email: str) -> bool:
        """Say whether an address belongs to somebody in Odoo."""
        return self.partner(email) is not None
