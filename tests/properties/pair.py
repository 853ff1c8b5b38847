"""A pair of calendars that are edited and merged again and again, as runs do it, without any server."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from sync.base import FieldHashes
from sync.google import codec as google_codec
from sync.merge import Merge, Rules, merge
from sync.model import Event, Privacy, Reminder, Side, Span
from tests.unit.sights import NOON, RULES, base, seen

few_words = st.sampled_from(["", "Lunch", "Brunch", "  Dinner ", "x", "<b>Tea</b>", "Tea", "Tea & cake"])
few_reminders = st.frozensets(
    st.builds(Reminder, st.sampled_from(["popup", "email", "sms"]), st.sampled_from([0, 5, 10, 60, 99_999])),
    max_size=7,
)
few_spans = st.builds(
    lambda start, length: Span(NOON + timedelta(hours=start), NOON + timedelta(hours=start + length)),
    st.integers(0, 2),
    st.integers(0, 2),
)
open_privacy = st.sampled_from([one for one in Privacy if one is not Privacy.PRIVATE])
FIELD_VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "title": few_words,
    "span": few_spans,
    "description": few_words,
    "location": few_words,
    "busy": st.booleans(),
    "privacy": open_privacy,
    "reminders": few_reminders,
}


def edits(privacy: st.SearchStrategy[Privacy] = open_privacy) -> st.SearchStrategy[dict[str, Any]]:
    """Return new values of some fields."""
    return st.fixed_dictionaries({}, optional={**FIELD_VALUES, "privacy": privacy})


@dataclasses.dataclass
class Pair:
    """What both sides hold and what they agreed on last; each side holds only what it can."""

    google: Event
    odoo: Event
    google_base: FieldHashes = dataclasses.field(default_factory=dict)
    odoo_base: FieldHashes = dataclasses.field(default_factory=dict)
    rules: Rules = RULES

    @classmethod
    def of(cls, event: Event) -> Pair:
        """Return a pair that agrees on an event, made on the Odoo side."""
        odoo = RULES.odoo(event)
        google = google_codec.project(odoo)
        return cls(google, odoo, base(google), base(odoo))

    def edit(self, side: Side, values: Mapping[str, Any]) -> frozenset[str]:
        """Let a person change fields on a side and name those that really are different now."""
        before = self.google if side is Side.GOOGLE else self.odoo
        project = google_codec.project if side is Side.GOOGLE else self.rules.odoo
        after = project(dataclasses.replace(before, **values))
        if side is Side.GOOGLE:
            self.google = after
        else:
            self.odoo = after
        return frozenset(name for name in values if getattr(after, name) != getattr(before, name))

    def compare(self, later: Side = Side.GOOGLE) -> Merge:
        """Merge what both sides hold now."""
        return merge(
            seen(self.google, at=1 if later is Side.GOOGLE else 0),
            seen(self.odoo, at=1 if later is Side.ODOO else 0),
            self.google_base,
            self.odoo_base,
            self.rules,
        )

    def run(self, later: Side = Side.GOOGLE) -> Merge:
        """Merge, give each side the fields it lacks, and take what they hold then as the new base."""
        outcome = self.compare(later)
        for_google, for_odoo = self.rules.google(outcome.event), self.rules.odoo(outcome.event)
        self.google = dataclasses.replace(
            self.google, **{name: getattr(for_google, name) for name in outcome.to_google}
        )
        self.odoo = dataclasses.replace(
            self.odoo, **{name: getattr(for_odoo, name) for name in outcome.to_odoo}
        )
        self.google_base, self.odoo_base = base(self.google), base(self.odoo)
        return outcome
