"""How questions end when they are not answered with yes, and what a click on one that is over is told."""

from __future__ import annotations

from bot.texts import Mrkdwn, Texts
from bot.views.help import note
from bot.views.kit import Message


def expired_message(t: Texts, command: str) -> Message:
    """Say that silence was a no; `command` (without /calsync) asks anew."""
    return note(t("prompt.expired", command=command))


def cancelled_message(t: Texts) -> Message:
    """Say that the answer was no."""
    return note(t("prompt.cancelled"))


def verdict_message(t: Texts, verdict: str) -> Message:
    """Say why a click did nothing."""
    return note(t(f"verdict.{verdict}"))


def elsewhere_message(t: Texts) -> Message:
    """Say that the question stands in the direct messages, to somebody who typed in another place."""
    return note(t("prompt.elsewhere"))


def until(t: Texts, moment: Mrkdwn) -> Mrkdwn:
    """Say when silence becomes a no."""
    return t("prompt.until", moment=moment)
