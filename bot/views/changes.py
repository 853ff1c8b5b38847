"""Counts of reasons as a phrase: "3 events added to Google, 1 event set aside"."""

from __future__ import annotations

from collections.abc import Mapping

from bot.texts import Mrkdwn, Texts


def phrase(counts: Mapping[str, int], t: Texts) -> Mrkdwn:
    """Say what was done; empty when nothing was that a person would call a change."""
    known = [(reason, number) for reason, number in counts.items() if number and t.has(f"changes.{reason}")]
    return t.listed(t.plural(f"changes.{reason}", number) for reason, number in known)


def trouble(code: str | None, t: Texts) -> Mrkdwn:
    """Say what is wrong and what happens next, for the code of an error."""
    if code and t.has(f"trouble.{code}"):
        return t(f"trouble.{code}")
    return t("trouble.other", code=code or "?")
