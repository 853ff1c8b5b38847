"""The status of one account: is it working, and if not, what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.changes import phrase, trouble
from bot.views.first_sync import look_button
from bot.views.held import held_buttons
from bot.views.key import KeyData, key_fact
from bot.views.kit import Block, Message, actions, beside, button, context, fields, message, section
from bot.views.pause import paused_state, resume_button
from bot.views.words import event_named
from sync.model import Side, Start
from sync.run import RESETTING
from sync.wishes import Direction, Kind

SHOWN = 10


@dataclasses.dataclass(frozen=True)
class ParkedItem:
    """An item that is set aside; `title` may be empty, `start` is None when it is not known.

    `address` is where the person can mend it, empty where waiting or trying again is all there is to do.
    """

    side: Side
    title: str
    start: Start | None
    reason: str
    address: str = ""


@dataclasses.dataclass(frozen=True)
class StatusData:
    """What status tells; times are aware UTC. `held` counts deletions that wait for the person's word.

    `direction`, `left_out` and `is_narrower` (than the installation's window) are what the person has chosen.
    """

    email: str
    login: str
    needs_reconnect: bool
    trouble: str | None
    synced_at: datetime | None
    next_run_at: datetime | None
    links: int
    changed_at: datetime | None
    counts: Mapping[str, int]
    parked: Sequence[ParkedItem]
    held: int
    now: datetime
    is_resetting: bool = False
    """Whether a reset or an undo is under way."""
    paused_at: datetime | None = None
    paused_by: str = ""
    """The administrator who paused it; empty when the person did."""
    direction: Direction = Direction.BOTH
    left_out: Collection[Kind] = ()
    is_narrower: bool = False
    not_started: bool = False
    """Connected, but the person has not let the first sync begin."""
    key: KeyData | None = None
    """The person's own key for Odoo, if there is one."""

    @property
    def stands(self) -> bool:
        """Whether no sync comes by itself, nor for the asking."""
        return self.needs_reconnect or self.is_resetting or self.paused_at is not None


def status_message(t: Texts, data: StatusData) -> Message:
    """Show an account's state, both accounts, last and next sync, what changed, and what is set aside."""
    lines = [_state(t, data), *(fact.replace("\n", ": ") for fact in _facts(t, data)), *_told(t, data)]
    lines += [line for line, _ in _aside(t, data)]
    if data.held:
        lines.append(t.plural("guard.question", data.held))
    return message(*status_blocks(t, data), text=lines)


def status_blocks(t: Texts, data: StatusData, *more: Block) -> list[Block]:
    """Return the same as blocks, for a message and for the Home tab, which has `more` buttons."""
    blocks = [section(_state(t, data)), fields(*_facts(t, data)), section("\n".join(_told(t, data)))]
    blocks += [beside(line, mend) if mend else section(line) for line, mend in _aside(t, data)]
    buttons = [button(ActionId.RESYNC, t.plain("button.resync"))]
    if data.is_resetting:
        buttons = []
    elif data.paused_at:
        buttons = [] if data.paused_by else [resume_button(t)]
    if data.needs_reconnect:
        buttons = [button(ActionId.CONNECT, t.plain("button.reconnect"), style="primary")]
    if data.not_started:
        buttons = [look_button(t)]
    if data.held:
        blocks.append(section(f"{t.plural('guard.question', data.held)} {t('guard.explain')}"))
        buttons = [*held_buttons(t, data.held), *buttons]
    blocks += [actions(*buttons, *more)] if buttons or more else []
    return [*blocks, context(t("status.freshness", moment=t.moment(data.now)))]


def _facts(t: Texts, data: StatusData) -> list[Mrkdwn]:
    facts = [
        t("status.google", email=data.email),
        t("status.odoo", login=data.login),
        t("status.last", moment=t.moment(data.synced_at)) if data.synced_at else t("status.never"),
    ]
    if data.next_run_at and not data.stands:
        facts.append(t("status.next", moment=t.moment(data.next_run_at)))
    return [*facts, *key_fact(t, data.key)]


def _told(t: Texts, data: StatusData) -> list[Mrkdwn]:
    lines = [t.plural("status.links", data.links)]
    if changes := phrase(data.counts, t):
        when = t.moment(data.changed_at or data.now)
        lines.append(t("status.changes", moment=when, changes=changes))
    if limits := _limits(t, data):
        lines.append(t("status.limited", limits=t.listed(limits)))
    return lines


def _limits(t: Texts, data: StatusData) -> list[Mrkdwn]:
    """Name what the person has chosen to leave out: otherwise a missing event looks like a fault."""
    limits = [] if data.direction is Direction.BOTH else [t(f"direction.{data.direction}")]
    left_out = [t(f"kind.{kind}") for kind in Kind if kind in data.left_out]
    limits += [t("status.without", kinds=kind) for kind in left_out]
    return [*limits, t("status.narrower")] if data.is_narrower else limits


def not_connected_message(t: Texts) -> Message:
    """Say that there is nothing to tell yet, with the way on."""
    lead = t("status.not_connected")
    connect = button(ActionId.CONNECT, t.plain("button.connect"), style="primary")
    return message(section(lead), actions(connect), text=[lead])


def _state(t: Texts, data: StatusData) -> Mrkdwn:
    if data.not_started:
        return t("status.preview")
    if data.needs_reconnect:
        return t("status.reconnect", trouble=trouble(data.trouble, t))
    if data.is_resetting:
        return trouble(RESETTING, t)
    if data.paused_at:
        return Mrkdwn(f"{paused_state(t, data.paused_at, data.paused_by)} {t('pause.kept')}")
    if data.trouble:
        return t("status.waiting", trouble=trouble(data.trouble, t))
    if not data.synced_at:
        return t("status.starting")
    return t("status.working_limited") if _limits(t, data) else t("status.working")


def _aside(t: Texts, data: StatusData) -> list[tuple[Mrkdwn, Block | None]]:
    """Return a line for what is set aside, each with the button that helps."""
    items = data.parked
    if not items:
        return []
    lines: list[tuple[Mrkdwn, Block | None]] = [(t.plural("status.parked", len(items)), None)]
    for number, item in enumerate(items[:SHOWN]):
        key = f"reason.{item.reason}"
        reason = t(key) if t.has(key) else trouble(item.reason, t)
        event = event_named(item.title, item.start, t)
        line = t("status.parked_item", title=event, side=t(f"side.{item.side}"), reason=reason)
        if item.address:
            label = t.plain("button.open_event", side=t(f"side.{item.side}"))
            mend = button(ActionId.OPEN_EVENT, label, value=str(number), url=item.address)
        elif data.stands:
            mend = None
        else:
            mend = button(ActionId.RESYNC, t.plain("button.try_again"), value=str(number))
        lines.append((line, mend))
    if len(items) > SHOWN:
        lines.append((t.plural("status.more", len(items) - SHOWN), None))
    return lines
