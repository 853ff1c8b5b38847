"""What a person can choose about the sync."""

from __future__ import annotations

from bot.texts import Texts
from bot.views.actions import ActionId
from bot.views.kit import Message, button, message, section

ON, OFF = "on", "off"
"""What a switch's button asks for: a state, not its opposite, so that pressing it twice does no harm."""


def settings_message(t: Texts, *, makes_meet: bool) -> Message:
    """Show each choice as it stands, with what changes it."""
    meet = t("settings.meet", state=t("settings.on") if makes_meet else t("settings.off"))
    label = t.plain("button.turn_off") if makes_meet else t.plain("button.turn_on")
    block = section(meet)
    block["accessory"] = button(ActionId.SET_MEET, label, value=OFF if makes_meet else ON)
    return message(block, text=[meet])
