"""When the app is taken out of the workspace: syncs stop, grants end, and data goes after a month."""

from __future__ import annotations

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import NO_ANSWER, error_code
from sync.clock import Clock
from sync.google.grant import Grants
from sync.revoking import Revocations
from sync.store import Store, accounts, own_keys, switches
from sync.store.accounts import AccountState

GONE = {"account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired"}
"""auth.test's words for a token that is of no use any more."""

log = structlog.get_logger()


class Departure:
    """Believes Slack's word that we are uninstalled only if our token is dead.

    Events come late at times, and after a new installation an old one must not take everything away.
    """

    def __init__(
        self, slack: AsyncWebClient, store: Store, grants: Grants, revocations: Revocations, clock: Clock
    ) -> None:
        self._slack, self._store, self._grants, self._clock = slack, store, grants, clock
        self._revocations = revocations
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
        await self._end_all()

    async def go_on(self) -> None:
        """Ask Slack again where it did not say, and take away what a crash may have left."""
        if self._unsure:
            await self.told()
            return
        async with self._store.read() as tx:
            gone = await switches.get(tx, switches.UNINSTALLED)
        if gone:
            await self._end_all()

    async def is_over(self) -> bool:
        """Say whether the app is known to be uninstalled."""
        async with self._store.read() as tx:
            return await switches.get(tx, switches.UNINSTALLED) is not None

    async def came_back(self) -> None:
        """Note that the app works in the workspace: what was ended stays ended, but people can connect."""
        async with self._store.write() as tx:
            if await switches.turn_off(tx, switches.UNINSTALLED):
                log.info("installed_again")

    async def _end_all(self) -> None:
        """Take every account's grant away at once, then give them back to Google."""
        owed: list[int] = []
        async with self._store.write() as tx:
            await own_keys.forget_all(tx)
            for account in await accounts.everybody(tx):
                sealed = await accounts.take_refresh_token(tx, account.id)
                if sealed is None:
                    continue
                owed += await self._revocations.owe_stored(
                    tx, account.owner, sealed, account.google_sub or ""
                )
                self._grants.forget(account.id)
                ended = {"state": AccountState.RECONNECT, "trouble": "grant_missing", "next_run_at": None}
                await accounts.update(tx, account.id, **ended)
        await self._revocations.settle(owed)
