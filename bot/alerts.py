"""The administrators' channel: one message for each trouble of the whole system, edited when it is over."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import error_code
from bot.texts import Texts
from bot.views.changes import trouble
from bot.views.database import database_message
from bot.views.help import note
from bot.views.kit import Message
from sync.clock import Clock
from sync.errors import Misconfigured, SyncError
from sync.odoo.identity import OTHER, WENT_BACK

log = structlog.get_logger()


@dataclasses.dataclass
class _Open:
    code: str
    since: datetime
    ts: str


class Alerts:
    """Knows the trouble that is being told; `source` separates parts of the system."""

    def __init__(self, slack: AsyncWebClient, channel: str, clock: Clock) -> None:
        self._slack, self._channel, self._clock = slack, channel, clock
        self._open: dict[str, _Open] = {}

    async def report(self, source: str, error: SyncError | None, *, about: str = "") -> None:
        """Tell of a trouble, once; None says that the source works again. `about` names whom it concerns."""
        known = self._open.get(source)
        if error is None:
            if known:
                del self._open[source]
                await self._resolve(known)
            return
        if known is None and self._channel:
            now = self._clock.now()
            message = _message(error.code, now, about)
            try:
                answer = await self._slack.chat_postMessage(channel=self._channel, **message.arguments)
            except SlackClientError as failed:
                log.warning("alert_failed", error=error_code(failed))
                return
            self._open[source] = _Open(error.code, now, str(answer["ts"]))

    async def _resolve(self, known: _Open) -> None:
        t = Texts()
        minutes = round((self._clock.now() - known.since).total_seconds() / 60)
        text = t("alert.resolved", minutes=minutes, trouble=trouble(known.code, t))
        try:
            await self._slack.chat_update(channel=self._channel, ts=known.ts, **note(text).arguments)
        except SlackClientError as failed:
            log.warning("alert_failed", error=error_code(failed))


def _message(code: str, now: datetime, about: str) -> Message:
    t = Texts()
    if code in (WENT_BACK, OTHER):
        return database_message(t, code, now)
    text = t("alert.trouble", moment=t.moment(now), trouble=trouble(code, t))
    return note(f"{text} {t('alert.about', login=about)}" if about else text)


def concerns_everybody(error: SyncError | None) -> bool:
    """Say whether an account's trouble is really the installation's."""
    return isinstance(error, Misconfigured) or (error is not None and error.code == "google_daily_limit")
