"""What a run does before it writes anything: pull both sides, bring them together, plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import timedelta

from sync.base import Hasher
from sync.cases import build_cases
from sync.clock import Clock
from sync.decide import decide
from sync.errors import CursorExpired
from sync.google import codec as google_codec
from sync.google.side import GooglePull, GoogleSide
from sync.holding import is_due
from sync.ledger import Ledger
from sync.left_alone import Item, LeftAlone, sift
from sync.looking import look
from sync.merge import Rules
from sync.model import Side
from sync.odoo.identity import Identity
from sync.odoo.side import OdooSide
from sync.plan import Action, Case, Removal
from sync.recover import recover
from sync.series import is_series
from sync.slices import in_slices
from sync.stock import take_stock
from sync.store import Store, cursors, jobs, left_alone, links, parked, stocks
from sync.store.accounts import Account
from sync.store.cursors import GoogleCursor
from sync.store.parked import Parked
from sync.wishes import wishes_of

WHOLE_AGAIN = timedelta(days=1)


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A run that has looked and planned, but written nothing; `cursor` is where the listing then stands.

    `cases` take part in the sync, `asleep` are those left alone, `over` names events that no longer are.
    `waiting` are all parked items, `due` those that were looked at again, `linked` counts the links that are
    not long over.
    """

    rules: Rules
    cases: list[Case]
    asleep: list[Case]
    over: frozenset[Item]
    actions: list[Action]
    marks: Mapping[int, int]
    waiting: list[Parked]
    due: list[Parked]
    linked: int
    looked_at: set[tuple[Side, str]]
    cursor: GoogleCursor


@dataclasses.dataclass(frozen=True)
class Preparer:
    """Looks at both sides for an account and plans."""

    store: Store
    google: GoogleSide
    odoo: OdooSide
    clock: Clock
    hasher: Hasher
    identity: Identity

    async def prepare(self, ledger: Ledger, *, whole: bool = False, restores: bool = True) -> Prepared:
        """Pull both sides and plan; with `whole`, all of the window, whatever was seen before.

        A run first `restores` what an interrupted one has cost Google; who only looks does not.

        Raises:
            SyncError: a side cannot be asked, or nothing may be concluded from what it says.
        """
        account = ledger.account
        await self.identity.require(account)
        rules = await self._rules(account)
        async with self.store.read() as tx:
            cursor = await cursors.google(tx, account.id)
            marks = await cursors.marks(tx, account.id)
            waiting = await parked.of_account(tx, account.id)
            linked = await links.count_current(tx, account.id, self.google.window()[0])
            sleeping = await left_alone.of_account(tx, account.id)
        pull = await self._pull(account, None if whole else cursor)
        # After the pull: only a listing tells the calendar's default reminders.
        recovered = await recover(self.google, self.odoo, ledger, restores=restores)
        due = [one for one in waiting if is_due(one, account, self.clock)]
        sight = await look(self.google, self.odoo, ledger, pull, recovered, marks, due)
        sifted = sift(await build_cases(sight, ledger), sleeping)
        actions = [one for one in await in_slices(lambda case: decide(case, rules), sifted.awake) if one]
        if actions:
            deleting = any(isinstance(one, Removal) for one in actions)
            await self.identity.confirm(account, deleting=deleting)
        listed_at = self.clock.now() if pull.full or cursor is None else cursor.listed_at
        after = GoogleCursor(pull.token, self.google.fingerprint, listed_at)
        return Prepared(
            rules, sifted.awake, sifted.asleep, sifted.over, actions, marks, waiting, due, linked,
            sight.looked_at, after,
        )  # fmt: skip

    async def take_google(self, ledger: Ledger) -> None:
        """Take Google's side as it is, if a reset to "only new" could not ask it: the grant was dead then."""
        account_id = ledger.account.id
        async with self.store.read() as tx:
            job = await jobs.waiting_for_google(tx, account_id)
        if job is None:
            return
        found = await self.prepare(ledger, whole=True)
        stock = take_stock(found.cases, {Side.GOOGLE})
        alone = await as_first_seen(stock.alone, self.odoo, ledger)
        async with self.store.write() as tx:
            await left_alone.note(tx, account_id, job.id, alone)
            await stocks.take_effect(tx, account_id, job.id, stocks.kept(stock, found.cursor, ()))
            await jobs.settle_google(tx, account_id)

    async def _rules(self, account: Account) -> Rules:
        projection = await self.odoo.projection()
        return Rules(
            google_codec.project,
            projection,
            projection.veils,
            google_codec.project_reminder,
            self.hasher,
            wishes_of(account, self.clock.now(), self.google.window()),
        )

    async def _pull(self, account: Account, cursor: GoogleCursor | None) -> GooglePull:
        """List what is new; all of the window at first, when Google wants it, and once a day.

        The daily pass takes in what the window has come to cover, and mends what was missed.
        """
        fresh = (
            cursor is not None
            and cursor.fingerprint == self.google.fingerprint
            and self.clock.now() - cursor.listed_at < WHOLE_AGAIN
        )
        try:
            return await self.google.pull(account.id, cursor.token if cursor and fresh else None)
        except CursorExpired:
            return await self.google.pull(account.id, None)


async def as_first_seen(alone: Iterable[LeftAlone], odoo: OdooSide, ledger: Ledger) -> list[LeftAlone]:
    """Return what is left alone with hashes as of something that no link tells anything of.

    A series in Odoo reads otherwise once its link has ended: its rule is then what Odoo's record says.
    """
    noted = list(alone)
    keys = {int(one.item) for one in noted if one.side is Side.ODOO and is_series(int(one.item))}
    if not keys:
        return noted
    seen = (await odoo.fetch(ledger.owner, keys, [])).seen
    first = {str(key): one.hashes for key, one in seen.items() if one.hashes}
    return [
        dataclasses.replace(one, hashes=first[one.item])
        if one.side is Side.ODOO and one.item in first
        else one
        for one in noted
    ]
