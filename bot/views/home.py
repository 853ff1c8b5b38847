"""The Home tab: the status, what came of the last button, and the settings."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.kit import Block, Home, Message, actions, button, context, section
from bot.views.settings import Choices, settings_blocks
from bot.views.status import StatusData, status_blocks

NOTICE = 50
"""How many blocks of a notice are shown, which is what a message may have."""


def home_view(t: Texts, data: StatusData, choices: Choices, *, notice: Sequence[Block] = ()) -> Home:
    """Show a connected person how things stand; `notice` is what the button pressed last has to say."""
    history = button(ActionId.RUN, t.plain("button.history"), value="history")
    blocks = [*_noted(notice), *status_blocks(t, data, history)]
    return Home([*blocks, DIVIDER, _header(t.plain("home.settings")), *settings_blocks(t, choices)])


def welcome_view(t: Texts, *, notice: Sequence[Block] = ()) -> Home:
    """Show somebody who is not connected what calsync does, and the way on."""
    connect = button(ActionId.CONNECT, t.plain("button.connect"), style="primary")
    lines = section(f"{t('help.intro')}\n{t('status.not_connected')}")
    return Home([*_noted(notice), lines, actions(connect), context(t("home.privacy"))])


def ended_view(ended: Message, *, notice: Sequence[Block] = ()) -> Home:
    """Show somebody who has disconnected what `ended` says, with the way back."""
    return Home([*_noted(notice), *ended.blocks])


def unavailable_view(text: Mrkdwn) -> Home:
    """Say why there is nothing to show."""
    return Home([section(text)])


DIVIDER: Block = {"type": "divider"}


def _noted(notice: Sequence[Block]) -> list[Block]:
    """Return what a button has to say, above a line; the Home tab's own button stays the primary one."""
    if not notice:
        return []
    return [*(_unstressed(block) for block in notice[:NOTICE]), DIVIDER]


def _unstressed(block: Block) -> Block:
    if block["type"] != "actions":
        return block
    elements = [
        {key: value for key, value in one.items() if (key, value) != ("style", "primary")}
        for one in block["elements"]
    ]
    return {**block, "elements": elements}


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}
