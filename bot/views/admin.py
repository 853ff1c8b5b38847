"""What administrators are shown of all accounts together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from bot.texts import Mrkdwn, Texts, escape
from bot.views.alerts import problem
from bot.views.changes import phrase, trouble
from bot.views.kit import Message, context, message, paragraphs, section
from bot.views.words import shortened

SHOWN, TOP, NAME = 30, 5, 80
FLEET = ("working", "starting", "waiting", "reconnect", "paused", "disconnected")
"""How an account is, as `sync.store.overview` counts it."""


@dataclasses.dataclass(frozen=True)
class LineState:
    """The Socket Mode connection: whether it works, when Slack was heard last, how often it was replaced."""

    works: bool
    heard_at: datetime
    renewals: int


@dataclasses.dataclass(frozen=True)
class AdminStatus:
    """What `admin status` tells; times are aware UTC.

    `states`, `oldest` and `troubles` are those of `sync.store.overview`. `quota` is Google's for a minute:
    units spent, units there are. `paused` is since when and by which Slack user. `line` is None in HTTP mode.
    """

    states: Mapping[str, int]
    oldest: tuple[str, datetime] | None
    troubles: Sequence[tuple[str, int]]
    quota: tuple[int, int]
    problems: int
    paused: tuple[datetime, str] | None
    odoo_trouble: str | None
    line: LineState | None
    now: datetime


@dataclasses.dataclass(frozen=True)
class Row:
    """One account in a list."""

    user_id: str
    login: str
    email: str
    trouble: str | None
    needs_reconnect: bool
    synced_at: datetime | None
    rests: Literal["", "paused", "disconnected"] = ""


def admin_status_message(t: Texts, data: AdminStatus) -> Message:
    """Tell how the installation is doing, the worst first."""
    lines: list[str] = []
    if data.paused:
        since, by = data.paused
        lines.append(t("admin.is_paused", moment=t.moment(since), who=_mention(by)))
    counts = [t.plural(f"fleet.{name}", data.states[name]) for name in FLEET if data.states.get(name)]
    lines.append(t("admin.accounts", states=t.listed(counts)) if counts else t("admin.nobody_yet"))
    if data.oldest:
        login, at = data.oldest
        lines.append(t("admin.oldest", login=_short(login), moment=t.moment(at)))
    spent, most = data.quota
    lines.append(t("admin.quota", percent=round(100 * spent / most), spent=spent, most=most))
    odoo = data.odoo_trouble
    lines.append(t("admin.odoo", trouble=problem(odoo, t)) if odoo else t("admin.odoo_ok"))
    lines.append(_line(t, data.line))
    lines.append(t.plural("admin.problems", data.problems))
    troubles = [
        t("admin.trouble", people=t.plural("digest.people", number), trouble=problem(code, t))
        for code, number in data.troubles[:TOP]
    ]
    fresh = t("status.freshness", moment=t.moment(data.now))
    return message(*paragraphs([*lines, *troubles]), context(fresh), text=[*lines, *troubles])


def _line(t: Texts, line: LineState | None) -> Mrkdwn:
    if line is None:
        return t("admin.line_http")
    key = "admin.line" if line.works else "admin.line_dead"
    return t(key, moment=t.moment(line.heard_at), renewals=t.plural("admin.renewals", line.renewals))


def accounts_message(t: Texts, rows: Sequence[Row]) -> Message:
    """List accounts, those that need their person first, then those with other trouble, then the others."""
    if not rows:
        return message(section(t("admin.no_accounts")), text=[t("admin.no_accounts")])
    ordered = sorted(rows, key=lambda row: (not row.needs_reconnect, row.trouble is None, row.login))
    lead = t.plural("admin.listed", len(rows))
    lines = [_row(t, row) for row in ordered[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(t.plural("status.more", len(rows) - SHOWN))
    return message(*paragraphs([lead, *lines]), text=[lead, *lines])


def _row(t: Texts, row: Row) -> Mrkdwn:
    if row.rests:
        state = t("admin.paused_one") if row.rests == "paused" else t("admin.disconnected_one")
    elif row.trouble:
        state = t("admin.reconnects" if row.needs_reconnect else "admin.waits", code=row.trouble)
    else:
        state = t("admin.works") if row.synced_at else t("admin.starts")
    return t(
        "admin.row",
        who=_mention(row.user_id),
        login=_short(row.login),
        email=_short(row.email) if row.email else t("value.none"),
        state=state,
        synced=t.moment(row.synced_at) if row.synced_at else t("value.none"),
    )


def resynced_message(t: Texts, user_id: str, code: str, counts: Mapping[str, int]) -> Message:
    """Say what came of somebody else's sync."""
    who = _mention(user_id)
    if code != "ok":
        text = t("admin.not_resynced", who=who, trouble=trouble(code, t))
    elif changes := phrase(counts, t):
        text = t("admin.resynced", who=who, changes=changes)
    else:
        text = t("admin.resynced_quiet", who=who)
    return message(section(text), text=[text])


def admin_help_message(t: Texts, commands: Sequence[str], *, unknown: str = "", guess: str = "") -> Message:
    """List the administrators' commands; after an unknown word begin with what may have been meant."""
    lines: list[str] = [t(f"help.admin.{name}") for name in commands]
    if unknown:
        key = "help.did_you_mean" if guess else "help.unknown"
        lines.insert(0, t(key, word=f"admin {unknown[:50]}", guess=f"admin {guess}"))
    return message(*paragraphs(lines), text=lines)


def _short(name: str) -> Mrkdwn:
    return Mrkdwn(escape(shortened(name, NAME)))


def _mention(user_id: str) -> Mrkdwn:
    return Mrkdwn(f"<@{user_id}>")
