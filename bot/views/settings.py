"""What a person can choose about the sync, in a message and on the Home tab alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from bot.texts import Mrkdwn, Texts, languages
from bot.views.actions import ActionId
from bot.views.key import KeyData, key_blocks, state
from bot.views.kit import Block, Message, actions, beside, button, checkboxes, message, section, select
from sync.wishes import Direction, Kind

ON, OFF = "on", "off"
"""What a switch's button asks for: a state, not its opposite, so that pressing it twice does no harm."""
ALL = "all"
"""The window that is as wide as the installation's."""
AUTOMATIC = "auto"
"""The language that Slack tells."""
PAST, FUTURE = (0, 7, 30, 90, 180, 365), (7, 30, 90, 180, 365, 730)
"""Windows to choose from, in days."""
MORNING = 8
"""When quiet hours end that begin without an end."""


@dataclasses.dataclass(frozen=True)
class Choices:
    """What a person has chosen: windows in days (None: all of the installation's), quiet hours of the clock.

    `language` is a language's code, "" for the one that Slack tells.
    """

    direction: Direction
    left_out: Collection[Kind]
    past: int | None
    future: int | None
    widest_past: int
    widest_future: int
    quiet_from: int | None
    quiet_until: int | None
    language: str
    makes_meet: bool
    key: KeyData | None = None


def settings_message(t: Texts, choices: Choices) -> Message:
    """Show each choice as it stands, with what changes it."""
    return message(*settings_blocks(t, choices), text=settings_lines(t, choices))


def settings_blocks(t: Texts, choices: Choices) -> list[Block]:
    """Return a paragraph for each choice, with its menu or button."""
    kinds = {kind.value: t.plain(f"kind.{kind}") for kind in Kind}
    wanted = [kind.value for kind in Kind if kind not in choices.left_out]
    directions = {one.value: t.plain(f"direction.{one}") for one in Direction}
    automatic = {AUTOMATIC: t.plain("settings.automatic")}
    off = {OFF: t.plain("settings.not_quiet")}
    hours = {str(hour): t.clock(hour) for hour in range(24)}
    label = t.plain("button.turn_off") if choices.makes_meet else t.plain("button.turn_on")
    quiet = [select(ActionId.SET_QUIET_FROM, off | hours, _hour(choices.quiet_from))]
    if choices.quiet_from is not None:
        until = MORNING if choices.quiet_until is None else choices.quiet_until
        quiet.append(select(ActionId.SET_QUIET_UNTIL, hours, str(until)))
    return [
        beside(t("settings.direction"), select(ActionId.SET_DIRECTION, directions, choices.direction)),
        beside(t("settings.kinds"), checkboxes(ActionId.SET_KINDS, kinds, wanted)),
        _window(t, t("settings.past"), ActionId.SET_PAST, PAST, choices.past, choices.widest_past),
        _window(t, t("settings.future"), ActionId.SET_FUTURE, FUTURE, choices.future, choices.widest_future),
        section(t("settings.quiet")),
        actions(*quiet),
        beside(
            t("settings.language"),
            select(ActionId.SET_LANGUAGE, automatic | languages(), choices.language or AUTOMATIC),
        ),
        beside(_meet(t, choices), button(ActionId.SET_MEET, label, value=OFF if choices.makes_meet else ON)),
        *key_blocks(t, choices.key),
    ]


def settings_lines(t: Texts, choices: Choices) -> list[Mrkdwn]:
    """Say how each choice stands, one a line."""
    wanted = [t(f"kind.{kind}") for kind in Kind if kind not in choices.left_out]
    quiet = t("settings.not_quiet")
    if choices.quiet_from is not None:
        until = MORNING if choices.quiet_until is None else choices.quiet_until
        quiet = t("settings.quiet_hours", start=t.clock(choices.quiet_from), end=t.clock(until))
    chosen = languages().get(choices.language)
    return [
        _stands(t, "settings.direction", t(f"direction.{choices.direction}")),
        _stands(t, "settings.kinds", t.listed(wanted) if wanted else t("value.none")),
        _stands(t, "settings.past", Mrkdwn(_days(t, choices.past, choices.widest_past))),
        _stands(t, "settings.future", Mrkdwn(_days(t, choices.future, choices.widest_future))),
        _stands(t, "settings.quiet", quiet),
        _stands(t, "settings.language", t.embed(chosen) if chosen else t("settings.automatic")),
        _meet(t, choices),
        _stands(t, "settings.key", state(t, choices.key)),
    ]


def _meet(t: Texts, choices: Choices) -> Mrkdwn:
    return t("settings.meet", state=t("settings.on") if choices.makes_meet else t("settings.off"))


def _stands(t: Texts, key: str, how: Mrkdwn) -> Mrkdwn:
    """Return the name of a choice, which is the first line of its paragraph, and how it stands."""
    return t("settings.stands", name=Mrkdwn(t(key).partition("\n")[0]), how=how)


def _window(
    t: Texts, text: Mrkdwn, action: ActionId, offered: Collection[int], chosen: int | None, widest: int
) -> Block:
    days = sorted({*(one for one in offered if one < widest), *([] if chosen is None else [chosen])})
    options = {str(one): _days(t, one, widest) for one in days if one < widest}
    held = ALL if chosen is None or chosen >= widest else str(chosen)
    return beside(text, select(action, options | {ALL: _days(t, None, widest)}, held))


def _days(t: Texts, days: int | None, widest: int) -> str:
    if days is None or days >= widest:
        return t.plural("settings.all_days", widest)
    return t.plural("settings.days", days)


def _hour(hour: int | None) -> str:
    return OFF if hour is None else str(hour)
