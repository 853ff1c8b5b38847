"""The question about a database that went back in time or is another one."""

from __future__ import annotations

from datetime import datetime

from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.kit import Message, actions, button, confirm, message, section


def database_message(t: Texts, code: str, since: datetime) -> Message:
    """Ask the administrators whether the database is to be used as it is; `since` is aware."""
    lead = t("alert.trouble", moment=t.moment(since), trouble=trouble(code, t))
    explain = t("database.explain")
    dialog = confirm(
        t.plain("database.confirm_title"),
        t.plain("database.confirm_text"),
        t.plain("button.use_database"),
        t.plain("guard.confirm_deny"),
    )
    use = button(ActionId.USE_DATABASE, t.plain("button.use_database"), style="danger", confirm=dialog)
    return message(section(f"{lead}\n{explain}"), actions(use), text=[lead, explain])
