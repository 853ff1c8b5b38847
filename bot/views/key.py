"""A person's own key for Odoo: what it is good for, how it stands, and what is said when that changes."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.kit import Block, Message, actions, button, confirm, context, message, section


@dataclasses.dataclass(frozen=True)
class KeyData:
    """How a person's key stands; `ends_at` (aware UTC) is when Odoo ends it, None for never.

    `stopped` says that Odoo refuses it: nothing is kept of it then.
    """

    ends_at: datetime | None = None
    stopped: bool = False


def key_message(t: Texts, data: KeyData | None, *, url: str, login: str) -> Message:
    """Say how the key stands and how to make one, with the private link to enter it."""
    lines = [state(t, data), t("key.how", login=login), t("key.never_here")]
    enter = button(ActionId.OPEN_LINK, t.plain("button.enter_key"), url=url, style="primary")
    buttons = [enter, *([remove_button(t)] if data else [])]
    blocks = [section(lines[0]), section(lines[1]), actions(*buttons), context(lines[2])]
    return message(*blocks, text=lines)


def state(t: Texts, data: KeyData | None) -> Mrkdwn:
    """Say what becomes of private events."""
    if data is None:
        return t("key.none")
    if data.stopped:
        return t("key.stopped")
    return t("key.until", moment=t.moment(data.ends_at)) if data.ends_at else t("key.endless")


def key_blocks(t: Texts, data: KeyData | None) -> list[Block]:
    """Return the paragraph of the settings about the key, with its buttons."""
    label = t.plain("button.new_key") if data else t.plain("button.enter_key")
    buttons = [button(ActionId.KEY, label), *([remove_button(t)] if data else [])]
    return [section(f"{t('settings.key')}\n{state(t, data)}"), actions(*buttons)]


def key_fact(t: Texts, data: KeyData | None) -> list[Mrkdwn]:
    """Return what the status tells of the key, in short; nothing where there is none."""
    if data is None:
        return []
    if data.stopped:
        return [t("status.key_stopped")]
    return [t("status.key_until", moment=t.moment(data.ends_at)) if data.ends_at else t("status.key")]


def remove_button(t: Texts) -> Block:
    """Return the button that removes the key, after asking."""
    label = t.plain("button.remove_key")
    asks = (t.plain("key.remove_title"), t.plain("key.remove_text"), label, t.plain("key.remove_deny"))
    return button(ActionId.REMOVE_KEY, label, style="danger", confirm=confirm(*asks))


def removed_message(t: Texts) -> Message:
    """Say that the key is gone, and where it can still be removed."""
    return _with_way(t, t("key.removed"))


def no_key_message(t: Texts) -> Message:
    """Say that there is nothing to remove."""
    return _with_way(t, t("key.none"))


def entered_message(t: Texts, data: KeyData) -> Message:
    """Say that a key was entered: should it have been somebody else, the person hears of it."""
    lines = [t("key.entered"), state(t, data)]
    return message(section("\n".join(lines)), actions(remove_button(t)), text=lines)


def ends_message(t: Texts, ends_at: datetime) -> Message:
    """Say in time that a key ends."""
    return _with_way(t, t("key.ends", moment=t.moment(ends_at)))


def stopped_message(t: Texts) -> Message:
    """Say that a key has stopped working."""
    return _with_way(t, t("key.stopped"))


def _with_way(t: Texts, text: Mrkdwn) -> Message:
    return message(section(text), actions(button(ActionId.KEY, t.plain("button.new_key"))), text=[text])
