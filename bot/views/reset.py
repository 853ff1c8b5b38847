"""Choosing a reset, and what it would do, before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.kit import Message, actions, button, confirm, context, message, paragraphs, section
from bot.views.prompt import until
from bot.views.words import event_named
from sync.model import Side
from sync.reset import Choice, Existing, Next, Preview

EXISTING = {
    Existing.LEAVE: ActionId.RESET_LEAVE,
    Existing.GOOGLE: ActionId.RESET_GOOGLE,
    Existing.ODOO: ActionId.RESET_ODOO,
    Existing.BOTH: ActionId.RESET_BOTH,
}
NEXT = {Next.NEW: ActionId.RESET_NEW, Next.ALL: ActionId.RESET_ALL}
ADDRESSES = 5


def chooser_message(
    t: Texts,
    key: str,
    choice: Choice,
    *,
    whose: str,
    google_trouble: str = "",
    problem: str = "",
    expires: datetime,
) -> Message:
    """Show both rows with what is chosen; `key` names the question, `whose` the person for an administrator.

    With a code as `google_trouble`, deleting from Google cannot be chosen. `problem` is the code of what kept
    the last look from being possible.
    """
    lead = t("reset.lead_of", login=whose) if whose else t("reset.lead")
    lines = [lead]
    offered = [one for one in Existing if not (google_trouble and Side.GOOGLE in Choice(one, Next.NEW).sides)]
    if google_trouble:
        lines.append(t("reset.no_google", trouble=trouble(google_trouble, t)))
    if problem:
        lines.append(t("reset.no_preview", trouble=trouble(problem, t)))
    existing = t("reset.existing", chosen=t(f"existing.{choice.existing}"))
    following = t("reset.next", chosen=t(f"next.{choice.next}"))
    means = [t(f"means.{choice.existing}"), t(f"means.{choice.next}")]
    row = [button(EXISTING[one], t.plain(f"existing.{one}"), value=f"{key} {one}") for one in offered]
    second = [button(NEXT[one], t.plain(f"next.{one}"), value=f"{key} {one}") for one in Next]
    last = [
        button(ActionId.PREVIEW_RESET, t.plain("button.show_reset"), value=key, style="primary"),
        button(ActionId.CANCEL_PROMPT, t.plain("button.cancel"), value=key),
    ]
    if google_trouble and not whose:
        last.insert(1, button(ActionId.CONNECT, t.plain("button.reconnect")))
    rest = until(t, t.moment(expires))
    return message(
        section("\n".join(lines)),
        section(existing),
        actions(*row),
        section(following),
        actions(*second),
        section("\n".join(means)),
        actions(*last),
        context(rest),
        text=[*lines, existing, following, *means, rest],
    )


def preview_message(t: Texts, key: str, preview: Preview, *, whose: str, expires: datetime) -> Message:
    """Tell what a reset would do and ask; with `whose` (somebody's login) no titles and addresses."""
    choice = preview.choice
    lines: list[str] = [_lead(t, preview, whose)]
    for side, number in preview.deleted.items():
        if number:
            lines += _of_side(t, preview, side, with_titles=not whose)
    lines += _stays(t, preview.stays)
    if preview.guests:
        lines.append(t.plural("reset.guests", preview.guests, addresses=_addresses(t, preview, whose)))
    lines.append(t(f"means.{choice.next}"))
    if choice.next is Next.NEW:
        lines += [
            t.plural("reset.left_alone", number, side=t(f"side.{side}"))
            for side, number in preview.left_alone.items()
            if number
        ]
        if preview.trouble:
            lines.append(t("reset.baseline_later", trouble=trouble(preview.trouble, t)))
    if any(preview.deleted.values()):
        lines += [_time(t, preview.seconds), t("reset.undo_possible")]
    dialog = confirm(
        t.plain("reset.confirm_title"),
        _dialog(t, preview),
        t.plain("button.reset_now"),
        t.plain("button.not_now"),
    )
    value = f"{key} {choice.existing} {choice.next}"
    row = [
        button(
            ActionId.CONFIRM_RESET, t.plain("button.reset_now"), value=value, style="danger", confirm=dialog
        ),
        button(ActionId.CHOOSE_RESET, t.plain("button.choose_again"), value=key),
        button(ActionId.CANCEL_PROMPT, t.plain("button.cancel"), value=key),
    ]
    rest = until(t, t.moment(expires))
    return message(*paragraphs(lines), actions(*row), context(rest), text=[*lines, rest])


def looking_message(t: Texts) -> Message:
    """Say that both calendars are being looked at."""
    text = t("reset.looking")
    return message(section(text), text=[text])


def counts_in_words(t: Texts, numbers: Mapping[Side, int]) -> Mrkdwn:
    """Return "12 events in Google, 3 events in Odoo"; empty when there are none."""
    told = [
        t.plural("reset.count", number, side=t(f"side.{side}"))
        for side, number in sorted(numbers.items())
        if number
    ]
    return Mrkdwn(", ".join(told))


def choice_in_words(t: Texts, choice: Choice) -> Mrkdwn:
    """Name a choice by the words on its two buttons."""
    return t("reset.choice", existing=t(f"existing.{choice.existing}"), next=t(f"next.{choice.next}"))


def _lead(t: Texts, preview: Preview, whose: str) -> Mrkdwn:
    what = counts_in_words(t, preview.deleted)
    if whose:
        return (
            t("reset.would_of", login=whose, what=what) if what else t("reset.would_nothing_of", login=whose)
        )
    return t("reset.would", what=what) if what else t("reset.would_nothing")


def _of_side(t: Texts, preview: Preview, side: Side, *, with_titles: bool) -> list[Mrkdwn]:
    """Return the examples of a side, and how many of its events are series."""
    named = preview.examples.get(side, ()) if with_titles else ()
    lines = [
        t("reset.example", event=event_named(one.title, one.start, t), side=t(f"side.{side}"))
        for one in named
    ]
    if named and (more := preview.deleted[side] - len(named)):
        lines.append(t.plural("status.more", more))
    if number := preview.series.get(side):
        lines.append(t.plural("reset.series", number, side=t(f"side.{side}")))
    return lines


def _stays(t: Texts, stays: Mapping[str, int]) -> list[Mrkdwn]:
    return [
        t.plural(f"stays.{reason}" if t.has(f"stays.{reason}") else "stays.other", number)
        for reason, number in stays.items()
        if number
    ]


def _addresses(t: Texts, preview: Preview, whose: str) -> Mrkdwn:
    shown = [] if whose else list(preview.guests_examples[:ADDRESSES])
    if not shown:
        return Mrkdwn()
    return t("reset.addresses", addresses=", ".join(shown))


def _time(t: Texts, seconds: int) -> Mrkdwn:
    return (
        t.plural("reset.seconds", max(seconds, 1))
        if seconds < 90
        else t.plural("reset.minutes", round(seconds / 60))
    )


def _dialog(t: Texts, preview: Preview) -> str:
    what = counts_in_words(t, preview.deleted)
    return t.plain("reset.confirm_text", what=what) if what else t.plain("reset.confirm_nothing")
