"""What the administrators' channel shows: problems and what to do, and the digest; no calendar text."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.database import database_button
from bot.views.kit import Block, Message, actions, button, context, message, paragraphs, section
from bot.views.words import because

SHOWN = 10


@dataclasses.dataclass(frozen=True)
class AlertData:
    """One problem as it is shown; times are aware UTC.

    `people` is how many meet it now (0: not said), `about` an Odoo login or empty, `muted_by` a Slack user,
    `runbook` an address or empty: then the button's answer says what to do.
    """

    fingerprint: str
    kind: str
    code: str
    about: str
    count: int
    people: int
    first_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    muted_until: datetime | None
    muted_by: str
    retry: bool
    runbook: str


def alert_message(t: Texts, data: AlertData) -> Message:
    """Show a problem: since when, how often, for how many, and what can be done; one line when it is over."""
    what = problem(data.code, t)
    if data.resolved_at:
        minutes = max(round((data.resolved_at - data.first_at).total_seconds() / 60), 0)
        over = t("alert.resolved", minutes=minutes, trouble=what)
        return message(section(over), text=[over])
    lead = [t("alert.trouble", moment=t.moment(data.first_at), trouble=what)]
    if data.about:
        lead.append(t("alert.about", login=data.about))
    if data.kind == "odoo-database":
        lead.append(t("database.explain"))
    small = _numbers(t, data)
    blocks = [section("\n".join(lead)), actions(*_buttons(t, data))]
    if small:
        blocks.append(context(" · ".join(small)))
    return message(*blocks, text=[*lead, *small])


def _numbers(t: Texts, data: AlertData) -> list[str]:
    told: list[str] = []
    if data.people:
        told.append(t.plural("alert.people", data.people))
    if data.count > 1:
        told.append(t.plural("alert.count", data.count, moment=t.moment(data.last_at)))
    if data.muted_until:
        by = Mrkdwn(f"<@{data.muted_by}>")
        told.append(t("alert.muted", moment=t.moment(data.muted_until), who=by))
    return told


def _buttons(t: Texts, data: AlertData) -> list[Block]:
    row: list[Block] = []
    if data.kind == "odoo-database":
        row.append(database_button(t))
    if data.retry:
        row.append(button(ActionId.RETRY_ALERT, t.plain("button.retry"), value=data.fingerprint))
    if data.muted_until:
        row.append(button(ActionId.UNMUTE_ALERT, t.plain("button.unmute"), value=data.fingerprint))
    else:
        row.append(button(ActionId.MUTE_ALERT, t.plain("button.mute"), value=data.fingerprint))
    runbook = button(ActionId.RUNBOOK, t.plain("button.runbook"), value=data.kind, url=data.runbook)
    return [*row, runbook]


def mentioning(shown: Message, mention: str) -> Message:
    """Let a new alert call the people of the channel; `mention` is "here", "channel" or empty."""
    if not mention:
        return shown
    first, *others = shown.blocks
    called = section(f"<!{mention}> {first['text']['text']}")
    return Message(f"<!{mention}> {shown.text}", [called, *others])


def digest_message(t: Texts, small: Sequence[tuple[str, int]], aside: Sequence[tuple[str, int]]) -> Message:
    """Sum a day's small problems up.

    `small` has one entry for each problem of one person: its code and how often it was met. `aside` says for
    which reasons how many events are set aside.
    """
    people, times = Counter(code for code, _ in small), Counter[str]()
    for code, count in small:
        times[code] += count
    lines = [
        t(
            "digest.problem",
            trouble=problem(code, t),
            people=t.plural("digest.people", number),
            times=t.plural("digest.times", times[code]),
        )
        for code, number in people.most_common(SHOWN)
    ]
    lines += [t.plural("digest.aside", number, reason=because(reason, t)) for reason, number in aside[:SHOWN]]
    left = max(len(people) - SHOWN, 0) + max(len(aside) - SHOWN, 0)
    if left:
        lines.append(t.plural("status.more", left))
    lead, more = t("digest.intro"), t("digest.more")
    return message(*paragraphs([lead, *lines]), context(more), text=[lead, *lines, more])


def runbook_message(t: Texts, kind: str) -> Message:
    """Say what an administrator can do about a kind of problem."""
    key = f"runbook.{kind}"
    text = t(key) if t.has(key) else t("runbook.other")
    return message(section(text), text=[text])


def problem(code: str, t: Texts) -> Mrkdwn:
    """Say what is wrong, to an administrator; most sentences are those that the person concerned reads."""
    return t(f"alert.{code}") if t.has(f"alert.{code}") else trouble(code, t)
