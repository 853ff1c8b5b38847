"""The messages around connecting."""

from __future__ import annotations

from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.kit import Message, actions, button, context, message, section


def link_message(
    t: Texts, *, url: str, login: str, email: str | None, admins: str, then: str = ""
) -> Message:
    """Hand over the private link; `email` is the Google address connected so far, if any.

    `then` is the command that needs the connection, and is carried out once it stands.
    """
    lead = t("connect.already", email=email) if email else t("connect.ready", login=login)
    lines = [lead, t("connect.if_google_refuses", admins=admins)]
    blocks = [
        section(lead),
        actions(button(ActionId.OPEN_LINK, t.plain("button.open_link"), url=url, style="primary")),
        context(lines[1]),
    ]
    if then:
        first = t("status.not_connected")
        after = t("connect.then", line=then)
        lines[:1] = [first, lead, after]
        blocks[0] = section(f"{first} {lead} {after}")
    return message(*blocks, text=lines)


def refusal(t: Texts, text: str, *, then: str = "") -> Message:
    """Say why connecting is not possible, with a button to try again."""
    again = button(ActionId.CONNECT, t.plain("button.connect"), value=then)
    return message(section(text), actions(again), text=[text])


def connected_message(t: Texts, *, email: str, login: str) -> Message:
    """Say that the connection stands."""
    lead = t("connect.done", email=email, login=login)
    return message(section(lead), text=[lead])


def reconnect_message(t: Texts, text: str) -> Message:
    """Say that only this person can mend the connection."""
    again = button(ActionId.CONNECT, t.plain("button.reconnect"), style="primary")
    return message(section(text), actions(again), text=[text])
