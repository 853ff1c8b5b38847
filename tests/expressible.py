"""Which rules Odoo can say, by our reading of its form: what tests expect to come back as it was."""

from __future__ import annotations

from dataclasses import replace

from sync.model import Span
from sync.odoo.rules import FOREVER
from sync.recurrence import Recurrence, lines, starts, times
from sync.recurrence.rule import Freq, Rule, implicit

ORDINALS = {1, 2, 3, 4, -1}


def expressible(recurrence: Recurrence, span: Span) -> bool:
    """Say whether Odoo would make the same occurrences from its fields, whatever its user's language is.

    That decides on which day a week begins, which matters for some days of every second week, for instance.
    """
    parts = lines.parts(recurrence)
    if len(parts.rules) != 1 or parts.exclusions or parts.dates:
        return False
    rule = implicit(parts.rules[0], times.wall(span.start, parts.zone))
    if replace(rule, interval=1, count=None, until=None, byday=(), wkst=0) != Rule(rule.freq):
        return False
    if rule.freq is Freq.WEEKLY:
        fits = rule.interval == 1 or not rule.byday
    elif rule.freq is Freq.MONTHLY:
        fits = len(rule.byday) <= 1 and {ordinal for ordinal, _ in rule.byday} <= ORDINALS
    else:
        fits = rule.freq <= Freq.DAILY and not rule.byday
    return fits and (rule.count or 0) <= FOREVER and next(starts.run(parts, rule, span), None) == span.start
