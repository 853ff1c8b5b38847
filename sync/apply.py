"""Carries out a plan: every create and delete under an intent, every success recorded at once."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sync.align import align
from sync.creates import create_in_google, create_in_odoo
from sync.decide import decide
from sync.errors import Gone, Rejected, RetryLater, Stale, SyncError, WritesPaused
from sync.google.side import GoogleSide
from sync.ledger import Ledger
from sync.meetings import Meetings
from sync.merge import Merge, Rules
from sync.model import Response, Side
from sync.odoo.side import OdooSide
from sync.plan import Action, Align, Case, Create, Decline, Delete, Forget, Park
from sync.recover import look_again
from sync.roles import Role
from sync.sight import addresses_in
from sync.store import links
from sync.store.intents import Intent

FOLLOWED = frozenset({"deleted_in_google", "deleted_in_odoo"})
"""Why a home event is deleted because somebody deleted it: that can be undone."""
IN_FLIGHT = 8
ODOO_BATCH = 250
"""Rows in one create: Odoo needs about a third of a second for them, in which it may make others wait."""
BATCHES_IN_FLIGHT = 2
TRIES = 4


@dataclasses.dataclass
class Applier:
    """Carries out actions for one account in one run."""

    google: GoogleSide
    odoo: OdooSide
    rules: Rules
    ledger: Ledger
    meetings: Meetings
    _stop: RetryLater | None = None
    _paused: WritesPaused | None = None

    async def apply(self, actions: Sequence[Action]) -> None:
        """Carry out all actions; an item that fails is parked and the others go on.

        Once Google takes no changes for now, nothing more is written there; Odoo gets all it lacks.

        Raises:
            RetryLater: a side stopped answering or limits us; what was done is recorded, the rest is not.
            WritesPaused: nothing is left to be done but in Google.
            NeedsReconnect, Misconfigured: likewise.
        """
        in_odoo = [one for one in actions if isinstance(one, Create) and one.side is Side.ODOO]
        rest = [one for one in actions if not (isinstance(one, Create) and one.side is Side.ODOO)]
        rest += await self._create_in_odoo(in_odoo)
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one_by_one(action: Action) -> None:
            async with gate:
                waits = self._paused is not None and _only_in_google(action)
                if self._stop is None and not waits:
                    await self._guarded(action)

        # Never cancelled half-way: a cancelled call's thread would write all the same, unrecorded.
        results = await asyncio.gather(*map(one_by_one, rest), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if stopped := self._stop or self._paused:
            raise stopped

    async def _create_in_odoo(self, creates: Sequence[Create]) -> list[Action]:
        """Create what is missing in Odoo; return how to align what a colleague's run has made meanwhile."""
        alone = [one for one in creates if not self.meetings.concerns(one)]
        if alone:
            # The first is half as large, so that of two at a time one is with Odoo and the other with us.
            ends = [*range(ODOO_BATCH // 2, len(alone), ODOO_BATCH), len(alone)]
            await self._in_turn([alone[start:end] for start, end in pairwise([0, *ends])])
        found: list[Action] = []
        shared = [one for one in creates if self.meetings.concerns(one)]
        for start in range(0, len(shared), ODOO_BATCH):
            async with self.meetings.lock:
                batch = shared[start : start + ODOO_BATCH]
                cases = await self.meetings.already_made(batch, self.odoo, self.ledger)
                missing = [one for one in batch if one.case.google_id not in cases]
                if missing:
                    await create_in_odoo(missing, self.odoo, self.rules, self.ledger)
                decided = [await self._decided(case) for case in cases.values() if case]
                found += [action for action in decided if action is not None]
        return found

    async def _in_turn(self, batches: Iterable[Sequence[Create]]) -> None:
        """Create batches, two at a time: while Odoo makes the one, we work out and record the other.

        After a failure none is begun, but the one under way comes to its end: what Odoo made is recorded.
        """
        rest, failed = iter(batches), False

        async def work() -> None:
            nonlocal failed
            for batch in rest:
                if failed:
                    return
                try:
                    await create_in_odoo(batch, self.odoo, self.rules, self.ledger)
                except BaseException:
                    failed = True
                    raise

        results = await asyncio.gather(*(work() for _ in range(BATCHES_IN_FLIGHT)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _guarded(self, action: Action) -> None:
        try:
            await self._carry_out(action)
        except Rejected as error:
            case = action.case
            with contextlib.suppress(SyncError):
                case = await self._named(action)
            await self.ledger.park(case, _side_of(action), error.code)
        except WritesPaused as error:
            self._paused = error
        except RetryLater as error:
            try:
                self.ledger.strike(error)
            except RetryLater as limit:
                self._stop = limit
            else:
                await self.ledger.park(action.case, _side_of(action), error.code)

    async def _carry_out(self, action: Action | None, tries: int = TRIES) -> None:
        """Carry out one action; when somebody was faster, look again and decide again."""
        try:
            match action:
                case Align():
                    await align(action, self.google, self.odoo, self.rules, self.ledger, self._paused)
                case Create(side=Side.GOOGLE):
                    if action.case.odoo.rebuild and action.case.odoo.series is None:
                        await self.odoo.let_go(action.case.odoo_id)
                    unfinished = await create_in_google(action, self.google, self.rules, self.ledger)
                    if unfinished:
                        await self._carry_out(await self._decided(unfinished), tries - 1)
                case Create():
                    for found in await self._create_in_odoo([action]):
                        await self._carry_out(found, tries - 1)
                case Delete():
                    await self._delete(action)
                case Decline():
                    await self._decline(action)
                case Forget():
                    await self.ledger.end(action.case.link)
                    self.ledger.counts[action.reason] += 1
                case Park():
                    await self.ledger.park(action.case, action.side, action.reason)
        except (Stale, Gone) as error:
            if action is None or tries <= 1:
                raise RetryLater("google_trouble", "changed again and again") from error
            again = await self._look_again(action.case)
            await self._carry_out(await self._decided(again), tries - 1)

    async def _decided(self, case: Case) -> Action | None:
        """Decide about what was looked at after the plan was made.

        A guest of whom nobody has asked Odoo would pass for one that it does not know, and be taken off.
        """
        await self.odoo.partners.know_addresses(addresses_in([case.google]))
        return decide(case, self.rules)

    async def _look_again(self, case: Case) -> Case:
        account_id = self.ledger.account.id
        google = case.google
        if case.google_id:
            google = await look_again(self.google, self.ledger, case.google_id)
        async with self.ledger.store.read() as tx:
            ids = [case.odoo_id] if case.odoo_id else []
            known = await links.of_account(tx, account_id, google_ids=[case.google_id], odoo_ids=ids)
        link = next((one for one in known if one.google_id == case.google_id), None)
        if link and case.link is None and case.odoo_id not in (0, link.odoo_id):
            link = None  # it begins anew, with another row
        odoo, key = case.odoo, case.odoo_id
        if case.odoo_id:
            view = await self.odoo.fetch(self.ledger.owner, [case.odoo_id], known)
            key = view.moved.get(link.id, key) if link else key
            odoo = view.seen.get(key, odoo)
        return dataclasses.replace(case, google=google, odoo=odoo, odoo_id=key, link=link).trimmed()

    async def _delete(self, action: Delete) -> None:
        case, link = action.case, action.case.link
        # For the history alone: the deletion rests on the version that the plan knows.
        named = await self._named(action)
        planned = Intent(0, action.side, "delete", case.google_id, case.odoo_id, 0, {}, {})
        [intent] = await self.ledger.intend([planned])
        rows = []
        if action.side is Side.ODOO:
            rows = await self.odoo.archive(case.odoo_id, case.odoo.series)
        else:
            version = case.google.version or (link.google_version if link else "*")
            await self.google.delete(self.ledger.account.id, case.google_id, version)
        entry = self.ledger.entry(action.side, "delete", action.reason, named)
        can_return = link and case.role is Role.HOME and action.reason in FOLLOWED
        removal = self.ledger.removal(action.side, named, rows) if can_return else None
        await self.ledger.end(link, intent, [entry], removal)
        self.ledger.counts[action.reason] += 1

    async def _named(self, action: Action) -> Case:
        """Return the case of an action, with a look at what is to be deleted if nothing tells its title."""
        case = action.case
        known = bool(case.google.label or case.odoo.label)
        if isinstance(action, Delete) and action.side is Side.GOOGLE and not known:
            google = await self.google.fetch(self.ledger.account.id, case.google_id)
            case = dataclasses.replace(case, google=google)
        return case

    async def _decline(self, action: Decline) -> None:
        case = action.case
        if action.side is Side.ODOO:
            await self.odoo.decline(self.ledger.owner, case.odoo_id, case.odoo.series)
        else:
            google = case.google
            if google.event is None:
                google = await self.google.fetch(self.ledger.account.id, case.google_id)
            if google.event is not None:
                event = dataclasses.replace(google.event, response=Response.DECLINED)
                merged = Merge(event, frozenset({"response"}), frozenset())
                await self.google.update(
                    self.ledger.account.id, case.google_id, merged, google, google.version, google.event.zone
                )
        entry = self.ledger.entry(action.side, "decline", action.reason, case, ["response"])
        await self.ledger.end(case.link, entries=[entry])
        self.ledger.counts[action.reason] += 1


def _side_of(action: Action) -> Side:
    """Name the side that an action writes to, or whose item it sets aside."""
    if isinstance(action, Align):
        return Side.GOOGLE if action.merged.to_google else Side.ODOO
    return Side.ODOO if isinstance(action, Forget) else action.side


def _only_in_google(action: Action) -> bool:
    """Say whether an action writes to Google and nowhere else."""
    if isinstance(action, Align):
        in_odoo = action.merged.to_odoo or action.organizer or action.rows
        return bool(action.merged.to_google) and not in_odoo
    return isinstance(action, Create | Delete | Decline) and action.side is Side.GOOGLE
