"""Examples of what resets, undos, pauses and the end of a connection tell."""

from __future__ import annotations

import dataclasses
from typing import Any

from bot.texts import Texts
from bot.views import job, reset
from bot.views.kit import Message
from sync.model import Side
from sync.reset import (
    Choice,
    Existing,
    Failure,
    Named,
    Next,
    Preview,
    Progress,
    Result,
    Undoable,
)
from tests.unit.examples import Example
from tests.unit.examples.data import NOON

KEY = "k3y"
NOTHING = {Side.GOOGLE: 0, Side.ODOO: 0}
BOTH_NEW, LEAVE_ALL = Choice(Existing.BOTH, Next.NEW), Choice(Existing.LEAVE, Next.ALL)
LUNCH, HOLIDAY = Named("Lunch <with> Bob", NOON), Named("Holiday", NOON.date())

PREVIEW = Preview(
    BOTH_NEW,
    deleted={Side.GOOGLE: 12, Side.ODOO: 1},
    examples={Side.GOOGLE: [LUNCH, HOLIDAY], Side.ODOO: [LUNCH]},
    series={Side.GOOGLE: 2, Side.ODOO: 0},
    stays={"guest": 3, "not_linked": 1, "brand_new": 2},
    guests=3,
    guests_examples=["bob@example.com", "carol@example.com"],
    seconds=240,
    left_alone={Side.GOOGLE: 4, Side.ODOO: 0},
)
NO_LOSS = Preview(LEAVE_ALL, NOTHING, {}, NOTHING, {}, 0, [], 0, NOTHING)
RESULT = Result(7, "reset", BOTH_NEW, "done", {Side.GOOGLE: 12, Side.ODOO: 1}, NOTHING, [], NOON)
FAILURES = [
    Failure("Lunch <with> Bob", Side.GOOGLE, "google_refuses"),
    Failure("", Side.ODOO, "odoo_trouble"),
    Failure("Planning", Side.GOOGLE, "made_anew"),
]
UNDONE = Result(8, "undo", None, "done", NOTHING, {Side.GOOGLE: 11, Side.ODOO: 0}, FAILURES, None, there=1)
ENTRY = Undoable(7, NOON, "reset", BOTH_NEW, {Side.GOOGLE: 12, Side.ODOO: 1}, "U1", [LUNCH], NOON)
OF_RUN = Undoable(6, NOON, "run", None, {Side.ODOO: 3}, "", [HOLIDAY], NOON)
OF_ADMIN = dataclasses.replace(ENTRY, id=5, by="U0000000003", choice=LEAVE_ALL, removed=NOTHING, examples=[])
LOST = [Failure("Old", Side.ODOO, "odoo_deleted"), Failure("Older", Side.GOOGLE, "other_google_account")]


def chooser(t: Texts, choice: Choice = BOTH_NEW, **more: Any) -> Message:
    """Return the choice with some changes."""
    options: dict[str, Any] = {"whose": "", "expires": NOON} | more
    return reset.chooser_message(t, KEY, choice, **options)


def shown(t: Texts, preview: Preview = PREVIEW, whose: str = "") -> Message:
    """Return what a reset would do."""
    return reset.preview_message(t, KEY, preview, whose=whose, expires=NOON)


