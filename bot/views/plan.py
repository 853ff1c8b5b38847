"""What a sync would do: one line an action, and the counts; the same for Slack and for the terminal."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from bot.texts import Texts
from bot.views.changes import phrase
from bot.views.kit import Message, message, paragraphs, section
from bot.views.words import Writes, because, done, event_named
from sync.holding import HELD_BACK
from sync.labels import read_label
from sync.model import Event, Side, Start, moment
from sync.plan import ALWAYS, BOOK_KEEPING, Action, Align, Create, Decline, Delete, Forget, Park

SHOWN = 10


@dataclasses.dataclass(frozen=True)
class Step:
    """One action of a plan as it is told: what is done where (`act`, `writes`), why, and to which event.

    `start` is an aware UTC moment or a date, None when it is not known.
    """

    act: str
    writes: Writes
    reason: str
    title: str
    start: Start | None


def steps(actions: Iterable[Action]) -> list[Step]:
    """Return what a plan would do, action by action, by the events' starts; those without come last."""
    return sorted(map(_step, actions), key=_by_time)


def counts(planned: Iterable[Step]) -> Counter[str]:
    """Count the reasons as a run would: what is set aside is one of them, whatever for."""
    return Counter(
        "parked" if one.act == "park" and one.reason != HELD_BACK else one.reason for one in planned
    )


def plan_message(t: Texts, planned: Sequence[Step]) -> Message:
    """Tell a person what a sync would do: the counts, and some examples."""
    number = counts(planned)
    lead = [t("plan.would", changes=changes)] if (changes := phrase(number, t)) else []
    if number[HELD_BACK]:
        lead.append(t.plural("plan.held", number[HELD_BACK]))
    if not lead:
        lead = [t("plan.nothing")]
    shown = [one for one in planned if one.reason not in BOOK_KEEPING]
    lines = [
        t(
            "plan.example",
            event=event_named(one.title, one.start, t),
            what=done(one.act, one.writes, t),
            why=because(one.reason, t),
        )
        for one in shown[:SHOWN]
    ]
    if len(shown) > SHOWN:
        lines.append(t.plural("status.more", len(shown) - SHOWN))
    lead.append(t("plan.unwritten"))
    return message(section("\n".join(lead)), *(paragraphs(lines) if lines else []), text=[*lead, *lines])


def plan_lines(t: Texts, planned: Sequence[Step], zone: tzinfo) -> list[str]:
    """Return the lines for a terminal, with times in `zone`: each action, then the counts."""
    lines = [
        t.plain(
            "plan.line",
            what=done(one.act, one.writes, t),
            why=because(one.reason, t),
            title=_printable(one.title) or t.plain("status.untitled"),
            start=_local(one.start, zone),
        ).rstrip()
        for one in planned
    ]
    return [*lines, totals(t, counts(planned))]


def totals(t: Texts, number: Mapping[str, int]) -> str:
    """Return one line of counts for a terminal, with those that only we keep books of."""
    said: list[str] = [changes] if (changes := phrase(number, t)) else []
    if number.get(HELD_BACK):
        said.append(t.plural("plan.held_count", number[HELD_BACK]))
    if booked := sum(number.get(reason, 0) for reason in BOOK_KEEPING):
        said.append(t.plural("plan.booked", booked))
    if not said:
        return t.plain("plan.no_actions")
    return t.plural("plan.total", sum(number.values()), changes=t.listed(said))


def _by_time(step: Step) -> tuple[datetime, str]:
    return moment(step.start) if step.start else ALWAYS[1], step.title


def _step(action: Action) -> Step:
    title, start = _name(action)
    act, writes = _act(action)
    return Step(act, writes, action.reason, title, start)


def _act(action: Action) -> tuple[str, Writes]:
    match action:
        case Align():
            extra = {"organizer"} if action.organizer else set[str]()
            extra |= {"rows"} if action.rows else set()
            fields = {Side.GOOGLE: action.merged.to_google, Side.ODOO: action.merged.to_odoo | extra}
            writes = {side: names for side, names in fields.items() if names}
            return ("update", writes) if writes else ("note", {})
        case Create():
            return "create", {action.side: ()}
        case Delete():
            return "delete", {action.side: ()}
        case Decline():
            return "decline", {action.side: ()}
        case Park():
            return "park", {action.side: ()}
        case Forget():
            return "note", {}


def _name(action: Action) -> tuple[str, Start | None]:
    """Name the event as the side shows it that is known best: what was read now, else a label of it."""
    case = action.case
    seen: list[Event] = [one for one in (case.google.event, case.odoo.event) if one]
    if seen:
        return seen[0].title, seen[0].span.start
    return read_label(case.google.label or case.odoo.label)


def _local(start: Start | None, zone: tzinfo) -> str:
    if isinstance(start, datetime):
        return start.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return start.isoformat() if start else ""


def _printable(text: str) -> str:
    """Return a title that cannot move the cursor or colour a terminal."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())
