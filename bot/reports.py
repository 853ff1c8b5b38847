"""What becomes of the outcomes of runs and polls: alerts to the administrators, messages to the person."""

from __future__ import annotations

from bot.alerts import Alerts
from bot.alerts.kinds import DATABASE, KEY, ODOO, PERSON, RUNS, fingerprint, is_loud, kind_of
from bot.notify import Notifier
from sync.errors import DatabaseTrouble, NeedsHuman, SyncError
from sync.odoo.client import OdooClient
from sync.odoo.users import USER_GONE
from sync.run import Outcome
from sync.store import Store, accounts, alerts

POLLS = "odoo-down"
"""The kind that the next poll judges: a run that meets it says nothing new."""


class Reports:
    """The timer's hooks."""

    def __init__(self, store: Store, odoo: OdooClient, told: Alerts, notifier: Notifier) -> None:
        self._store, self._odoo, self._alerts, self._notifier = store, odoo, told, notifier

    async def after_run(self, account_id: int, outcome: Outcome) -> None:
        """Sort what a run came to. Of the database's own trouble, `bot.disk` tells."""
        if isinstance(outcome.error, DatabaseTrouble):
            return
        if outcome.code == "ok":
            await self._alerts.over(f"account {account_id}")
            await self._alerts.over(RUNS)
            await self._alerts.over(ODOO, but=POLLS)
        elif outcome.error:
            await self._report(account_id, outcome)
        await self._notifier.after_run(account_id, outcome)

    async def _report(self, account_id: int, outcome: Outcome) -> None:
        kind = kind_of(outcome.code)
        if kind.name == POLLS or kind.source == DATABASE:
            return
        async with self._store.read() as tx:
            account = await accounts.get(tx, account_id)
            concerned = await alerts.concerned(tx, kind.codes)
            everybody = await accounts.count(tx)
        if account is None:
            return
        about = account.odoo_login if outcome.code == USER_GONE else ""
        loud = is_loud(kind, account.failures, concerned, everybody)
        if kind.source == PERSON:
            # What a person meets now takes the place of what the same person met before.
            name = fingerprint(kind, account_id)
            await self._alerts.over(f"account {account_id}", but=name)
        await self._alerts.report(outcome.code, account_id=account_id, about=about, loud=loud)

    async def after_poll(self, error: SyncError | None) -> None:
        """Tell of an Odoo that is down, of a doubt about its database, and of a key that ends.

        What waits for the end of somebody's quiet hours goes with it.
        """
        # A doubt about the database is told besides an Odoo that was down while a copy was restored.
        doubt = error if isinstance(error, NeedsHuman) else None
        if doubt or error is None:
            await self._alerts.over(ODOO)
            await self._alerts.over(DATABASE, but=kind_of(doubt.code).name if doubt else "")
            await self._alerts.over(RUNS)
        else:
            await self._alerts.over(ODOO, but=kind_of(error.code).name)
        if error:
            await self._alerts.report(error.code)
        warning = self._odoo.key_warning()
        if warning is None:
            await self._alerts.over(KEY)
        elif not self._alerts.is_open(KEY):  # to count how often a date was read says nothing
            await self._alerts.report(warning.code)
        await self._notifier.deliver()