EXAMPLES = [
    Example(
        "chooser",
        reset.chooser_message,
        chooser,
        ["Nothing is done yet", "*Delete from both*", "*Synchronize only new events*"],
    ),
    Example(
        "chooser for an admin",
        reset.chooser_message,
        lambda t: chooser(t, whose="alice"),
        ["Reset the sync of alice"],
    ),
    Example(
        "chooser with a dead grant",
        reset.chooser_message,
        lambda t: chooser(t, LEAVE_ALL, google_trouble="grant_dead"),
        ["nothing can be deleted there", "*Leave them untouched*"],
    ),
    Example(
        "chooser after trouble",
        reset.chooser_message,
        lambda t: chooser(t, problem="odoo_unreachable"),
        ["I cannot tell what would happen"],
    ),
    Example("looking", reset.looking_message, reset.looking_message, ["Looking"]),
    Example(
        "preview",
        reset.preview_message,
        shown,
        [
            "12 events in Google, 1 event in Odoo",
            "Lunch &lt;with&gt; Bob, <!date",
            "Holiday, Mar 2, 2026 (Google)",
            "and 10 more",
            "2 of those in Google are series",
            "3 meetings of colleagues stay",
            "2 other events stay",
            "3 guests are invited to these meetings and get no mail. Among them: bob@example.com",
            "4 events that are in Google only",
            "about 4 minutes",
            "undo it for 14 days",
        ],
    ),
    Example(
        "preview for an admin",
        reset.preview_message,
        lambda t: shown(t, whose="alice"),
        ["A reset of alice would delete: 12 events in Google"],
    ),
    Example(
        "preview that deletes nothing",
        reset.preview_message,
        lambda t: shown(t, NO_LOSS),
        ["would delete nothing", "compared anew"],
    ),
    Example(
        "preview with a dead grant",
        reset.preview_message,
        lambda t: shown(
            t, dataclasses.replace(NO_LOSS, choice=Choice(Existing.LEAVE, Next.NEW), trouble="grant_dead")
        ),
        ["when you have connected again"],
    ),
    Example("starting", job.starting_message, job.starting_message, ["Starting"]),
    Example(
        "progress",
        job.progress_message,
        lambda t: job.progress_message(t, KEY, "reset", Progress(12, 40, 2)),
        ["12 of 40", "2 events could not"],
    ),
    Example(
        "progress of an undo",
        job.progress_message,
        lambda t: job.progress_message(t, KEY, "undo", Progress(0, 1, 0)),
        ["Undoing: 0 of 1"],
    ),
    Example("stopping", job.stopping_message, job.stopping_message, ["Stopping"]),
    Example("busy", job.busy_message, job.busy_message, ["under way"]),
    Example(
        "interrupted",
        job.interrupted_message,
        job.interrupted_message,
        ["before anything was done"],
    ),
    Example(
        "not begun",
        job.not_begun_message,
        lambda t: job.not_begun_message(t, "odoo_unreachable"),
        ["Nothing was done. Odoo cannot be reached"],
    ),
    Example(
        "not begun, dead grant",
        job.not_begun_message,
        lambda t: job.not_begun_message(t, "grant_dead"),
        ["Nothing was done", "Connect again"],
    ),
    Example(
        "result",
        job.result_message,
        lambda t: job.result_message(t, RESULT, undo=7),
        ["Deleted: 12 events in Google, 1 event in Odoo", "“Delete from both”", "undone until <!date"],
    ),
    Example(
        "result for an admin",
        job.result_message,
        lambda t: job.result_message(t, dataclasses.replace(RESULT, failures=FAILURES), whose="alice"),
        ["*alice*", "2 events could not be dealt with", "an event without a title (Google)"],
    ),
    Example(
        "result of nothing",
        job.result_message,
        lambda t: job.result_message(t, dataclasses.replace(RESULT, choice=LEAVE_ALL, removed=NOTHING)),
        ["No event was deleted"],
    ),
    Example(
        "result cancelled",
        job.result_message,
        lambda t: job.result_message(t, dataclasses.replace(RESULT, outcome="cancelled"), undo=7),
        ["*Cancelled.* Deleted before that: 12", "was not carried out"],
    ),
    Example(
        "result of an undo",
        job.result_message,
        lambda t: job.result_message(t, UNDONE),
        [
            "Brought back: 11 events in Google",
            "1 event was back already",
            "2 events could not be dealt with",
            "1 event had to be made anew",
        ],
    ),
    Example(
        "undo cancelled",
        job.result_message,
        lambda t: job.result_message(t, dataclasses.replace(UNDONE, outcome="cancelled", restored=NOTHING)),
        ["*Cancelled.* No event was brought back."],
    ),
    Example(
        "told by an admin",
        job.told_message,
        lambda t: job.told_message(t, RESULT, admin="U0000000003", reason="<!here> a mess", undo=7),
        ["<@U0000000003> reset your calendar sync", "&lt;!here&gt; a mess", "Deleted: 12"],
    ),
]
