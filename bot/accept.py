"""Turning a consent into a connected account, or refusing it and giving the grant back."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services import Services
from sync.google.grant import PURPOSE, Consent
from sync.run import RESETTING
from sync.store import accounts, connects, cursors, jobs, links, parked
from sync.store.accounts import Account, AccountState
from sync.store.connects import Connect, ConnectState

ASKED_FOR = timedelta(days=1)
"""How long the question before the first sync waits for an answer."""

log = structlog.get_logger()


class Refused(Exception):
    """A consent that may not be used; `reason` names the sentence for the person."""

    def __init__(self, reason: str, google: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.google = google


@dataclasses.dataclass(frozen=True)
class Accepted:
    """A connected account; `asks` when nothing is synced before the person has seen what would be."""

    account_id: int
    asks: bool


async def accept(services: Services, link: Connect, consent: Consent) -> Accepted:
    """Store a consent as the account of the link's person; the link ends.

    That the consent is the person's own has been proven before. The account is keyed on `sub`, which never
    changes; links to events of another Google account end, and its grant is given back. Of somebody who has
    disconnected a Google account passes to the person who consents with it now.

    Raises:
        Refused: the Google account or the Odoo user is somebody else's, the link has ended meanwhile, or the
            person's calendars are being reset. The grant just given is revoked.
    """
    store = services.store
    async with store.read() as tx:
        known = await accounts.of_person(tx, link.team_id, link.slack_user_id)
        holder = await accounts.of_google(tx, consent.sub)
    # Runs under way still write down what they do with an account that is being left.
    left = {one.id for one in (known, holder) if one} if known != holder else set[int]()
    async with contextlib.AsyncExitStack() as stack:
        for account_id in sorted(left):
            await stack.enter_async_context(services.runner.alone(account_id))
        tx = await stack.enter_async_context(store.write())
        reason = await _objection(tx, link, consent.sub)
        if reason is None:
            before = await accounts.of_person(tx, link.team_id, link.slack_user_id)
            owed = await _owe_replaced(services, tx, before, consent) if before else []
            accepted = await _store(services, tx, link, consent, before)
    if reason:
        await services.revocations.give_back(consent.refresh_token, consent.sub)
        raise Refused(reason, consent.email)
    services.grants.forget(accepted.account_id)
    await services.revocations.settle(owed)
    return accepted


async def _owe_replaced(
    services: Services, tx: AsyncConnection, before: Account, consent: Consent
) -> list[int]:
    """Note that the grant of another Google account, which the person had before, is to be given back."""
    replaced = await accounts.refresh_token(tx, before.id)
    if before.google_sub == consent.sub:
        return []
    return await services.revocations.owe_stored(tx, before.owner, replaced, before.google_sub or "")


async def objection(services: Services, link: Connect, consent: Consent) -> str | None:
    """Say why a consent cannot be accepted, whoever it is from; None if nothing is against it."""
    allowed = services.settings.google_domain_list
    if allowed and consent.domain not in allowed:
        return "other_domain"
    async with services.store.read() as tx:
        return await _taken(tx, link, consent.sub)


async def _objection(tx: AsyncConnection, link: Connect, sub: str) -> str | None:
    if reason := await _taken(tx, link, sub):
        return reason
    until = link.expires_at + ASKED_FOR
    moved = await connects.move(tx, link, ConnectState.CONFIRMED, expires_at=until)
    return None if moved else "link_cancelled"


async def _taken(tx: AsyncConnection, link: Connect, sub: str) -> str | None:
    person = (link.team_id, link.slack_user_id)
    google = await accounts.of_google(tx, sub)
    holders = {
        "account_taken": None if google and await _has_let_go(tx, google) else google,
        "odoo_taken": await accounts.of_odoo(tx, link.profile["odoo_uid"]),
    }
    taken = (name for name, one in holders.items() if one and (one.team_id, one.slack_user_id) != person)
    if reason := next(taken, None):
        return reason
    mine = await accounts.of_person(tx, *person)
    return RESETTING if mine and await jobs.under_way(tx, mine.id) else None


async def _has_let_go(tx: AsyncConnection, holder: Account) -> bool:
    """Say whether the Google account of an account may become somebody else's: its person has disconnected.

    What is kept until that person comes back must not keep out whose Google account it is.
    """
    return holder.state is AccountState.DISCONNECTED and not await jobs.under_way(tx, holder.id)


async def _part(tx: AsyncConnection, account_id: int, **values: Any) -> None:
    """End what an account remembers of its Google calendar: it is another's now, or the account is."""
    await links.end_all(tx, account_id)
    await parked.release_all(tx, account_id)
    await cursors.set_google(tx, account_id, None)
    await accounts.update(tx, account_id, synced_at=None, **values)


async def _store(
    services: Services, tx: AsyncConnection, link: Connect, consent: Consent, before: Account | None
) -> Accepted:
    now, profile = services.clock.now(), link.profile
    same = before is not None and (before.google_sub, before.odoo_uid) == (consent.sub, profile["odoo_uid"])
    goes_on = before is not None and same and bool(before.synced_at or await links.count(tx, before.id))
    holder = await accounts.of_google(tx, consent.sub)
    if holder and (before is None or holder.id != before.id):
        await _part(tx, holder.id, google_sub=None, google_email=None)
    # What an administrator paused does not go on by connecting again.
    unpaused = {} if before and before.pauser else {"paused_at": None, "paused_by": None}
    account_id = await accounts.save(
        tx,
        link.team_id,
        link.slack_user_id,
        odoo_uid=profile["odoo_uid"],
        odoo_partner_id=profile["odoo_partner_id"],
        odoo_login=profile["odoo_login"],
        time_zone=profile["time_zone"],
        google_sub=consent.sub,
        google_email=consent.email,
        state=AccountState.CONNECTED if goes_on else AccountState.PREVIEW,
        trouble=None,
        halt=None,
        failures=0,
        next_run_at=now if goes_on else None,
        disconnected_at=None,
        **({} if before else {"created_at": now}),
        **unpaused,
    )
    sealed = services.store.vault.encrypt(link.owner, PURPOSE, consent.refresh_token)
    ends_at = now + timedelta(seconds=consent.lifetime) if consent.lifetime else None
    await accounts.set_refresh_token(tx, account_id, sealed, now, ends_at)
    if before and before.google_sub != consent.sub:
        await _part(tx, account_id)
    return Accepted(account_id, not goes_on)
