"""What a sync on demand says, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.texts import Texts
from bot.views.changes import phrase, trouble
from bot.views.help import note, way_on
from bot.views.kit import Message


def running_message(t: Texts) -> Message:
    """Say that it is under way."""
    return note(t("resync.running"))


def result_message(t: Texts, code: str, counts: Mapping[str, int]) -> Message:
    """Say what came of it."""
    if code != "ok":
        return way_on(t, t("resync.failed", trouble=trouble(code, t)))
    changes = phrase(counts, t)
    return note(t("resync.done", changes=changes) if changes else t("resync.quiet"))


def too_soon_message(t: Texts, again_at: datetime) -> Message:
    """Say when it is possible again."""
    return way_on(t, t("resync.too_soon", moment=t.moment(again_at)))
