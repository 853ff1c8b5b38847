"""What ending a connection says: before, with what stays and what goes, and after."""

from __future__ import annotations

from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.kit import Message, actions, button, confirm, context, message, section
from bot.views.prompt import until


def ask_message(t: Texts, key: str, *, email: str, forget: bool, expires: datetime) -> Message:
    """Say what stays and what goes, and ask; `key` names the question, `forget` erases everything."""
    lead = t("disconnect.lead", email=email) if email else t("disconnect.lead_forget")
    stays = t("disconnect.stays")
    goes = t("disconnect.goes_all") if forget else t("disconnect.goes")
    label = t.plain("button.forget") if forget else t.plain("button.disconnect")
    text = t.plain("disconnect.confirm_forget") if forget else t.plain("disconnect.confirm_text")
    dialog = confirm(t.plain("disconnect.confirm_title"), text, label, t.plain("disconnect.confirm_deny"))
    yes = button(ActionId.CONFIRM_DISCONNECT, label, value=key, style="danger", confirm=dialog)
    no = button(ActionId.CANCEL_PROMPT, t.plain("button.cancel"), value=key)
    rest = until(t, t.moment(expires))
    lines = [lead, stays, goes]
    return message(section("\n".join(lines)), actions(yes, no), context(rest), text=[*lines, rest])


def ended_message(t: Texts, *, told_google: bool, forgotten: bool) -> Message:
    """Say that it is done, and what is left to do if Google could not be told."""
    lines: list[Mrkdwn] = [t("disconnect.forgotten") if forgotten else t("disconnect.done")]
    if not told_google:
        lines.append(t("disconnect.google_unreachable"))
    connect = button(ActionId.CONNECT, t.plain("button.connect"))
    return message(section("\n".join(lines)), actions(connect), text=lines)


def disconnected_message(t: Texts, ends: datetime) -> Message:
    """Say that the account is disconnected, and until when connecting again goes on where it stood."""
    lead = t("disconnect.state", moment=t.moment(ends))
    connect = button(ActionId.CONNECT, t.plain("button.connect"), style="primary")
    return message(section(lead), actions(connect), text=[lead])
