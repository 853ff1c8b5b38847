"""Examples of undoing, pausing, disconnecting, and of questions that ended."""

from __future__ import annotations

from bot.prompts import Verdict
from bot.views import disconnect, pause, prompt, status, undo
from sync.model import Side
from sync.reset import (
    UndoPreview,
)
from tests.unit.examples import Example
from tests.unit.examples.data import NOON, but
from tests.unit.examples.resetting import ENTRY, KEY, LOST, NOTHING, OF_ADMIN, OF_RUN


def verdict(one: Verdict) -> Example:
    """Return an example of why a click does nothing."""
    return Example(
        f"verdict {one}", prompt.verdict_message, lambda t: prompt.verdict_message(t, one), ["was done"]
    )


EXAMPLES = [
    Example(
        "undo list",
        undo.list_message,
        lambda t: undo.list_message(t, [ENTRY, OF_RUN, OF_ADMIN], "U1"),
        ["Reset (“Delete from both”", "Deleted by the sync: 3 events in Odoo", "By <@U0000000003>."],
    ),
    Example(
        "undo list empty", undo.list_message, lambda t: undo.list_message(t, [], "U1"), ["nothing to undo"]
    ),
    Example(
        "undo question",
        undo.ask_message,
        lambda t: undo.ask_message(
            t,
            KEY,
            UndoPreview(ENTRY, {Side.GOOGLE: 11, Side.ODOO: 1}, 1, LOST, "grant_dead"),
            reader="U1",
            expires=NOON,
        ),
        [
            "would bring back: 11 events in Google, 1 event in Odoo",
            "1 event was back already",
            "2 events cannot be brought back",
            "Old (Odoo): somebody deleted it for good",
            "cannot be brought back now",
        ],
    ),
    Example(
        "undo question of nothing",
        undo.ask_message,
        lambda t: undo.ask_message(
            t, KEY, UndoPreview(OF_ADMIN, NOTHING, 0, [], ""), reader="U1", expires=NOON
        ),
        ["would bring back no event"],
    ),
    Example(
        "paused",
        pause.paused_message,
        lambda t: pause.paused_message(t, NOON, by="", running=True),
        ["*Paused* since <!date", "deletions too", "still comes to its end"],
    ),
    Example(
        "paused by an admin",
        pause.paused_message,
        lambda t: pause.paused_message(t, NOON, by="U0000000003"),
        ["by <@U0000000003>"],
    ),
    Example("not paused", pause.not_paused_message, pause.not_paused_message, ["not paused"]),
    Example(
        "answer waits",
        pause.answer_waits_message,
        pause.answer_waits_message,
        ["carried out when you resume"],
    ),
    Example(
        "status paused",
        status.status_message,
        lambda t: status.status_message(t, but(paused_at=NOON)),
        ["*Paused* since <!date"],
    ),
    Example(
        "status paused by an admin",
        status.status_message,
        lambda t: status.status_message(t, but(paused_at=NOON, paused_by="U0000000003", held=3)),
        ["by <@U0000000003>"],
    ),
    Example(
        "disconnect",
        disconnect.ask_message,
        lambda t: disconnect.ask_message(t, KEY, email="a@example.com", forget=False, expires=NOON),
        ["a@example.com", "What stays: all events", "30 days", "--forget"],
    ),
    Example(
        "disconnect and forget",
        disconnect.ask_message,
        lambda t: disconnect.ask_message(t, KEY, email="a@example.com", forget=True, expires=NOON),
        ["everything that I keep of you"],
    ),
    Example(
        "forget",
        disconnect.ask_message,
        lambda t: disconnect.ask_message(t, KEY, email="", forget=True, expires=NOON),
        ["This erases what I keep of you"],
    ),
    Example(
        "disconnected",
        disconnect.ended_message,
        lambda t: disconnect.ended_message(t, told_google=False, forgotten=False),
        ["Disconnected", "myaccount.google.com"],
    ),
    Example(
        "forgotten",
        disconnect.ended_message,
        lambda t: disconnect.ended_message(t, told_google=True, forgotten=True),
        ["nothing about you"],
    ),
    Example(
        "disconnected state",
        disconnect.disconnected_message,
        lambda t: disconnect.disconnected_message(t, NOON),
        ["before <!date"],
    ),
    Example(
        "expired",
        prompt.expired_message,
        lambda t: prompt.expired_message(t, "reset"),
        ["nothing was done", "`/calsync reset`"],
    ),
    Example("cancelled", prompt.cancelled_message, prompt.cancelled_message, ["nothing was done"]),
    Example("elsewhere", prompt.elsewhere_message, prompt.elsewhere_message, ["direct messages"]),
    Example(
        "status resetting",
        status.status_message,
        lambda t: status.status_message(t, but(is_resetting=True)),
        ["being reset"],
    ),
    *(verdict(one) for one in Verdict),
]
