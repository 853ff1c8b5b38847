"""The messages around connecting."""

from __future__ import annotations

from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.kit import Message, actions, button, context, message, section


def link_message(t: Texts, *, url: str, login: str, email: str | None, admins: str) -> Message:
    """Hand over the private link; `email` is the Google address connected so far, if any."""
    lead = t("connect.already", email=email) if email else t("connect.ready", login=login)
    caveat = t("connect.if_google_refuses", admins=admins)
    link = button(ActionId.OPEN_LINK, t.plain("button.open_link"), url=url, style="primary")
    return message(section(lead), actions(link), context(caveat), text=[lead, caveat])


def refusal(t: Texts, text: str) -> Message:
    """Say why connecting is not possible, with a button to try again."""
    again = button(ActionId.CONNECT, t.plain("button.connect"))
    return message(section(text), actions(again), text=[text])


def connected_message(t: Texts, *, email: str, login: str) -> Message:
    """Say that the connection stands."""
    lead = t("connect.done", email=email, login=login)
    return message(section(lead), text=[lead])


def reconnect_message(t: Texts, text: str) -> Message:
    """Say that only this person can mend the connection."""
    again = button(ActionId.CONNECT, t.plain("button.reconnect"), style="primary")
    return message(section(text), actions(again), text=[text])


def code_message(t: Texts, *, minutes: int, id_hash: str) -> Message:
    """Ask for the code that the browser shows; whose account was chosen there stays there."""
    lead, warning = t.plural("connect.code_wanted", minutes), t("connect.code_warning")
    cancel = button(ActionId.CANCEL, t.plain("button.cancel_connect"), value=id_hash)
    return message(section(lead), context(warning), actions(cancel), text=[lead, warning])


def not_finished_message(t: Texts, admins: str, *, consented: bool) -> Message:
    """Say that a link's time is over; who did not come back from Google may have met an error there."""
    lead = t("connect.code_expired") if consented else t("connect.not_finished")
    again = button(ActionId.CONNECT, t.plain("button.connect"), style="primary")
    blocks, text = [section(lead), actions(again)], [lead]
    if not consented:
        caveat = t("connect.if_google_refuses", admins=admins)
        blocks.append(context(caveat))
        text.append(caveat)
    return message(*blocks, text=text)
