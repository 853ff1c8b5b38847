"""What resets and undos tell the person: how far they are, what came of them, what can be given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync.model import Side
from sync.reset.choice import Choice, Existing, Next
from sync.reset.scope import Named
from sync.store.jobs import Job


@dataclass(frozen=True)
class Progress:
    """How far a job is, counted in removals (one event on one side); `failed` ones are among the `done`."""

    done: int
    total: int
    failed: int


@dataclass(frozen=True)
class Failure:
    """One event that a job could not deal with on a side; `code` is one of `sync.errors`, or "broken".

    After an undo, "made_anew" is no failure but says that Google's event had to be made again, so that its
    guests' answers and its Meet link are new.
    """

    title: str
    side: Side
    code: str


@dataclass(frozen=True)
class Result:
    """What a job came to: `kind` is "reset" or "undo", `outcome` "done" or "cancelled".

    `removed` and `restored` count by side; `there` so many were in the calendar already, brought back by the
    sync or by somebody. `undo_until` (aware UTC) is None when there is nothing to undo. A reset whose
    `google_pending` is true takes Google's side as it is at the first sync after reconnecting.
    """

    job_id: int
    kind: str
    choice: Choice | None
    outcome: str
    removed: Mapping[Side, int]
    restored: Mapping[Side, int]
    failures: Sequence[Failure]
    undo_until: datetime | None
    there: int = 0
    google_pending: bool = False


@dataclass(frozen=True)
class Undoable:
    """A set of removals that can be given back: of a reset, or of the deletions that a run carried out.

    `kind` is "reset" or "run", `choice` None of a run, `by` who started the reset (a Slack user id) or "".
    `at` and `until` are aware UTC. A reset that deleted nothing can be undone, too: then `removed` is empty.
    """

    id: int
    at: datetime
    kind: str
    choice: Choice | None
    removed: Mapping[Side, int]
    by: str
    examples: Sequence[Named]
    until: datetime


@dataclass(frozen=True)
class UndoPreview:
    """What an undo would do: how many come back on each side, how many are `there` already.

    `lost` names what cannot be restored, each with its reason: "odoo_deleted" (somebody deleted it for good),
    "other_google_account" (it was in the calendar of an account that is not connected any more).
    `trouble` is "" or the code why Google cannot be asked.
    """

    undoable: Undoable
    restorable: Mapping[Side, int]
    there: int
    lost: Sequence[Failure]
    trouble: str


def choice_of(job: Job) -> Choice | None:
    """Return what was chosen, None of what is no reset."""
    return Choice(Existing(job.existing), Next(job.next)) if job.existing and job.next else None


__all__ = ["Failure", "Job", "Progress", "Result", "UndoPreview", "Undoable", "choice_of"]
