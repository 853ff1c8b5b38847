"""The status of one account: is it working, and if not, what to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.texts import Mrkdwn, Texts, moment
from bot.views.actions import ActionId
from bot.views.changes import phrase, trouble
from bot.views.held import held_buttons
from bot.views.kit import Block, Message, actions, button, context, fields, message, paragraphs, section
from bot.views.pause import paused_state, resume_button
from sync.model import Side

SHOWN = 10


@dataclasses.dataclass(frozen=True)
class ParkedItem:
    """An item that is set aside; `title` may be empty, `starts` is as the side writes it."""

    side: Side
    title: str
    starts: str
    reason: str


@dataclasses.dataclass(frozen=True)
class StatusData:
    """What status tells; times are aware UTC. `held` counts deletions that wait for the person's word."""

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
    paused_at: datetime | None = None
    paused_by: str = ""
    """The administrator who paused it; empty when the person did."""


def status_message(t: Texts, data: StatusData) -> Message:
    """Show an account's state, both accounts, last and next sync, what changed, and what is set aside."""
    state = _state(t, data)
    facts = [
        t("status.google", email=data.email),
        t("status.odoo", login=data.login),
        t("status.last", moment=moment(data.synced_at)) if data.synced_at else t("status.never"),
    ]
    if data.next_run_at and not data.needs_reconnect and not data.paused_at:
        facts.append(t("status.next", moment=moment(data.next_run_at)))
    lines = [t.plural("status.links", data.links)]
    if changes := phrase(data.counts, t):
        when = moment(data.changed_at or data.now)
        lines.append(t("status.changes", moment=when, changes=changes))
    blocks: list[Block] = [section(state), fields(*facts), section("\n".join(lines))]
    aside = _aside(t, data.parked)
    if aside:
        blocks += paragraphs(aside)
    buttons = [button(ActionId.RESYNC, t.plain("button.resync"))]
    if data.paused_at:
        buttons = [] if data.paused_by else [resume_button(t)]
    if data.needs_reconnect:
        buttons = [button(ActionId.CONNECT, t.plain("button.reconnect"), style="primary")]
    if data.held:
        question = t.plural("guard.question", data.held)
        blocks.append(section(f"{question} {t('guard.explain')}"))
        aside.append(question)
        buttons = [*held_buttons(t, data.held), *buttons]
    if buttons:
        blocks.append(actions(*buttons))
    blocks.append(context(t("status.freshness", moment=moment(data.now))))
    return message(*blocks, text=[state, *(fact.replace("\n", ": ") for fact in facts), *lines, *aside])


def not_connected_message(t: Texts) -> Message:
    """Say that there is nothing to tell yet, with the way on."""
    lead = t("status.not_connected")
    connect = button(ActionId.CONNECT, t.plain("button.connect"), style="primary")
    return message(section(lead), actions(connect), text=[lead])


def _state(t: Texts, data: StatusData) -> Mrkdwn:
    if data.needs_reconnect:
        return t("status.reconnect", trouble=trouble(data.trouble, t))
    if data.paused_at:
        return Mrkdwn(f"{paused_state(t, data.paused_at, data.paused_by)} {t('pause.kept')}")
    if data.trouble:
        return t("status.waiting", trouble=trouble(data.trouble, t))
    return t("status.working") if data.synced_at else t("status.starting")


def _aside(t: Texts, items: Sequence[ParkedItem]) -> list[str]:
    if not items:
        return []
    lines: list[str] = [t.plural("status.parked", len(items))]
    for item in items[:SHOWN]:
        key = f"reason.{item.reason}"
        reason = t(key) if t.has(key) else trouble(item.reason, t)
        title = item.title or t("status.untitled")
        if item.starts:
            title = f"{title}, {item.starts[:10]}"
        lines.append(t("status.parked_item", title=title, side=t(f"side.{item.side}"), reason=reason))
    if len(items) > SHOWN:
        lines.append(t.plural("status.more", len(items) - SHOWN))
    return lines
