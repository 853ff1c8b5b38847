"""Messages that a person gets without asking: connected, first sync done, only you can mend this."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, Person
from bot.records import PUT_BACK, readable
from bot.slack import error_code
from bot.texts import Mrkdwn, Texts
from bot.views.changes import phrase, trouble
from bot.views.connect import connected_message, reconnect_message
from bot.views.held import held_message
from bot.views.help import note
from bot.views.history import put_back_message
from bot.views.kit import Message
from sync.clock import Clock
from sync.errors import NeedsReconnect
from sync.odoo.users import USER_GONE
from sync.run import HELD_BACK, Outcome
from sync.store import Store, accounts, history, parked
from sync.store.accounts import Account

SILENT = timedelta(days=1)
GRANT_DEAD = "grant_dead"
TESTING, TESTING_WITHIN = timedelta(days=7), timedelta(hours=12)
"""After how long Google ends grants to an app in publishing status Testing, and how late we may hear."""
UNUSED = timedelta(days=182)

log = structlog.get_logger()


class Notifier:
    """Writes to people directly; each thing is said once."""

    def __init__(self, slack: AsyncWebClient, people: People, store: Store, clock: Clock) -> None:
        self._slack, self._people, self._store, self._clock = slack, people, store, clock
        self._first: set[int] = set()

    async def connected(self, account_id: int) -> None:
        """Tell a person that the connection stands; the first sync's result follows."""
        account, t = await self._who(account_id)
        self._first.add(account_id)
        await self._send(
            account, connected_message(t, email=account.google_email or "", login=account.odoo_login)
        )

    def expect_first(self, account_id: int) -> None:
        """Let the person hear of the result of the account's next sync, its first one."""
        self._first.add(account_id)

    async def after_run(self, account_id: int, outcome: Outcome) -> None:
        """Tell a person what came of the first sync, and what only that person can settle."""
        first = account_id in self._first and outcome.code == "ok"
        held, put_back = outcome.counts.get(HELD_BACK, 0), outcome.counts.get(PUT_BACK, 0)
        stopped = outcome.code == USER_GONE and outcome.is_new
        asked = isinstance(outcome.error, NeedsReconnect)
        if not (first or held or put_back or stopped or asked):
            return
        account, t = await self._who(account_id)
        if isinstance(outcome.error, NeedsReconnect):
            await self._send(
                account, reconnect_message(t, await self._why_reconnect(account, outcome.error, t))
            )
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

    async def _why_reconnect(self, account: Account, error: NeedsReconnect, t: Texts) -> Mrkdwn:
        """Say that a connection ended, with the likely cause where Google tells none."""
        said = trouble(error.code, t)
        if error.code != GRANT_DEAD:
            return said
        async with self._store.read() as tx:
            granted = await accounts.granted(tx, account.id)
        cause = likely_cause(error.detail, granted, account.synced_at, self._clock.now())
        return Mrkdwn(f"{said} {t(cause)}")

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


def likely_cause(
    detail: str,
    granted: tuple[datetime, datetime | None] | None,
    used_at: datetime | None,
    now: datetime,
) -> str:
    """Return the key of why a grant probably ended (all times aware UTC); Google says `invalid_grant` of all.

    `granted` is when it was given, and when Google said that it would end; `used_at` when it last worked.
    Sources: "Refresh token expiration" in Google's guide to OAuth 2.0.
    """
    if detail == "admin_policy_enforced":
        return "cause.policy"
    given_at, ends_at = granted or (now, None)
    if ends_at and now >= ends_at:
        return "cause.testing"
    if TESTING <= now - given_at <= TESTING + TESTING_WITHIN:
        return "cause.testing"
    if now - max(used_at or given_at, given_at) >= UNUSED:
        return "cause.unused"
    return "cause.revoked"
