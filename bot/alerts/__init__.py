"""The administrators' channel: a message for each problem, counted up and resolved in place; a digest."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from datetime import datetime, timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.kinds import RUNS, Kind, fingerprint, kind_of, page_of, source
from bot.alerts.pace import EDITS, POSTS, Pace
from bot.slack import NO_ANSWER, error_code
from bot.texts import Texts
from bot.views.alerts import AlertData, alert_message, digest_message, mentioning
from bot.views.kit import Message
from sync.clock import Clock
from sync.errors import DatabaseTrouble
from sync.store import Store, alerts, switches
from sync.store.alerts import Alert

MUTE = timedelta(hours=24)
DIGEST = timedelta(hours=24)
COUNTED = timedelta(minutes=1)
"""How long a message stays at least as it is before it only counts up."""
AFTER_FAILURE = timedelta(minutes=1)

log = structlog.get_logger()


class Alerts:
    """Keeps the problems in the store, so that a restart neither repeats nor forgets one, and shows them.

    `channel` is a Slack channel's id; without one nothing is posted. `mention` is "here" or "channel" if new
    alerts are to call people, `runbook` the address of a page with a heading for each kind, `texts` the
    channel's language.
    """

    def __init__(
        self,
        slack: AsyncWebClient,
        store: Store,
        clock: Clock,
        channel: str,
        *,
        mention: str = "",
        runbook: str = "",
        texts: Texts | None = None,
    ) -> None:
        self._slack, self._store, self._clock, self._channel = slack, store, clock, channel
        self._mention, self._runbook, self._t = mention, runbook, texts or Texts()
        self._turn = asyncio.Lock()
        self._posts, self._edits = Pace(clock, POSTS), Pace(clock, EDITS)
        self._open: dict[str, str] = {}
        self._unkept: dict[str, Alert] = {}
        self._posted: dict[str, dict[str, str]] = {}
        self._not_before = clock.now()

    async def load(self) -> None:
        """Remember which problems were open when the process ended; to be called once, at start."""
        async with self._store.write() as tx:
            self._open = {one.fingerprint: one.source for one in await alerts.open_ones(tx)}
            await switches.turn_on(tx, switches.DIGEST, self._clock.now())

    async def report(
        self, code: str, *, account_id: int | None = None, about: str = "", loud: bool = True
    ) -> None:
        """Tell of a problem, or count it up. `about` names the Odoo login concerned, if it is one person."""
        kind = kind_of(code)
        name, where = fingerprint(kind, account_id), source(kind, account_id)
        now = self._clock.now()
        with contextlib.suppress(DatabaseTrouble):  # which is a problem to be told of itself
            if self._store.trouble is None:
                async with self._store.write() as tx:
                    await alerts.seen(tx, name, where, code, about, loud=loud, now=now)
        if self._store.trouble:
            self._unkept.setdefault(name, Alert(name, where, code, about, loud, 1, now, now))
        self._open[name] = where
        await self.flush()

    async def over(self, where: str, *, but: str = "") -> None:
        """Say that a source works; its problems are over, but for those that some account meets still.

        With `but`, the fingerprint of what it meets now, only its other problems are over.
        """
        names = [name for name, met_at in self._open.items() if met_at == where and name != but]
        if not names and not self._unkept:
            return
        now, ended = self._clock.now(), list[str]()
        async with self._store.write() as tx:
            for one in self._unkept.values():
                await alerts.adopt(tx, one)
            for name in names:
                known = await alerts.get(tx, name)
                if known is None or not await self._lasts(tx, known):
                    ended.append(name)
            await alerts.resolve(tx, ended, now)
        self._unkept.clear()
        for name in ended:
            self._open.pop(name, None)
        if ended:
            await self.flush()

    def is_open(self, where: str) -> bool:
        """Say whether a source has a problem that is not over."""
        return where in self._open.values()

    async def _lasts(self, tx: AsyncConnection, known: Alert) -> bool:
        kind = kind_of(known.code)
        return kind.lasts and await alerts.concerned(tx, kind.codes) > 0

    async def mute(self, name: str, by: str) -> bool:
        """Say nothing more of a problem for a day; false when it is over or unknown. `by` is a Slack user."""
        return await self._set(name, muted_until=self._clock.now() + MUTE, muted_by=by)

    async def unmute(self, name: str) -> bool:
        """Take a mute back; false when the problem is over or unknown."""
        return await self._set(name, muted_until=None, muted_by=None)

    async def _set(self, name: str, **values: object) -> bool:
        async with self._store.write() as tx:
            known = await alerts.get(tx, name)
            if known is None or known.resolved_at:
                return False
            await alerts.change(tx, name, **values, stale=True)
        await self.flush(at_once=name)
        return True

    async def flush(self, *, at_once: str = "") -> None:
        """Bring the channel up to date as far as Slack's limits and mutes allow; the rest waits its turn.

        `at_once` is the fingerprint of a problem whose message may be edited whatever was shown when.
        """
        if not self._channel:
            return
        async with self._turn:
            now = self._clock.now()
            if now < self._not_before:
                return
            for one in list(self._unkept.values()):
                if one.loud and one.ts is None and self._posts.may():
                    await self._post(one, now)
            if self._store.trouble:  # nobody could note what is shown, and it would be shown without end
                return
            async with self._store.read() as tx:
                waiting = await alerts.unshown(tx)
            for one in waiting:
                if not await self._show(one, now, forced=one.fingerprint == at_once):
                    return

    async def _show(self, one: Alert, now: datetime, *, forced: bool) -> bool:
        """Show one problem if it is its time; false when nothing more is to be sent now."""
        if posted := self._posted.get(one.fingerprint):  # the database did not take it then
            await self._settled(one, now, **posted)
            return True
        if one.ts is None or one.channel is None:
            if one.resolved_at:  # over before anybody was told
                await self._settled(one, now)
                return True
            if one.is_muted(now):
                return True
            return self._posts.may() and await self._post(one, now)
        pause = max(COUNTED, (now - one.first_at) / 10)  # the longer it lasts, the less a number more says
        counted = one.shown_at is not None and now - one.shown_at < pause
        if not (forced or one.resolved_at) and (counted or one.is_muted(now)):
            return True
        return self._edits.may() and await self._edit(one, one.channel, one.ts, now)

    async def _post(self, one: Alert, now: datetime) -> bool:
        message = mentioning(await self._message(one, now), self._mention)
        try:
            answer = await self._slack.chat_postMessage(channel=self._channel, **message.arguments)
        except NO_ANSWER as error:
            return self._failed(error, now)
        place = {"channel": str(answer["channel"]), "ts": str(answer["ts"])}
        if one.fingerprint in self._unkept:
            self._unkept[one.fingerprint] = dataclasses.replace(
                one, channel=place["channel"], ts=place["ts"], shown_at=now
            )
            return True
        self._posted[one.fingerprint] = place
        await self._settled(one, now, **place)
        return True

    async def _edit(self, one: Alert, channel: str, ts: str, now: datetime) -> bool:
        message = await self._message(one, now)
        try:
            await self._slack.chat_update(channel=channel, ts=ts, **message.arguments)
        except NO_ANSWER as error:
            if error_code(error) != "message_not_found":
                return self._failed(error, now)
            # Somebody deleted it: it comes again if it is not over.
            async with self._store.write() as tx:
                await alerts.change(tx, one.fingerprint, ts=None)
            return True
        await self._settled(one, now)
        return True

    def _failed(self, error: Exception, now: datetime) -> bool:
        log.warning("alert_failed", error=error_code(error))
        self._not_before = now + AFTER_FAILURE
        return False

    async def _settled(self, one: Alert, now: datetime, **message: str) -> None:
        async with self._store.write() as tx:
            await alerts.shown(tx, one, now, **message)
        self._posted.pop(one.fingerprint, None)

    async def _message(self, one: Alert, now: datetime) -> Message:
        kind = kind_of(one.code)
        return alert_message(self._t, self._data(one, kind, await self._people(kind), now))

    async def _people(self, kind: Kind) -> int:
        if kind.source != RUNS:
            return 0
        async with self._store.read() as tx:
            return await alerts.concerned(tx, kind.codes)

    def _data(self, one: Alert, kind: Kind, people: int, now: datetime) -> AlertData:
        muted = one.is_muted(now)
        return AlertData(
            fingerprint=one.fingerprint,
            kind=kind.name,
            code=one.code,
            about=one.about,
            count=one.count,
            people=people,
            first_at=one.first_at,
            last_at=one.last_at,
            resolved_at=one.resolved_at,
            muted_until=one.muted_until if muted else None,
            muted_by=one.muted_by or "",
            retry=kind.retry,
            runbook=page_of(kind, self._runbook),
        )

    async def digest(self) -> None:
        """Once a day tell of the problems that were not worth a message of their own; nothing if none was."""
        now = self._clock.now()
        async with self._store.read() as tx:
            last = await switches.get(tx, switches.DIGEST)
            if not self._channel or last is None or now - last.since < DIGEST or now < self._not_before:
                return
            small = [one for one in await alerts.small_since(tx, last.since) if not one.is_muted(now)]
            aside = await alerts.set_aside(tx)
        if small or aside:
            if not self._posts.may():
                return
            try:
                message = digest_message(self._t, [(one.code, one.count) for one in small], aside)
                await self._slack.chat_postMessage(channel=self._channel, **message.arguments)
            except NO_ANSWER as error:
                self._failed(error, now)
                return
        async with self._store.write() as tx:
            await switches.turn_off(tx, switches.DIGEST)
            await switches.turn_on(tx, switches.DIGEST, now)

    async def open_ones(self) -> list[Alert]:
        """Return the problems that are not over, small ones too, the oldest first."""
        async with self._store.read() as tx:
            return await alerts.open_ones(tx)

    async def find(self, name: str) -> Alert | None:
        """Return a problem by its fingerprint, unless it is over."""
        async with self._store.read() as tx:
            known = await alerts.get(tx, name)
        return known if known and known.resolved_at is None else None
