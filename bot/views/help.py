"""What a person can do here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.kit import Block, Message, actions, button, message, section


def help_message(
    t: Texts, commands: Sequence[str], *, connected: bool, admins: str, unknown: str = "", guess: str = ""
) -> Message:
    """List the commands that this person may use now; after an unknown word begin with what may be meant.

    `guess` is a command line as it is typed after /calsync.
    """
    lines = [t("help.intro"), *(t(f"help.{name}") for name in commands), t("help.admins", admins=admins)]
    blocks = [section(lines[0]), section("\n".join(lines[1:]))]
    buttons = [] if connected else [button(ActionId.CONNECT, t.plain("button.connect"), style="primary")]
    if unknown:
        wrong = _unknown(t, unknown, guess)
        lines.insert(0, wrong)
        blocks.insert(0, section(wrong))
        if guess:
            buttons.insert(0, button(ActionId.RUN, t.plain("button.do_that"), value=guess))
    return message(*blocks, *([actions(*buttons)] if buttons else []), text=lines)


def guess_message(t: Texts, unknown: str, guess: str) -> Message:
    """Ask whether a word of a command was meant to be another one."""
    meant = button(ActionId.RUN, t.plain("button.do_that"), value=guess)
    text = _unknown(t, unknown, guess)
    return message(section(text), actions(meant), text=[text])


def note(text: str) -> Message:
    """Say one thing."""
    return message(section(text), text=[text])


def way_on(t: Texts, text: str) -> Message:
    """Say one thing that ends what the person was about, with the button that shows how things stand."""
    return message(section(text), actions(status_button(t)), text=[text])


def status_button(t: Texts) -> Block:
    """Return the button that shows the status."""
    return button(ActionId.STATUS, t.plain("button.status"))


def _unknown(t: Texts, word: str, guess: str) -> Mrkdwn:
    return t("help.did_you_mean" if guess else "help.unknown", word=word[:50], guess=guess)
