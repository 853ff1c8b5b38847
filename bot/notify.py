"""Messages that a person gets without asking: connected, first sync done, only you can mend this."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, texts_for, zone_of
from bot.quiet import quiet_until
from bot.records import UNDONE, readable
from bot.slack import NO_ANSWER, error_code
from bot.texts import Mrkdwn, Texts
from bot.views.changes import phrase, trouble
from bot.views.connect import connected_message, reconnect_message
from bot.views.held import held_message
from bot.views.help import note
from bot.views.history import put_back_message
from bot.views.kit import Message
from sync.clock import Clock
from sync.errors import NeedsReconnect
from sync.holding import HELD_BACK
from sync.odoo.users import USER_GONE
from sync.run import Outcome
from sync.store import Store, accounts, history, parked, postponed, told
from sync.store.accounts import Account, AccountState

SILENT = timedelta(days=1)
PURPOSE = "postponed"
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
        self._told: dict[int, str] = {}

    async def load(self) -> None:
        """Remember what people were told before the process ended; to be called once, at start."""
        async with self._store.read() as tx:
            self._told = await told.everything(tx)

    async def connected(self, account_id: int) -> None:
        """Tell a person that the connection stands; the first sync's result follows."""
        account, t = await self._who(account_id)
        self._first.add(account_id)
        names = {"email": account.google_email or "", "login": account.odoo_login}
        if account.paused_at:
            await self._send(account, note(t("connect.done_paused", **names)))
        else:
            await self._send(account, connected_message(t, **names))

    def expect_first(self, account_id: int) -> None:
        """Let the person hear of the result of the account's next sync, its first one."""
        self._first.add(account_id)

    async def after_run(self, account_id: int, outcome: Outcome) -> None:
        """Tell a person what came of the first sync, and what only that person can settle."""
        first = account_id in self._first and outcome.code == "ok"
        held, put_back = outcome.counts.get(HELD_BACK, 0), any(outcome.counts.get(why) for why in UNDONE)
        if isinstance(outcome.error, NeedsReconnect) or outcome.code == USER_GONE:
            await self._warn(account_id, outcome.code, outcome.error.detail if outcome.error else "")
        mended = outcome.code == "ok" and account_id in self._told
        if not (first or held or put_back or mended):
            return
        account, t = await self._who(account_id)
        if mended:
            self._first.discard(account_id)
            changes = phrase(outcome.counts, t)
            text = t("mended.changes", changes=changes) if changes else t("mended.quiet")
            if await self._tell(account, note(text)):
                await self._remember(account_id, None)
        elif first:
            self._first.discard(account_id)
            changes = phrase(outcome.counts, t)
            text = t("connect.first_sync", changes=changes) if changes else t("connect.first_sync_nothing")
            await self._send(account, note(text))
        if held:
            async with self._store.read() as tx:
                waiting = await parked.of_account(tx, account_id)
            number = sum(one.reason == HELD_BACK for one in waiting)
            await self._tell(account, held_message(t, number))
        if put_back:
            await self._explain(account, outcome.run, t)

    async def tell(self, account: Account, key: str, **values: object) -> None:
        """Tell a person one thing: the message `key`, in that person's language."""
        _, t = await self._who(account.id)
        await self._send(account, note(t(key, **values)))

    async def warn(self, account_id: int, draw: Callable[[Texts], Message]) -> bool:
        """Tell a person what was not asked for, when quiet hours are over; false when Slack fails."""
        account, t = await self._who(account_id)
        return await self._tell(account, draw(t))

    async def catch_up(self) -> None:
        """Tell those who could not be told when it happened: Slack was away, or calsync ended just then."""
        async with self._store.read() as tx:
            untold = await told.waiting(tx, [USER_GONE])
        for account_id, code in untold.items():
            await self._warn(account_id, code)

    async def _warn(self, account_id: int, code: str, detail: str = "") -> None:
        """Tell a person of what only that person can mend, once until it is mended."""
        if self._told.get(account_id) == code:
            return
        account, t = await self._who(account_id)
        if account.state is AccountState.DISCONNECTED:
            return  # the person ended it, and has nothing to mend
        text = await self._why(account, code, detail, t)
        if await self._tell(account, note(text) if code == USER_GONE else reconnect_message(t, text)):
            await self._remember(account_id, code)

    async def _why(self, account: Account, code: str, detail: str, t: Texts) -> Mrkdwn:
        """Say what the trouble is, with its likely cause where Google tells none."""
        said = trouble(code, t)
        if code != GRANT_DEAD:
            return said
        async with self._store.read() as tx:
            granted = await accounts.granted(tx, account.id)
        cause = likely_cause(detail, granted, account.synced_at, self._clock.now())
        return Mrkdwn(f"{said} {t(cause)}")

    async def _remember(self, account_id: int, code: str | None) -> None:
        async with self._store.write() as tx:
            await told.note(tx, account_id, code, self._clock.now())
        if code is None:
            self._told.pop(account_id, None)
        else:
            self._told[account_id] = code

    async def _explain(self, account: Account, run: str, t: Texts) -> None:
        """Tell which edits a run undid; of the same event at most once a day."""
        async with self._store.read() as tx:
            undone = [one for one in await history.of_run(tx, account.id, run) if one.reason in UNDONE]
            news = [one for one in undone if not await history.has_earlier(tx, account.id, one, SILENT)]
        for why in UNDONE:
            if some := [one for one in news if one.reason == why]:
                await self._tell(account, put_back_message(t, readable(self._store, account, some)))

    async def _who(self, account_id: int) -> tuple[Account, Texts]:
        async with self._store.read() as tx:
            account = await accounts.get(tx, account_id)
        if account is None:
            raise LookupError(f"no account {account_id}")
        person = await self._people.get(account.team_id, account.slack_user_id)
        return account, texts_for(person, account)

    async def _tell(self, account: Account, message: Message) -> bool:
        """Send what the person did not ask for, or keep it until quiet hours end; false when Slack fails."""
        person = await self._people.get(account.team_id, account.slack_user_id)
        until = quiet_until(self._clock.now(), zone_of(person.time_zone), account)
        if until is None:
            return await self._send(account, message)
        written = json.dumps({"text": message.text, "blocks": message.blocks})
        sealed = self._store.vault.encrypt(account.owner, PURPOSE, written)
        async with self._store.write() as tx:
            await postponed.put(tx, account.id, until, sealed)
        return True

    async def deliver(self) -> None:
        """Send the messages whose quiet hours are over, each once."""
        async with self._store.read() as tx:
            due = await postponed.due(tx, self._clock.now())
        for one in due:
            async with self._store.write() as tx:
                account = await accounts.get(tx, one.account_id)
                taken = await postponed.take(tx, one.id)
            if account and taken:
                kept = json.loads(self._store.vault.decrypt(account.owner, PURPOSE, one.message))
                await self._send(account, Message(kept["text"], kept["blocks"]))

    async def _send(self, account: Account, message: Message) -> bool:
        try:
            await self._slack.chat_postMessage(channel=account.slack_user_id, **message.arguments)
        except NO_ANSWER as error:
            log.warning("telling_failed", error=error_code(error))
            return False
        return True


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
