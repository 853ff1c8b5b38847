"""What a person can do here."""

from __future__ import annotations

from bot.texts import Texts
from bot.views.kit import Message, message, section


def help_message(t: Texts, commands: list[str], *, unknown: str = "", guess: str = "") -> Message:
    """List the commands; after an unknown word begin with what may have been meant."""
    lines = [t(f"help.{name}") for name in commands]
    blocks = [section(t("help.intro")), section("\n".join(lines))]
    first = []
    if unknown:
        key = "help.did_you_mean" if guess else "help.unknown"
        first = [t(key, word=unknown[:50], guess=guess)]
        blocks.insert(0, section(first[0]))
    return message(*blocks, text=[*first, t("help.intro"), *lines])


def note(text: str) -> Message:
    """Say one thing."""
    return message(section(text), text=[text])
