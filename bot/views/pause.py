"""What pausing and resuming say."""

from __future__ import annotations

from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.help import note
from bot.views.kit import Block, Message, actions, button, message, section


def paused_message(t: Texts, since: datetime, *, by: str, running: bool = False) -> Message:
    """Say that nothing is synced, since when and what becomes of changes; `by` is an administrator, or empty.

    `running` tells that a sync under way still comes to its end.
    """
    lines = [paused_state(t, since, by), t("pause.kept")]
    if running:
        lines.append(t("pause.running"))
    blocks: list[Block] = [section("\n".join(lines))]
    if not by:
        blocks.append(actions(resume_button(t)))
    return message(*blocks, text=lines)


def paused_state(t: Texts, since: datetime, by: str) -> Mrkdwn:
    """Say since when it is paused, and by whom if that is somebody else than the reader."""
    if by:
        return t("pause.by_admin", moment=t.moment(since), admin=Mrkdwn(f"<@{by}>"))
    return t("pause.since", moment=t.moment(since))


def resume_button(t: Texts) -> Block:
    """Return the button that ends the pause."""
    return button(ActionId.RESUME, t.plain("button.resume"))


def not_paused_message(t: Texts) -> Message:
    """Say that there is nothing to resume."""
    return note(t("pause.not_paused"))


def answer_waits_message(t: Texts) -> Message:
    """Say that an answer is noted and is carried out when the pause ends."""
    text = t("pause.answer_waits")
    return message(section(text), actions(resume_button(t)), text=[text])
