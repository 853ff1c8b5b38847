"""What can be undone, and what undoing it would give back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.texts import Mrkdwn, Texts
from bot.views.actions import ActionId
from bot.views.changes import trouble
from bot.views.help import note
from bot.views.job import failure_lines, undo_button
from bot.views.kit import Block, Message, actions, button, context, message, paragraphs, section
from bot.views.prompt import until
from bot.views.reset import choice_in_words, counts_in_words
from bot.views.words import event_named
from sync.reset import Undoable, UndoPreview

SHOWN = 10
NAMED = 3


def list_message(t: Texts, entries: Sequence[Undoable], reader: str) -> Message:
    """List what can be undone, newest first, each with a button; `reader` is the reader's Slack user id."""
    if not entries:
        return note(t("undo.none"))
    lead = t("undo.lead")
    lines = [_entry(t, one, reader) for one in entries[:SHOWN]]
    blocks: list[Block] = [section(lead)]
    for one, line in zip(entries, lines, strict=False):
        block = section(line)
        block["accessory"] = undo_button(t, one.id)
        blocks.append(block)
    if len(entries) > SHOWN:
        lines.append(t.plural("status.more", len(entries) - SHOWN))
        blocks.append(section(lines[-1]))
    kept = t("undo.kept")
    return message(*blocks, context(kept), text=[lead, *lines, kept])


def ask_message(t: Texts, key: str, preview: UndoPreview, *, reader: str, expires: datetime) -> Message:
    """Tell what would come back and what cannot, and ask; `key` names the question."""
    what = counts_in_words(t, preview.restorable)
    lines: list[str] = [_entry(t, preview.undoable, reader)]
    lines.append(t("undo.would", what=what) if what else t("undo.would_nothing"))
    if preview.there:
        lines.append(t.plural("job.there", preview.there))
    if preview.lost:
        lines += [t.plural("undo.lost", len(preview.lost)), *failure_lines(t, preview.lost)]
    if preview.trouble:
        lines.append(t("undo.no_google", trouble=trouble(preview.trouble, t)))
    lines.append(t("undo.silent"))
    row = [
        button(ActionId.CONFIRM_UNDO, t.plain("button.undo_now"), value=key, style="primary"),
        button(ActionId.CANCEL_PROMPT, t.plain("button.cancel"), value=key),
    ]
    rest = until(t, t.moment(expires))
    return message(*paragraphs(lines), actions(*row), context(rest), text=[*lines, rest])


def _entry(t: Texts, one: Undoable, reader: str) -> Mrkdwn:
    removed = counts_in_words(t, one.removed) or t("undo.nothing_removed")
    if one.choice:
        line = t("undo.reset", at=t.moment(one.at), choice=choice_in_words(t, one.choice), removed=removed)
        if one.by and one.by != reader:
            line = Mrkdwn(f"{line} {t('undo.by', who=Mrkdwn(f'<@{one.by}>'))}")
    else:
        line = t("undo.run", at=t.moment(one.at), removed=removed)
    named = [event_named(example.title, example.start, t) for example in one.examples[:NAMED]]
    if not named:
        return line
    return Mrkdwn(f"{line}\n{t('undo.examples', events=Mrkdwn('; '.join(named)))}")
