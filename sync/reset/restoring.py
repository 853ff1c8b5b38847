"""Gives one event back to the side it was taken off, and its link with it once both sides have theirs."""

from __future__ import annotations

import dataclasses
import json

from sqlalchemy.ext.asyncio import AsyncConnection

from sync import values
from sync.base import FieldHashes, Hasher, edited, start_key
from sync.errors import Gone, Rejected, Taken
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.merge import Merge
from sync.model import Event, Side
from sync.odoo.side import OdooSide
from sync.plan import Link
from sync.reset.removing import case_of
from sync.seen import Seen, State
from sync.store import history, links, removals
from sync.store.removals import Removed
from sync.store.removals import State as Step

MADE_ANEW = "made_anew"
MOST_GENERATIONS = 50


@dataclasses.dataclass(frozen=True)
class Restorer:
    """Carries out one undo."""

    google: GoogleSide
    odoo: OdooSide
    ledger: Ledger
    hasher: Hasher
    same_calendar: bool
    """Whether the account is still connected to the Google account that the events were taken from."""

    async def carry_out(self, one: Removed) -> None:
        """Give an event back; one that is in the calendar already is left as it is.

        Raises:
            SyncError: it could not be given back now, or at all.
        """
        if one.side is Side.GOOGLE and not self.same_calendar:
            await self._settle(one, Step.LOST, code="other_google_account")
        elif await self._is_linked(one):
            # The sync has brought it back meanwhile, as another event.
            await self._settle(one, Step.THERE)
        elif one.side is Side.GOOGLE:
            await self._to_google(one)
        else:
            await self._to_odoo(one)

    async def give_up(self, one: Removed, code: str) -> bool:
        """Leave an event away, and return true; it can be tried again, from where it stands now."""
        async with self.ledger.store.write() as tx:
            now = await removals.get(tx, one.id)
            half = now is not None and now.state is Step.RESTORING
            await removals.update(tx, [one.id], state=Step.HALF if half else Step.REMOVED, code=code)
        return True

    async def _is_linked(self, one: Removed) -> bool:
        async with self.ledger.store.read() as tx:
            held = await self._links(tx, one)
        return bool(held)

    async def _links(self, tx: AsyncConnection, one: Removed) -> list[Link]:
        google_ids = [one.google_id] if one.google_id and self.same_calendar else []
        odoo_ids = [one.odoo_id] if one.odoo_id else []
        return await links.of_account(
            tx, self.ledger.account.id, google_ids=google_ids, odoo_ids=[*odoo_ids, *one.rows]
        )

    # --- Google

    async def _to_google(self, one: Removed) -> None:
        account_id = self.ledger.account.id
        seen = await self.google.fetch(account_id, one.google_id)
        if seen.state is not State.GONE and one.state is not Step.RESTORING:
            await self._settle(one, Step.THERE)
            return
        await self._begin(one)
        wanted = self._snapshot(one)
        if seen.state is State.GONE:
            try:
                await self.google.undelete(account_id, one.google_id)
            except (Gone, Rejected):
                if wanted is None:
                    await self._settle(one, Step.LOST, code="google_deleted")
                    return
                one, seen = await self._made_anew(one, wanted)
            else:
                seen = await self.google.fetch(account_id, one.google_id)
        if wanted is not None:
            seen = await self._complete(one.google_id, seen, wanted)
        code = "" if one.code != MADE_ANEW else MADE_ANEW
        await self._settle(one, Step.RESTORED, code=code, google=seen)

    async def _made_anew(self, one: Removed, event: Event) -> tuple[Removed, Seen]:
        """Make an event that Google does not bring back again, under the next id of ours that is free."""
        account, first = self.ledger.account, (one.link.generation if one.link else 0) + 1
        for generation in range(first, first + MOST_GENERATIONS):
            event_id, key = self.ledger.google_id(one.odoo_id, generation), f"{one.odoo_id}.{generation}"
            try:
                seen = await self.google.create(
                    account.id,
                    event_id,
                    event,
                    event.zone or account.time_zone,
                    key,
                    address=(account.google_email or "").lower(),
                )
            except Taken:
                seen = await self.google.fetch(account.id, event_id)
                if seen.event is None or seen.key != key:
                    continue  # a deleted event keeps its id for ever; another one is none of ours
            link = one.link and dataclasses.replace(one.link, generation=generation, google_id=event_id)
            return dataclasses.replace(one, google_id=event_id, link=link, code=MADE_ANEW), seen
        raise Rejected("google_id_taken")

    async def _complete(self, google_id: str, seen: Seen, wanted: Event) -> Seen:
        """Give an event what it had when it was taken away and has not now; answers are their givers'."""
        if seen.event is None:
            return seen
        had, has = self.hasher.event(wanted), seen.hashes
        names = _differing(has, had)
        if not names:
            return seen
        got, lost = has["overrides"], had["overrides"]
        starts = {
            start: fields
            for start in {*wanted.overrides, *seen.event.overrides}
            if (fields := _differing(got.get(start_key(start), {}), lost.get(start_key(start), {})))
        }
        event = dataclasses.replace(seen.event, **{name: getattr(wanted, name) for name in names})
        merged = Merge(event, names, frozenset(), google_starts=starts)
        zone = wanted.zone or self.ledger.account.time_zone
        account_id = self.ledger.account.id
        return await self.google.update(account_id, google_id, merged, seen, seen.version, zone)

    def _snapshot(self, one: Removed) -> Event | None:
        text = self.ledger.opened(one.snapshot)
        return values.load_event(json.loads(text)) if text else None

    # --- Odoo

    async def _to_odoo(self, one: Removed) -> None:
        rows = await self.odoo.bin.look(one.rows)
        if not rows:
            await self._settle(one, Step.LOST, code="odoo_deleted")
            return
        archived = {key for key, row in rows.items() if row.archived}
        if not archived and one.state is not Step.RESTORING:
            await self._settle(one, Step.THERE)
            return
        await self._begin(one)
        await self.odoo.bin.take_out(archived)
        await self._settle(one, Step.RESTORED)

    # --- book-keeping

    async def _begin(self, one: Removed) -> None:
        async with self.ledger.store.write() as tx:
            await removals.update(tx, [one.id], state=Step.RESTORING)

    async def _settle(self, one: Removed, step: Step, *, code: str = "", google: Seen | None = None) -> None:
        link = await self._whole_again(one, google) if step is Step.RESTORED else None
        async with self.ledger.store.write() as tx:
            await removals.update(tx, [one.id], state=step, code=code)
            if one.code == MADE_ANEW and one.undo_id:
                # What comes back on the other side belongs to the new event.
                for other in await removals.of_undo(tx, one.undo_id):
                    if other.odoo_id == one.odoo_id:
                        link_now = links.dump(one.link) if one.link else None
                        await removals.update(tx, [other.id], google_id=one.google_id, link=link_now)
            if link and not await self._links(tx, one):
                await links.add(tx, self.ledger.account.id, [link])
            if step is Step.RESTORED:
                entry = self.ledger.entry(one.side, "restore", "undone", case_of(one, self.ledger))
                await history.add(tx, self.ledger.account.id, [entry])

    async def _whole_again(self, one: Removed, google: Seen | None) -> Link | None:
        """Return the link with its old bases if both of its events are there now."""
        link = one.link
        if link is None or not self.same_calendar:
            return None
        if google is None:
            google = await self.google.fetch(self.ledger.account.id, link.google_id)
        if google.state is not State.PRESENT:
            return None
        if one.side is Side.GOOGLE:
            view = await self.odoo.fetch(self.ledger.owner, [link.odoo_id], [link])
            odoo = view.seen.get(link.odoo_id)
            if odoo is None or odoo.state in (State.GONE, State.NEVER):
                return None
        return link.as_seen(google)


def _differing(has: FieldHashes, had: FieldHashes) -> frozenset[str]:
    """Name the fields that are others now; an answer is its giver's to change."""
    names = {*has, *had} - {"response"}
    return frozenset(name for name in names if edited(_one(has, name), _one(had, name)))


def _one(hashes: FieldHashes, name: str) -> FieldHashes:
    return {name: hashes.get(name) or ({} if name in ("guests", "overrides") else "")}
