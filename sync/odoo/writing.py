"""Writing rows of calendar.event: their fields, who is invited, and what they answered, in few calls."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sync.errors import Gone, Rejected
from sync.model import FIELDS, Event, Response
from sync.odoo import codec
from sync.odoo.alarms import Alarms
from sync.odoo.attendance import Owner, Row
from sync.odoo.client import OdooClient
from sync.odoo.partners import Partners
from sync.odoo.reading import ATTENDEE, EVENT, RECURRENCE, Answers, Reader
from sync.slices import in_slices

LOT = 200
"""Rows in one call."""
FEW = 3
"""So many different sets of values are written one after the other; more go in one call through the rule."""

Values = Mapping[str, Any]
NOTHING: Values = {}


@dataclasses.dataclass(frozen=True)
class NewRow:
    """A row to be: `event` as it would stand in Odoo, values besides, partners invited besides its guests."""

    event: Event
    more: Values
    also: Sequence[int] = ()


@dataclasses.dataclass(frozen=True)
class Change:
    """What one row is to be given: the fields `names` of `new`, and values besides.

    `old` is what was seen of it before; with `answers`, everybody's answer is put right, not only new ones.
    """

    row: Row
    old: Event
    new: Event
    names: frozenset[str]
    more: Values = dataclasses.field(default_factory=dict)
    answers: bool = False


class Writer:
    """Creates and changes rows; only what is named is written, everything else on a row stays."""

    def __init__(self, client: OdooClient, reader: Reader, alarms: Alarms, partners: Partners) -> None:
        self._client, self._reader, self._alarms, self._partners = client, reader, alarms, partners
        self._native: bool | None = None

    async def unsynced(self) -> Values:
        """Return what keeps Odoo's own Google sync, where it is installed, off what we write."""
        if self._native is None:
            about = await self._client.call(EVENT, "fields_get", allfields=["google_id"], attributes=["type"])
            self._native = bool(about)
        return {"need_sync": False} if self._native else {}

    # --- creating

    async def create(self, owner: Owner, new: Sequence[NewRow]) -> list[int]:
        """Create rows, all or none, and return their ids in order.

        Raises:
            Rejected: Odoo refuses one of them. RetryLater: the outcome is unknown.
        """
        events = [one.event for one in new]
        await self._partners.know_addresses(_addresses(events))
        alarms = await self._alarms.ids_for({one for event in events for one in event.reminders})
        extra = await self.unsynced()
        answers = [self._invitations(owner, one) for one in new]
        values = await in_slices(
            lambda pair: {
                **codec.encode(pair[0].event, FIELDS, alarms),
                **_people(pair[1]),
                **extra,
                **pair[0].more,
            },
            zip(new, answers, strict=True),
        )
        try:
            ids = await self._client.create(EVENT, values)
        except Gone as error:  # Odoo 19's way of saying that a reference is wrong
            raise Rejected("odoo_refuses", "a reference does not exist") from error
        # Creating an event of whole days for somebody else takes the organizer's answer back.
        made = zip(ids, events, answers, strict=True)
        await self.answer({key: given for key, event, given in made if event.span.all_day})
        return ids

    def _invitations(self, owner: Owner, new: NewRow) -> Answers:
        """Return who is invited to a new row, and what each has answered."""
        answers: Answers = dict.fromkeys(new.also, Response.NEEDS_ACTION)
        organizer = self._partners.partner(new.event.organizer) if new.event.organizer else None
        if organizer:
            answers[organizer] = Response.ACCEPTED
        for guest in sorted(new.event.guests):
            if partner := self._partners.partner(guest.email):
                answers[partner] = guest.response
        answers[owner.partner_id] = new.event.response
        return answers

    async def organizer(self, owner: Owner, address: str) -> int | bool:
        """Return the user who organizes, `address` being as in an event; False if that is none of Odoo's."""
        if address == "":
            return owner.uid
        await self._partners.know_addresses([address])
        return self._partners.user(address) or False

    # --- changing

    async def change(self, owner: Owner, changes: Iterable[Change], recurrence_id: int = 0) -> None:
        """Write what is named to each row, and answers last, since new times take some back.

        Raises:
            Gone: a row does not exist. Rejected: Odoo refuses the values or the right to write.
        """
        todo = [one for one in changes if one.names or one.more]
        await self._partners.know_addresses(_addresses(one.new for one in todo))
        reminding = [one.new for one in todo if "reminders" in one.names]
        alarms = await self._alarms.ids_for({one for event in reminding for one in event.reminders})
        retimed = [one.row["id"] for one in todo if "span" in one.names and one.row["partner_ids"]]
        held = await self._reader.answers(retimed) if retimed else {}
        shared = [one.row for one in todo if one.names & {"guests", "response"}]
        await self._partners.know_partners({partner for row in shared for partner in row["partner_ids"]})
        values: dict[int, Values] = {}
        answers: dict[int, Answers] = {}
        for one in todo:
            key = one.row["id"]
            given = {**codec.encode(one.new, one.names, alarms), **one.more}
            if invited := self._invited(owner, one):
                given["partner_ids"] = invited
            if given:
                values[key] = given
            if wanted := {**held.get(key, {}), **self._answered(owner, one)}:
                answers[key] = wanted
        await self.write(values, recurrence_id)
        await self.answer(answers)

    def _invited(self, owner: Owner, change: Change) -> list[Any]:
        """Return the commands for who is invited or taken off; whom nobody named stays."""
        held: list[int] = change.row["partner_ids"]
        there = {self._partners.address(partner) for partner in held}
        add, remove = list[int](), list[int]()
        if "guests" in change.names:
            wanted = {guest.email for guest in change.new.guests}
            gone = {guest.email for guest in change.old.guests} - wanted - {change.new.organizer}
            remove = [one for one in held if self._partners.address(one) in gone]
            add = [self._partners.partner(email) or 0 for email in sorted(wanted - there)]
        if "response" in change.names and change.new.response is not Response.DECLINED:
            add.append(owner.partner_id)
        commands = [[4, one, 0] for one in dict.fromkeys(add) if one and one not in held]
        return commands + [[3, one, 0] for one in remove if one != owner.partner_id]

    def _answered(self, owner: Owner, change: Change) -> Answers:
        answers: Answers = {}
        if "guests" in change.names:
            before = {} if change.answers else {one.email: one.response for one in change.old.guests}
            there = {self._partners.address(one): one for one in change.row["partner_ids"]}
            for guest in change.new.guests:
                partner = there.get(guest.email) or self._partners.partner(guest.email)
                if partner and before.get(guest.email) is not guest.response:
                    answers[partner] = guest.response
        if "response" in change.names:
            answers[owner.partner_id] = change.new.response
        return answers

    async def write(self, values: Mapping[int, Values], recurrence_id: int = 0) -> None:
        """Write rows: equal values in one call; many different ones by the hundreds, through their rule."""
        extra = await self.unsynced()
        groups: dict[str, list[int]] = defaultdict(list)
        for key, one in values.items():
            groups[repr(sorted(one.items()))].append(key)
        if len(groups) <= FEW or not recurrence_id:
            for ids in groups.values():
                await self._client.write(EVENT, ids, {**values[ids[0]], **extra})
            return
        rows = sorted(values)
        for start in range(0, len(rows), LOT):
            commands = [[1, key, {**values[key], **extra}] for key in rows[start : start + LOT]]
            await self._client.write(RECURRENCE, [recurrence_id], {"calendar_event_ids": commands, **extra})

    async def answer(self, wanted: Mapping[int, Answers]) -> None:
        """Set answers by event and partner, where they are others; one call for each answer there is."""
        differing: dict[Response, list[int]] = defaultdict(list)
        for row in await self._reader.attendees(wanted):
            answer = wanted[row["event_id"]].get(row["partner_id"])
            if answer is not None and answer.value != row["state"]:
                differing[answer].append(row["id"])
        for answer, ids in sorted(differing.items()):
            await self._client.write(ATTENDEE, ids, {"state": answer.value})


def _people(answers: Answers) -> Values:
    return {
        "partner_ids": [[6, 0, sorted(answers)]],
        # Else people would find their own events as invitations they have not answered.
        "attendee_ids": [
            [0, 0, {"partner_id": partner, "state": answer.value}]
            for partner, answer in sorted(answers.items())
        ],
    }


def _addresses(events: Iterable[Event]) -> set[str]:
    found = [*events]
    listed = {guest.email for event in found for guest in event.guests}
    return listed | {event.organizer for event in found if event.organizer}
