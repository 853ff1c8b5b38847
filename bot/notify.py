"""Messages that a person gets without asking: connected, first sync done, only you can mend this."""

from __future__ import annotations

from datetime import timedelta

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, Person
from bot.records import PUT_BACK, readable
from bot.slack import error_code
from bot.texts import Texts
from bot.views.changes import phrase, trouble
from bot.views.connect import connected_message, reconnect_message
from bot.views.held import held_message
from bot.views.help import note
from bot.views.history import put_back_message
from bot.views.kit import Message
from sync.errors import NeedsReconnect
from sync.holding import HELD_BACK
from sync.odoo.users import USER_GONE
from sync.run import Outcome
from sync.store import Store, accounts, history, parked
from sync.store.accounts import Account, AccountState

SILENT = timedelta(days=1)

log = structlog.get_logger()


class Notifier:
    """Writes to people directly; each thing is said once."""

    def __init__(self, slack: AsyncWebClient, people: People, store: Store) -> None:
        self._slack, self._people, self._store = slack, people, store
        self._first: set[int] = set()

    async def connected(self, account_id: int) -> None:
        """Tell a person that the connection stands; the first sync's result follows."""
        account, t = await self._who(account_id)
        self._first.add(account_id)
        names = {"email": account.google_email or "", "login": account.odoo_login}
        if account.paused_at:
            await self._send(account, note(t("connect.done_paused", **names)))
        else:
            await self._send(account, connected_message(t, **names))

    async def after_run(self, account_id: int, outcome: Outcome) -> None:
        """Tell a person what came of the first sync, and what only that person can settle."""
        first = account_id in self._first and outcome.code == "ok"
        held, put_back = outcome.counts.get(HELD_BACK, 0), outcome.counts.get(PUT_BACK, 0)
        stopped = outcome.code == USER_GONE and outcome.is_new
        asked = isinstance(outcome.error, NeedsReconnect)
        if not (first or held or put_back or stopped or asked):
            return
        account, t = await self._who(account_id)
        if isinstance(outcome.error, NeedsReconnect) and account.state is AccountState.RECONNECT:
            await self._send(account, reconnect_message(t, trouble(outcome.code, t)))
        if stopped:
            await self._send(account, note(trouble(outcome.code, t)))
        if first:
            self._first.discard(account_id)
            changes = phrase(outcome.counts, t)
            text = t("connect.first_sync", changes=changes) if changes else t("connect.first_sync_nothing")
            await self._send(account, note(text))
        if held:
            async with self._store.read() as tx:
                waiting = await parked.of_account(tx, account_id)
            number = sum(one.reason == HELD_BACK for one in waiting)
            await self._send(account, held_message(t, number))
        if put_back:
            await self._explain(account, outcome.run, t)

    async def _explain(self, account: Account, run: str, t: Texts) -> None:
        """Tell which edits a run undid; of the same event at most once a day."""
        async with self._store.read() as tx:
            undone = [one for one in await history.of_run(tx, account.id, run) if one.reason == PUT_BACK]
            news = [one for one in undone if not await history.has_earlier(tx, account.id, one, SILENT)]
        if news:
            await self._send(account, put_back_message(t, readable(self._store, account, news)))

    async def _who(self, account_id: int) -> tuple[Account, Texts]:
        async with self._store.read() as tx:
            account = await accounts.get(tx, account_id)
        if account is None:
            raise LookupError(f"no account {account_id}")
        person: Person = await self._people.get(account.team_id, account.slack_user_id)
        return account, Texts(person.locale)

    async def _send(self, account: Account, message: Message) -> None:
        try:
            await self._slack.chat_postMessage(channel=account.slack_user_id, **message.arguments)
        except SlackClientError as error:
            log.warning("telling_failed", error=error_code(error))
