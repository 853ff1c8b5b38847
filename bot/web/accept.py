"""Turning a consent into a connected account, or refusing it and giving the grant back."""

from __future__ import annotations

import structlog

from bot.services import Services
from sync.errors import SyncError
from sync.google.grant import PURPOSE, Consent
from sync.run import RESETTING
from sync.store import accounts, cursors, jobs, links, parked
from sync.store.accounts import Account, AccountState
from sync.store.connects import Connect

log = structlog.get_logger()


class Refused(Exception):
    """A consent that may not be used; `reason` names the sentence for the person."""

    def __init__(self, reason: str, google: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.google = google


async def accept(services: Services, link: Connect, consent: Consent) -> int:
    """Store a consent as the account of the link's person and return the account's id.

    The account is keyed on `sub`, which never changes; links to events of another Google account end.

    Raises:
        Refused: the Google address is not the person's, the account is somebody else's, or the person's
            calendars are being reset. The grant just given is revoked.
    """
    profile, owner = link.profile, f"{link.team_id}/{link.slack_user_id}"
    refresh_token = services.store.vault.encrypt(owner, PURPOSE, consent.refresh_token)
    now = services.clock.now()
    async with services.store.write() as tx:
        before = await accounts.of_person(tx, link.team_id, link.slack_user_id)
        holder = await accounts.of_google(tx, consent.sub)
        reason = None
        if holder and (holder.team_id, holder.slack_user_id) != (link.team_id, link.slack_user_id):
            reason = "account_taken"
        elif consent.email.casefold() != profile["email"].casefold():
            reason = "other_address"
        elif before and await jobs.under_way(tx, before.id):
            reason = RESETTING
        if reason is None:
            replaced = await accounts.refresh_token(tx, before.id) if before else None
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
                state=AccountState.CONNECTED,
                trouble=None,
                halt=None,
                failures=0,
                next_run_at=now,
                disconnected_at=None,
                **({} if before else {"created_at": now}),
                **(
                    {} if before and _is_paused_by_another(before) else {"paused_at": None, "paused_by": None}
                ),
            )
            await accounts.set_refresh_token(tx, account_id, refresh_token, now)
            if before and before.google_sub != consent.sub:
                await links.end_all(tx, account_id)
                await parked.release_all(tx, account_id)
                await cursors.set_google(tx, account_id, None)
                await accounts.update(tx, account_id, synced_at=None)
    if reason:
        # Revoking ends every grant of that Google account to us: not if it is connected already.
        if holder is None:
            await give_back(services, consent.refresh_token)
        raise Refused(reason, consent.email)
    services.grants.forget(account_id)
    if before and replaced and before.google_sub != consent.sub:
        await give_back(services, services.store.vault.decrypt(owner, PURPOSE, replaced))
    return account_id


def _is_paused_by_another(account: Account) -> bool:
    """Say whether an administrator paused the account: that does not end by connecting again."""
    return account.paused_by not in (None, account.slack_user_id)


async def give_back(services: Services, token: str) -> None:
    """Revoke a grant that is not used; one that Google does not take back now will end by itself unused."""
    try:
        await services.grants.revoke(token)
    except SyncError as error:
        log.warning("revoke_failed", code=error.code)
