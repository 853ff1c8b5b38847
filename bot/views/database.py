"""The question about a database that went back in time or is another one."""

from __future__ import annotations

from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.kit import Block, button, confirm


def database_button(t: Texts) -> Block:
    """Return the button by which administrators say that the database is to be used as it is."""
    dialog = confirm(
        t.plain("database.confirm_title"),
        t.plain("database.confirm_text"),
        t.plain("button.use_database"),
        t.plain("guard.confirm_deny"),
    )
    return button(ActionId.USE_DATABASE, t.plain("button.use_database"), style="danger", confirm=dialog)
