"""What support needs to know of an account: versions, state and codes; nothing that calendars say."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.texts import Mrkdwn, Texts, escape
from bot.texts.bidi import stripped
from bot.views.kit import Message, message, paragraphs, section


@dataclasses.dataclass(frozen=True)
class RunData:
    """One run that did something or failed: when it ended (aware), its code, and how often each reason."""

    ended_at: datetime
    code: str
    counts: Mapping[str, int]


@dataclasses.dataclass(frozen=True)
class DebugData:
    """What there is to tell: facts by name in order, why items are set aside and how many, the last runs."""

    facts: Mapping[str, object]
    parked: Mapping[str, int]
    runs: Sequence[RunData]


def debug_message(t: Texts, data: DebugData) -> Message:
    """Show the facts as one block to copy; its words are the log's, whatever the reader's language."""
    lines = [f"{name}={_value(value)}" for name, value in data.facts.items()]
    lines += [f"parked.{reason}={number}" for reason, number in sorted(data.parked.items())]
    lines += [
        f"run {_value(run.ended_at)} {_value(run.code)} {_counts(run.counts)}".rstrip() for run in data.runs
    ]
    lead, code = t("debug.lead"), [Mrkdwn(escape(line)) for line in lines]
    blocks = [section(f"```{block['text']['text']}```") for block in paragraphs(code)]
    return message(section(lead), *blocks, text=[lead, *code])


def _value(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return "-" if value in (None, "") else stripped(str(value)).replace("`", "'")


def _counts(counts: Mapping[str, int]) -> str:
    return ",".join(f"{_value(name)}:{number}" for name, number in sorted(counts.items()))
