"""Who takes part in an Odoo event, as the owner of one calendar sees it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Protocol

from sync.model import NOBODY, Guest, Response

Row = Mapping[str, Any]
"""A calendar.event as RPC shows it, its many2ones with their labels or without."""


@dataclasses.dataclass(frozen=True)
class Owner:
    """The person whose events are meant: ids of res.users and res.partner."""

    uid: int
    partner_id: int


def reference(value: Any) -> int:
    """Return the id that a many2one holds, read with its label or without; 0 when it is empty."""
    return int(value[0] if isinstance(value, list | tuple) else value or 0)


@dataclasses.dataclass(frozen=True)
class Attendance:
    """Who takes part in an event besides its owner, and what the owner is to it; as in `Event`.

    `colleagues` are the other internal users (res.partner) who take part and have not declined.
    """

    guests: frozenset[Guest] = frozenset()
    response: Response = Response.ACCEPTED
    organizer: str = ""
    colleagues: frozenset[int] = frozenset()


ALONE = Attendance()


def takes_part(row: Row, owner: Owner) -> bool:
    """Say whether the owner organizes an event or is invited to it."""
    return reference(row["user_id"]) == owner.uid or owner.partner_id in row["partner_ids"]


def is_alone(row: Row, owner: Owner) -> bool:
    """Say whether an event is the owner's own and nobody else is invited."""
    return reference(row["user_id"]) == owner.uid and set(row["partner_ids"]) <= {owner.partner_id}


class Directory(Protocol):
    """Knows partners (res.partner): `sync.odoo.partners.Partners`."""

    def address(self, partner_id: int) -> str:
        """Return a partner's address in Google, "" without any."""

    def is_user(self, partner_id: int) -> bool:
        """Say whether a partner is an internal user."""


def attendance(row: Row, answers: Mapping[int, Response], owner: Owner, directory: Directory) -> Attendance:
    """Tell who takes part from a row and the answers in its calendar.attendee records, both by partner.

    Partners without an address cannot be named to Google and are left out. Whoever takes no part in
    somebody else's event counts as having declined it.
    """
    own = directory.address(owner.partner_id)
    organizer = reference(row["partner_id"]) if row["user_id"] else 0
    guests: dict[str, Response] = {}
    for partner_id in sorted(row["partner_ids"]):
        email = directory.address(partner_id)
        if partner_id == owner.partner_id or email in ("", own):
            continue
        answer = answers.get(partner_id, Response.NEEDS_ACTION)
        if guests.get(email) in (None, Response.NEEDS_ACTION):  # two contacts may share an address
            guests[email] = answer
    invited = frozenset(Guest(email, answer) for email, answer in guests.items())
    present = {one for one in row["partner_ids"] if answers.get(one) is not Response.DECLINED}
    colleagues = {one for one in {*present, organizer} - {0, owner.partner_id} if directory.is_user(one)}
    if reference(row["user_id"]) == owner.uid:
        response = answers.get(owner.partner_id, Response.ACCEPTED) if invited else Response.ACCEPTED
        return Attendance(invited, response, "", frozenset(colleagues))
    silent = Response.NEEDS_ACTION if owner.partner_id in row["partner_ids"] else Response.DECLINED
    return Attendance(
        invited,
        answers.get(owner.partner_id, silent),
        directory.address(organizer) or NOBODY,
        frozenset(colleagues),
    )
