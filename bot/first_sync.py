"""Before the first sync: what it would do, and the person's word; without it nothing is written."""

from __future__ import annotations

import structlog

from bot.accept import Accepted
from bot.people import texts_of_link
from bot.services import Services
from bot.slack import NO_ANSWER, error_code
from bot.texts import Texts
from bot.views.changes import trouble
from bot.views.first_sync import (
    Connection,
    looking_message,
    no_preview_message,
    preview_message,
)
from bot.views.kit import Message
from bot.views.plan import counts, steps
from sync.errors import SyncError
from sync.store import accounts, connects, history, own_keys, runs
from sync.store.accounts import Account, AccountState
from sync.store.connects import Connect

log = structlog.get_logger()


async def connected(services: Services, link: Connect, accepted: Accepted) -> None:
    """Go on after an account was connected: ask before its first sync, or sync where it left off."""
    if accepted.asks:
        services.errands.start(ask(services, link, accepted.account_id))
    else:
        await services.notifier.connected(accepted.account_id)
        await go_on(services, accepted.account_id, waiting_line(link))


async def ask(services: Services, link: Connect, account_id: int) -> None:
    """Tell the person what the first sync would do, with the buttons that start and cancel it."""
    async with services.store.read() as tx:
        account = await accounts.get(tx, account_id)
    if account is None:
        return
    await services.refresh_home(account)
    t = texts_of_link(link.profile)
    slack, to = services.slack, link.slack_user_id
    try:
        posted = await slack.chat_postMessage(
            channel=to, **looking_message(t, _connection(account)).arguments
        )
        message = await preview(services, account, link, t)
        await slack.chat_update(channel=str(posted["channel"]), ts=str(posted["ts"]), **message.arguments)
    except NO_ANSWER as error:
        log.warning("telling_failed", error=error_code(error))


async def preview(services: Services, account: Account, link: Connect, t: Texts) -> Message:
    """Look at both calendars and return the question, or what kept us from looking."""
    await services.timer.poll()
    try:
        planned = steps(await services.runner.preview(account.id))
    except SyncError as error:
        return no_preview_message(t, _connection(account), trouble(error.code, t), link.id_hash)
    async with services.store.read() as tx:
        granted = await accounts.granted(tx, account.id)
    ends_at = granted[1] if granted else None
    return preview_message(t, _connection(account), counts(planned), link.id_hash, ends_at)


async def waiting(services: Services, account: Account, id_hash: str) -> Connect | None:
    """Return the link of the question that waits for an answer; None when it was settled or replaced.

    `id_hash` is what the pressed button carries, "" for whatever question there is.
    """
    if account.state is not AccountState.PREVIEW:
        return None
    async with services.store.read() as tx:
        link = await connects.confirmed(tx, account.team_id, account.slack_user_id)
    return link if link and id_hash in ("", link.id_hash) else None


async def begin(services: Services, account_id: int, then: str) -> bool:
    """Let an account sync from now on; false when it does already, or is not connected.

    `then` is the command line that waited for the connection, see `waiting_line`.
    """
    now = services.clock.now()
    async with services.store.write() as tx:
        begun = await accounts.move(
            tx, account_id, AccountState.PREVIEW, state=AccountState.CONNECTED, next_run_at=now
        )
    if begun:
        services.notifier.expect_first(account_id)
        await go_on(services, account_id, then)
    return begun


async def go_on(services: Services, account_id: int, then: str) -> None:
    """Sync an account that may from now on, and carry out the command line that waited for it, if any."""
    services.timer.call(account_id)
    async with services.store.read() as tx:
        account = await accounts.get(tx, account_id)
    if account is None:
        return
    await services.refresh_home(account)
    if then:
        services.go_on(account, then)


def waiting_line(link: Connect) -> str:
    """Return the command line that needed the connection, "" if there is none; to be carried out after it."""
    return str(link.profile.get("then", ""))


async def cancel(services: Services, account: Account) -> bool:
    """Undo a connection before its first sync: the grant goes back to Google.

    Both calendars stay as they are. Of somebody who never synced nothing is kept; who did with another
    Google account keeps the history.

    Returns:
        False when the account syncs already, or was cancelled before.
    """
    not_any_more = {
        "state": AccountState.DISCONNECTED,
        "disconnected_at": services.clock.now(),
        "trouble": None,
        "google_sub": None,
        "google_email": None,
        "next_run_at": None,
    }
    owed: list[int] = []
    async with services.store.write() as tx:
        sealed = await accounts.refresh_token(tx, account.id)
        ended = await accounts.move(tx, account.id, AccountState.PREVIEW, **not_any_more)
        if ended and (await runs.last(tx, account.id) or await history.of_account(tx, account.id, 1)):
            await accounts.drop_refresh_token(tx, account.id)
            await own_keys.drop(tx, account.id)
        elif ended:
            await accounts.remove(tx, account.id)
        if ended:
            owed = await services.revocations.owe_stored(tx, account.owner, sealed, account.google_sub or "")
    if ended:
        services.grants.forget(account.id)
        await services.refresh_home(account)
    await services.revocations.settle(owed)
    return ended


async def expire(services: Services, link: Connect) -> bool:
    """Cancel a connection whose question nobody answered; false when it was answered, or asked anew."""
    async with services.store.read() as tx:
        account = await accounts.of_person(tx, link.team_id, link.slack_user_id)
        newer = await connects.confirmed(tx, link.team_id, link.slack_user_id)
    return account is not None and newer is None and await cancel(services, account)


def _connection(account: Account) -> Connection:
    return Connection(account.google_email or "", account.odoo_login)
