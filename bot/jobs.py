"""Resets and undos at work: in the background, shown in place, gone on with after a restart."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import People, texts_of
from bot.prompts import AGAIN, Kind, Prompts
from bot.slack import NO_ANSWER, error_code
from bot.texts import Texts
from bot.views import job as views
from bot.views.kit import Message
from sync.clock import Clock
from sync.errors import SyncError
from sync.reset import Progress, Resets, Result, Stopped
from sync.store import Store, accounts
from sync.store.prompts import Prompt
from sync.timer import Timer

PATIENCE = 5.0
"""Seconds that jobs get at the end of the process to come to a point between two events."""
PACE = 3.0
"""Seconds between two changes of a message: Slack takes about fifty a minute of the whole app."""

log = structlog.get_logger()

Start = Callable[[], Awaitable[int]]
"""Writes down what is to be done, and returns the number of the job."""


class Jobs:
    """Carries out what was confirmed; a question is in state WORKING until the end of its job is told."""

    def __init__(
        self,
        prompts: Prompts,
        resets: Resets,
        timer: Timer,
        slack: AsyncWebClient,
        people: People,
        store: Store,
        clock: Clock,
    ) -> None:
        self._prompts, self._resets, self._timer = prompts, resets, timer
        self._slack, self._people, self._store, self._clock = slack, people, store, clock
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Go on with what a restart interrupted; at the end stop where it can be gone on with."""
        await self._resume()
        try:
            yield
        finally:
            await self._wind_down()

    async def _wind_down(self) -> None:
        self._over.set()
        self._resets.end()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=PATIENCE)
            for task in late:  # what they are at has its intent
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def begin(self, asked: Prompt, start: Start) -> None:
        """Carry out what a question (in state WORKING) was about; the next start tells if none began."""
        if self._over.is_set():
            return
        self._spawn(self._begin(asked, start))

    async def cancel(self, asked: Prompt) -> bool:
        """Let a job stop after the event that it is at; false when it is over."""
        return await self._resets.cancel(asked.account_id)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._guarded(work), name="job")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Stopped:
            pass
        except Exception:
            log.exception("job_lost")  # the next start goes on with it

    async def _resume(self) -> None:
        unfinished = {one.id: one for one in await self._resets.unfinished()}
        for asked in await self._prompts.working():
            job_id = asked.content.get("job")
            if job_id is None:  # the end came between writing the job down and noting its number
                mine = [one.id for one in unfinished.values() if one.account_id == asked.account_id]
                job_id = mine[0] if mine else None
            if job_id is None:
                self._spawn(self._end(asked, views.interrupted_message))
            else:
                unfinished.pop(job_id, None)
                self._spawn(self._work(asked, job_id))
        for job_id in unfinished:
            self._spawn(self._work_unseen(job_id))

    async def _begin(self, asked: Prompt, start: Start) -> None:
        await self._show(asked, views.starting_message)
        try:
            job_id = await start()
        except Exception as error:
            code = error.code if isinstance(error, SyncError) else "broken"
            if code == "broken":
                log.exception("job_broke")
            await self._end(asked, lambda t: views.not_begun_message(t, code))
            return
        await self._resets.set_place(job_id, asked.id)
        await self._work(await self._prompts.note(asked, job=job_id), job_id)

    async def _work_unseen(self, job_id: int) -> None:
        async def tell(_: Progress) -> None:
            """Nobody looks on: the message of this job is lost."""

        await self._result(job_id, tell)

    async def _work(self, asked: Prompt, job_id: int) -> None:
        told = _Told(self, asked)
        showing = asyncio.create_task(told.show(self._clock))
        try:
            result = await self._result(job_id, told.tell)
            told.end()
            await showing  # nothing that is on its way to Slack may arrive after the end
        finally:
            showing.cancel()
        await self._ended(asked, result)

    async def _result(self, job_id: int, tell: Callable[[Progress], Awaitable[None]]) -> Result:
        """Work until the end; should it break, all that is recorded goes on a little later."""
        while True:
            try:
                return await self._resets.work(job_id, tell)
            except (Stopped, ValueError):  # the person was erased, and the job with all else
                raise
            except Exception:
                log.exception("job_broke", job=job_id)
                await self._again()

    async def _ended(self, asked: Prompt, result: Result) -> None:
        undo = await self._undo_of(asked.account_id, result)
        async with self._store.read() as tx:
            account = await accounts.get(tx, asked.account_id)
        whose = ""
        if account and asked.kind == Kind.ADMIN_RESET:
            whose = account.odoo_login
            admin, reason = asked.slack_user_id, str(asked.content.get("reason", ""))
            t = await self._texts(account.team_id, account.slack_user_id)
            told = views.told_message(t, result, admin=admin, reason=reason, undo=undo)
            with contextlib.suppress(*NO_ANSWER):  # somebody who left Slack cannot be told
                await self._slack.chat_postMessage(channel=account.slack_user_id, **told.arguments)
        shown = undo if not whose else None
        self._timer.call(asked.account_id)
        await self._end(asked, lambda t: views.result_message(t, result, undo=shown, whose=whose))

    async def _undo_of(self, account_id: int, result: Result) -> int | None:
        if result.kind != "reset":
            return None
        possible = [one.id for one in await self._resets.undoable(account_id) if one.id == result.job_id]
        return possible[0] if possible else None

    async def _end(self, asked: Prompt, draw: Callable[[Texts], Message]) -> None:
        """Show the end, however often Slack has to be asked; a restart meanwhile shows it, too."""
        while not await self._show(asked, draw):
            await self._again()
        await self._prompts.finish(asked)

    async def _again(self) -> None:
        """Wait until something is worth another try; the next start does it if the process ends."""
        if await self._clock.wait(self._over, AGAIN):
            raise Stopped

    async def _show(self, asked: Prompt, draw: Callable[[Texts], Message]) -> bool:
        """Show something in place; false when Slack does not take it: the work goes on in any case."""
        message = draw(await self._texts(asked.team_id, asked.slack_user_id))
        try:
            await self._prompts.show(asked, message)
        except NO_ANSWER as error:
            log.warning("telling_failed", error=error_code(error))
            return False
        return True

    async def show_progress(self, asked: Prompt, progress: Progress) -> None:
        """Show how far the job of a question is."""
        kind = "undo" if asked.kind == Kind.UNDO else "reset"
        await self._show(asked, lambda t: views.progress_message(t, asked.id, kind, progress))

    async def _texts(self, team_id: str, user_id: str) -> Texts:
        try:
            return await texts_of(self._people, self._store, team_id, user_id)
        except NO_ANSWER:
            return Texts()


@dataclasses.dataclass
class _Told:
    """The latest progress of one job; it is shown beside the work, which never waits for Slack."""

    jobs: Jobs
    asked: Prompt
    latest: Progress | None = None
    news: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    over: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    async def tell(self, progress: Progress) -> None:
        self.latest = progress
        self.news.set()

    def end(self) -> None:
        self.over.set()
        self.news.set()

    async def show(self, clock: Clock) -> None:
        while True:
            await self.news.wait()
            if self.over.is_set() or self.latest is None:
                return
            self.news.clear()
            await self.jobs.show_progress(self.asked, self.latest)
            await clock.wait(self.over, PACE)
