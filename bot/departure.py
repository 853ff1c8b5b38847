"""When the app is taken out of the workspace: syncs stop, grants end, and data goes after a month."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import NO_ANSWER, error_code
from sync.clock import Clock
from sync.errors import SyncError
from sync.google.grant import PURPOSE, Grants
from sync.store import Store, accounts, switches
from sync.store.accounts import AccountState
from sync.vault import VaultError

GONE = {"account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired"}
"""auth.test's words for a token that is of no use any more."""

log = structlog.get_logger()


class Departure:
    """Believes Slack's word that we are uninstalled only if our token is dead.

    Events come late at times, and after a new installation an old one must not take everything away.
    """

    def __init__(self, slack: AsyncWebClient, store: Store, grants: Grants, clock: Clock) -> None:
        self._slack, self._store, self._grants, self._clock = slack, store, grants, clock
        self._unsure = False

    async def told(self) -> None:
        """Act on app_uninstalled or tokens_revoked."""
        try:
            await self._slack.auth_test()
        except SlackApiError as error:
            self._unsure = error_code(error) not in GONE
        except NO_ANSWER:
            self._unsure = True
        else:
            self._unsure = False
            log.warning("uninstalled_denied")
            return
        if self._unsure:
            log.warning("uninstalled_unsure")
            return
        async with self._store.write() as tx:
            if await switches.turn_on(tx, switches.UNINSTALLED, self._clock.now()):
                log.warning("uninstalled")
        await self._revoke_all()

    async def go_on(self) -> None:
        """Ask Slack again where it did not say, and revoke grants that could not be revoked before."""
        if self._unsure:
            await self.told()
            return
        async with self._store.read() as tx:
            gone = await switches.get(tx, switches.UNINSTALLED)
        if gone:
            await self._revoke_all()

    async def is_over(self) -> bool:
        """Say whether the app is known to be uninstalled."""
        async with self._store.read() as tx:
            return await switches.get(tx, switches.UNINSTALLED) is not None

    async def came_back(self) -> None:
        """Note that the app works in the workspace: what was ended stays ended, but people can connect."""
        async with self._store.write() as tx:
            if await switches.turn_off(tx, switches.UNINSTALLED):
                log.info("installed_again")

    async def _revoke_all(self) -> None:
        async with self._store.read() as tx:
            given = [(one, await accounts.refresh_token(tx, one.id)) for one in await accounts.everybody(tx)]
        for account, sealed in given:
            if sealed is None:
                continue
            try:
                token = self._store.vault.decrypt(account.owner, PURPOSE, sealed)
                await self._grants.revoke(token)
            except VaultError:
                log.warning("revoke_impossible", account=account.id)  # nobody can read it, neither can we
            except SyncError as error:
                log.warning("revoke_failed", account=account.id, code=error.code)
                continue
            self._grants.forget(account.id)
            async with self._store.write() as tx:
                await accounts.drop_refresh_token(tx, account.id)
                await accounts.update(
                    tx,
                    account.id,
                    state=AccountState.RECONNECT,
                    trouble="grant_missing",
                    next_run_at=None,
                )
