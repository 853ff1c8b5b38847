"""Resets and their undoing, as the bot calls them: preview, start, work until done, cancel, undo, sweep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sync.clock import Clock
from sync.google.side import GoogleSide
from sync.odoo.side import OdooSide
from sync.reset.choice import Choice
from sync.reset.report import Job, Progress, Result, Undoable, UndoPreview
from sync.reset.scope import Preview
from sync.run import Runner
from sync.store import Store

Tell = Callable[[Progress], Awaitable[None]]


class Resets:
    """All that an account's owner, or an administrator, can reset and undo."""

    def __init__(
        self, store: Store, google: GoogleSide, odoo: OdooSide, clock: Clock, runner: Runner
    ) -> None:
        self._store, self._google, self._odoo, self._clock = store, google, odoo, clock
        self._runner = runner

    async def preview(self, account_id: int, choice: Choice) -> Preview:
        """Return what a reset would do now; nothing is written.

        Raises:
            Busy: a job of the account is under way. SyncError: a side cannot be asked now.
        """
        raise NotImplementedError

    async def start(self, account_id: int, choice: Choice, *, by: str, reason: str = "") -> int:
        """Look at both sides, write down what is to be done, and return the job for `work`.

        `by` is the Slack user id of who confirmed it, `reason` an administrator's.

        Raises:
            NeedsReconnect: Google is to lose events, but the grant is dead. Busy: a job is under way.
            SyncError: a side cannot be asked now.
        """
        raise NotImplementedError

    async def work(self, job_id: int, tell: Tell) -> Result:
        """Work on a job until it is done or cancelled, telling its progress after each item.

        A side that cannot answer now is waited for. Of a job at its end, the result is returned at once.

        Raises:
            ValueError: there is no such job.
        """
        raise NotImplementedError

    async def cancel(self, account_id: int) -> bool:
        """Let the account's job stop after the item it is at; false when there is none under way."""
        raise NotImplementedError

    async def undoable(self, account_id: int) -> list[Undoable]:
        """Return what can be undone, newest first."""
        raise NotImplementedError

    async def undo_preview(self, account_id: int, undo_id: int) -> UndoPreview:
        """Return what an undo would give back now.

        Raises:
            Rejected: it cannot be undone any more (`nothing_to_undo`). SyncError: Odoo cannot be asked now.
        """
        raise NotImplementedError

    async def undo(self, account_id: int, undo_id: int, *, by: str) -> int:
        """Write down that a set of removals is to be given back, and return the job for `work`.

        Raises:
            Rejected: it cannot be undone any more (`nothing_to_undo`). Busy: a job is under way.
            NeedsReconnect: the grant is dead, and there is something to give back in Google.
        """
        raise NotImplementedError

    async def unfinished(self) -> list[Job]:
        """Return the jobs that are not at their end, to be gone on with at start-up."""
        raise NotImplementedError

    async def set_place(self, job_id: int, place: str) -> None:
        """Keep the bot's own note with a job, such as where its progress is shown."""
        raise NotImplementedError

    async def sweep(self) -> None:
        """Let go of what can be undone no longer: copies are erased, archived rows of Odoo deleted."""
        raise NotImplementedError
