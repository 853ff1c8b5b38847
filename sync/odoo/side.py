"""A person's Odoo calendar as one side of the sync: sightings out, writes in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from sync.base import FieldHashes, Hasher
from sync.clock import Clock
from sync.errors import Gone
from sync.merge import Merge
from sync.model import Event, Response
from sync.odoo import series_writing
from sync.odoo.attendance import Owner
from sync.odoo.bin import Bin
from sync.odoo.client import OdooClient
from sync.odoo.codec import Projection
from sync.odoo.looking import Looker, Window
from sync.odoo.partners import ConnectedPerson
from sync.odoo.rebuilding import Token
from sync.odoo.rules import OdooRule, signature
from sync.odoo.series_rows import SINGLE, SeriesRows, Wish
from sync.odoo.series_writing import Edit
from sync.odoo.sightings import OdooView
from sync.odoo.writing import Change, NewRow, Values, Writer
from sync.plan import Link
from sync.roles import Role
from sync.seen import Seen, State
from sync.series import Series, is_series, odoo_key
from sync.store.roster import Roster

__all__ = ["NewEvent", "OdooSide", "OdooView", "Owner"]


@dataclasses.dataclass(frozen=True)
class NewEvent:
    """An event or a series to be made: `event` as it would stand in Odoo.

    `token` gives each row its access token; rows of a series are made inside the window (aware UTC).
    """

    event: Event
    token: Token
    role: Role
    window: Window


class OdooSide(Looker):
    """Reads and writes calendar.event through one login, see `Looker`; `own` if it is the person's own."""

    def __init__(
        self, client: OdooClient, hasher: Hasher, clock: Clock, shared: OdooSide | None = None
    ) -> None:
        super().__init__(client, hasher, clock, shared)
        self.own = shared is not None
        self._shared, self._clock = shared, clock
        self._roster: Roster | None = None
        self._writer = Writer(client, self.reader, self.alarms, self.partners)
        self.bin = Bin(client, self._writer)
        self._steps = SeriesRows(client, self.reader, self.alarms, self.partners, self._writer)

    def through(self, client: OdooClient) -> OdooSide:
        """Return the same side as a person sees it whose own login `client` has."""
        return OdooSide(client, self.hasher, self._clock, self)

    @property
    def source(self) -> str:
        """Name the database, for derived ids."""
        return self.client.source

    async def projection(self) -> Projection:
        """Return what this Odoo can hold; whom it knows is what `know` has asked."""
        _, major = await self.client.session()
        return Projection(default_privacy=major >= 18, private=self.own, knows=self.partners.knows)

    async def know(self, roster: Roster, emails: Iterable[str]) -> None:
        """Take note of all accounts, and learn which of these addresses belong to somebody in Odoo."""
        if self._shared:
            await self._shared.know(roster, emails)
            return
        if roster is not self._roster:
            self._roster = roster
            self.partners.set_accounts(
                ConnectedPerson(one.odoo_uid, one.odoo_partner_id, one.google_email)
                for one in roster.members
                if one.google_email
            )
        await self.partners.know_addresses(emails)

    # --- writing

    async def create(self, owner: Owner, new: Sequence[NewEvent]) -> list[tuple[int, Seen]]:
        """Create events, single ones all or none; returns their keys and how they read.

        Raises:
            Rejected: Odoo refuses one of them. RetryLater: the outcome is unknown.
        """
        new = [one if one.role is Role.HOME else _without_reminders(one) for one in new]
        await self.partners.know_addresses({one.event.organizer for one in new})
        organizers = [await self._organizer(owner, one) for one in new]
        singles = [number for number, one in enumerate(new) if one.event.recurrence is None]
        made: dict[int, tuple[int, Seen]] = {}
        if singles:
            rows = [
                NewRow(
                    new[one].event,
                    {"user_id": organizers[one], "access_token": new[one].token(None)},
                )
                for one in singles
            ]
            ids = await self._writer.create(owner, rows)
            seen = await self._after_create(owner, ids, [new[one] for one in singles])
            made |= dict(zip(singles, zip(ids, seen, strict=True), strict=True))
        for number, one in enumerate(new):
            if one.event.recurrence is not None:
                wish = Wish(one.event, one.token, one.window)
                recurrence_id, series = await series_writing.create(
                    self._steps, owner, organizers[number], wish
                )
                made[number] = await self._reread(owner, recurrence_id, series, one.event, one.role)
        return [made[number] for number in range(len(new))]

    async def _organizer(self, owner: Owner, new: NewEvent) -> int | bool:
        return await self._writer.organizer(owner, "" if new.role is Role.HOME else new.event.organizer)

    async def _after_create(self, owner: Owner, ids: Sequence[int], new: Sequence[NewEvent]) -> list[Seen]:
        rows = {row["id"]: row for row in await self.reader.by_id(ids)}
        link = [_link(key, {}, one.role) for key, one in zip(ids, new, strict=True)]
        view = await self.look(owner, list(rows.values()), [], link)
        sighted = []
        for key, one in zip(ids, new, strict=True):
            seen = view.seen.get(key, Seen(State.GONE))
            if key in rows and rows[key]["write_date"] != rows[key]["create_date"]:
                # Edited between our create and our look: that must show as an edit, not as our own words.
                seen = dataclasses.replace(seen, hashes=self.hasher.event(one.event))
            sighted.append(seen)
        return sighted

    async def _reread(
        self, owner: Owner, recurrence_id: int, series: Series, event: Event, role: Role
    ) -> tuple[int, Seen]:
        """Return how a series reads that was just written."""
        records = await self.reader.recurrences([recurrence_id])
        if recurrence_id in records:
            rule = OdooRule.from_row(records[recurrence_id])
            series = dataclasses.replace(series, odoo_rule=signature(rule))
        key = odoo_key(recurrence_id)
        link = dataclasses.replace(_link(key, self.hasher.event(event), role), series=series)
        view = await self.look(owner, [], [recurrence_id], [link])
        seen = view.seen.get(key, Seen(State.GONE))
        return key, dataclasses.replace(seen, series=seen.series or series)

    async def update(
        self,
        owner: Owner,
        key: int,
        merged: Merge,
        seen: Seen,
        *,
        token: Token,
        window: Window,
        organizer: bool = False,
        rows: bool = False,
    ) -> tuple[int, Seen]:
        """Give an event what a merge found it lacks; returns its key now and how it reads after that.

        `seen` is what was merged. With `organizer`, Odoo notes who organizes the event now; with `rows`, the
        rows of a series are made what it wants, inside the window (aware UTC).

        Raises:
            Gone: it does not exist. Rejected: Odoo refuses the values or the right to write.
        """
        event = (await self._projection_of(merged))(merged.event)
        names = merged.to_odoo - {"overrides", "recurrence"}
        more: dict[str, Any] = {}
        if organizer:
            more["user_id"] = await self._writer.organizer(owner, event.organizer)
        role = Role.HOME if event.organizer == "" else Role.OUTSIDE
        becomes_series = event.recurrence is not None and "recurrence" in merged.to_odoo
        if is_series(key):
            if event.recurrence is None and "recurrence" in merged.to_odoo:
                row_id = await series_writing.reduce(self._steps, owner, -key, event, seen)
                return row_id, await self._single(owner, row_id, more, role)
            wish = Wish(event, token, window)
            edit = Edit(merged.to_odoo - {"overrides"}, merged.odoo_starts, rows, more)
            series = await series_writing.change(self._steps, owner, -key, wish, seen, edit)
            return await self._reread(owner, -key, series, event, role)
        found = await self.reader.by_id([key])
        if not found:
            raise Gone("odoo_missing")
        if becomes_series:
            wish = Wish(event, token, window)
            recurrence_id, series = await series_writing.extend(self._steps, owner, found[0], wish)
            return await self._reread(owner, recurrence_id, series, event, role)
        old = seen.event or event
        await self._writer.change(owner, [Change(found[0], old, event, names, more)])
        return key, await self._single(owner, key, {}, role)

    async def _projection_of(self, merged: Merge) -> Projection:
        guests = {guest.email for guest in merged.event.guests}
        guests |= {guest.email for one in merged.event.overrides.values() for guest in one.get("guests", ())}
        await self.partners.know_addresses(guests)
        return await self.projection()

    async def _single(self, owner: Owner, key: int, more: Values, role: Role) -> Seen:
        if more:
            await self._writer.write({key: more})
        view = await self.look(owner, await self.reader.by_id([key]), [], [_link(key, {}, role)])
        return view.seen.get(key, Seen(State.GONE))

    async def let_go(self, key: int) -> None:
        """Take an event out of the series from which it was copied.

        Raises:
            Gone: it does not exist. Rejected: we may not.
        """
        await self._writer.write({key: SINGLE})

    async def archive(self, key: int, series: Series | None = None) -> list[int]:
        """Archive an event, or all rows of a series, and return them: they can be brought back.

        One that is gone is no error.

        Raises:
            Rejected: we may not.
        """
        if is_series(key):
            ids = list(await self._steps.there(-key, series.rows if series else (), parts=True))
        else:
            ids = await self.bin.rows_of(key)
        await self.bin.put(ids)
        return ids

    async def decline(self, owner: Owner, key: int, series: Series | None = None) -> None:
        """Answer for the owner that he does not take part in an event, or in any occurrence of a series.

        Raises:
            Rejected: we may not.
        """
        ids = await self.bin.rows_of(key)
        await self._writer.answer({one: {owner.partner_id: Response.DECLINED} for one in ids})


def _without_reminders(new: NewEvent) -> NewEvent:
    """Return what everybody in a meeting shares: Odoo would remind all of them when one asked for it."""
    overrides = {
        start: {name: value for name, value in one.items() if name != "reminders"}
        for start, one in new.event.overrides.items()
    }
    event = dataclasses.replace(new.event, reminders=frozenset(), overrides=overrides)
    return dataclasses.replace(new, event=event)


def _link(key: int, base: FieldHashes, role: Role) -> Link:
    """Return a link that stands for an event just written, so that it is looked at as its account would."""
    return Link(0, key, "", 0, {}, base, role=role)
