"""The question about deletions in suspicious numbers."""

from __future__ import annotations

from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.kit import Block, Message, actions, button, confirm, message, section


def held_message(t: Texts, number: int) -> Message:
    """Ask the person what to do with deletions that wait."""
    question, explain = t.plural("guard.question", number), t("guard.explain")
    row = actions(*held_buttons(t, number))
    return message(section(f"{question}\n{explain}"), row, text=[question, explain])


def held_buttons(t: Texts, number: int) -> list[Block]:
    """Return the answers; the destructive one asks once more, a pause leaves the question open."""
    dialog = confirm(
        t.plain("guard.confirm_title"),
        t.plural("guard.confirm_text", number),
        t.plain("button.delete_them"),
        t.plain("guard.confirm_deny"),
    )
    return [
        button(ActionId.RESTORE_HELD, t.plain("button.bring_back")),
        button(ActionId.DELETE_HELD, t.plain("button.delete_them"), style="danger", confirm=dialog),
        button(ActionId.PAUSE, t.plain("button.pause")),
    ]
