"""A reset or an undo that is carried out: how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.help import note
from bot.views.kit import Block, Message, actions, button, message, paragraphs, section
from bot.views.reset import choice_in_words, counts_in_words
from bot.views.words import TITLE, because, event_named, shortened
from sync.reset import Failure, Progress, Result

SHOWN = 10
MADE_ANEW = "made_anew"
"""No failure: the event is back in Google, but as a new one."""


def starting_message(t: Texts) -> Message:
    """Say that it begins."""
    return note(t("job.starting"))


def progress_message(t: Texts, key: str, kind: str, progress: Progress) -> Message:
    """Say how far a job is, with the button that stops it; `key` names the question that it answers."""
    lines = [t(f"progress.{kind}", done=progress.done, total=progress.total)]
    if progress.failed:
        lines.append(t.plural("job.failed_so_far", progress.failed))
    stop = button(ActionId.CANCEL_JOB, t.plain("button.cancel"), value=key)
    return message(section("\n".join(lines)), actions(stop), text=lines)


def stopping_message(t: Texts) -> Message:
    """Say that it stops after the event that it is at."""
    return note(t("job.stopping"))


def not_begun_message(t: Texts, code: str) -> Message:
    """Say what kept it from beginning: nothing was done."""
    text = t("job.not_begun", trouble=because(code, t))
    if code == "grant_dead" or code == "grant_missing":
        connect = button(ActionId.CONNECT, t.plain("button.reconnect"), style="primary")
        return message(section(text), actions(connect), text=[text])
    return note(text)


def interrupted_message(t: Texts) -> Message:
    """Say that a restart came before it began."""
    return note(t("job.interrupted"))


def busy_message(t: Texts) -> Message:
    """Say that another reset or undo has to end first."""
    return note(t("job.busy"))


def result_message(t: Texts, result: Result, *, undo: int | None = None, whose: str = "") -> Message:
    """Tell what came of a job; `undo` names what its Undo button gives back.

    Titles of what failed are for the person alone, if `whose` (a login) is empty.
    """
    lines = _outcome(t, result, whose)
    lines += _failures(t, result.failures, with_titles=not whose)
    blocks: list[Block] = [*paragraphs(lines)]
    if undo is not None and result.undo_until:
        lines.append(t("job.undo_until", moment=t.moment(result.undo_until)))
        blocks = [*paragraphs(lines), actions(undo_button(t, undo))]
    return message(*blocks, text=lines)


def told_message(t: Texts, result: Result, *, admin: str, reason: str, undo: int | None) -> Message:
    """Tell a person of a reset that an administrator (a Slack user id) made: who, why, and what."""
    lead = t("job.by_admin", admin=Mrkdwn(f"<@{admin}>"), reason=shortened(reason, TITLE))
    told = result_message(t, result, undo=undo)
    return Message(f"{lead}\n{told.text}", [section(lead), *told.blocks])


def undo_button(t: Texts, undo: int) -> Block:
    """Return the button that asks whether something is to be undone."""
    return button(ActionId.UNDO, t.plain("button.undo"), value=str(undo))


def _outcome(t: Texts, result: Result, whose: str) -> list[Mrkdwn]:
    lines = [t("job.of", login=whose)] if whose else []
    if result.kind == "undo":
        what = counts_in_words(t, result.restored)
        if result.outcome == "cancelled":
            back = t("job.undo_cancelled", what=what) if what else t("job.undo_cancelled_nothing")
        else:
            back = t("job.undone", what=what) if what else t("job.undone_nothing")
        lines.append(back)
        if result.there:
            lines.append(t.plural("job.there", result.there))
        return lines
    what = counts_in_words(t, result.removed)
    if result.outcome == "cancelled":
        return [*lines, t("job.cancelled", what=what) if what else t("job.cancelled_nothing")]
    lines.append(t("job.removed", what=what) if what else t("job.removed_nothing"))
    if result.choice:
        lines += [t("job.chosen", choice=choice_in_words(t, result.choice)), t(f"means.{result.choice.next}")]
    if result.google_pending:
        lines.append(t("job.google_pending"))
    return lines


def _failures(t: Texts, failures: Sequence[Failure], *, with_titles: bool) -> list[Mrkdwn]:
    failed = [one for one in failures if one.code != MADE_ANEW]
    anew = [one for one in failures if one.code == MADE_ANEW]
    lines: list[Mrkdwn] = []
    for key, some in (("job.failed", failed), ("job.made_anew", anew)):
        if some:
            lines.append(t.plural(key, len(some)))
            lines += failure_lines(t, some, with_titles=with_titles)
    return lines


def failure_lines(t: Texts, some: Sequence[Failure], *, with_titles: bool = True) -> list[Mrkdwn]:
    """Name events with their side and reason; of many, the first."""
    lines = []
    for one in some[:SHOWN]:
        named = event_named(one.title if with_titles else "", None, t)
        lines.append(
            t("status.parked_item", title=named, side=t(f"side.{one.side}"), reason=_why(t, one.code))
        )
    if len(some) > SHOWN:
        lines.append(t.plural("status.more", len(some) - SHOWN))
    return lines


def _why(t: Texts, code: str) -> Mrkdwn:
    if t.has(f"lost.{code}"):
        return t(f"lost.{code}")
    return because(code, t) if t.has(f"reason.{code}") else trouble(code, t)
