"""What a check found: a stable name, how bad it is, one sentence, and the steps to mend it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Sequence
from typing import Any

from bot.doctor.fixes import told
from sync.errors import RetryLater, SyncError

SCHEMA = 1
"""Of the JSON: raised when a member changes its meaning or goes; members may be added."""

SECTIONS = {
    "settings": "docs/setup.md#4-calsync",
    "google": "docs/setup.md#1-google",
    "odoo": "docs/setup.md#2-odoo",
    "slack": "docs/setup.md#3-slack",
    "web": "docs/troubleshooting.md#the-public-address",
    "clock": "docs/troubleshooting.md#on-the-server",
    "database": "docs/troubleshooting.md#the-database",
    "disk": "docs/operations.md#disk-full",
    "vault": "docs/setup.md#changing-the-encryption-key",
}
"""Where the part of a finding's name before the dot is written about."""


class Level(enum.StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    """It works, but somebody should know, or act soon."""
    BAD = "bad"
    """It does not work until somebody acts."""


WORDS = {Level.OK: "ok  ", Level.WARN: "WARN", Level.BAD: "MEND"}


@dataclasses.dataclass(frozen=True)
class Finding:
    """One check's result; `name` is stable, `sentence` and `steps` are for people."""

    name: str
    level: Level
    sentence: str
    steps: tuple[str, ...] = ()

    @property
    def see(self) -> str:
        """The section of the documentation that is about it."""
        return SECTIONS[self.name.partition(".")[0]]

    @property
    def lines(self) -> list[str]:
        """The finding as it is printed: one line, and one for each step."""
        first = f"{WORDS[self.level]}   {self.name}: {self.sentence}"
        if self.level is Level.OK:
            return [first]
        return [first, *(f"         - {step}" for step in self.steps), f"         see {self.see}"]

    @property
    def json(self) -> dict[str, Any]:
        """The finding as a member of the JSON."""
        return {
            "name": self.name,
            "level": self.level.value,
            "sentence": self.sentence,
            "steps": list(self.steps),
            "see": self.see,
        }


def ok(name: str, sentence: str) -> Finding:
    """Nothing is to be done."""
    return Finding(name, Level.OK, sentence)


def warn(name: str, sentence: str, *steps: str) -> Finding:
    """Somebody should know, or act soon."""
    return Finding(name, Level.WARN, sentence, steps)


def bad(name: str, sentence: str, *steps: str) -> Finding:
    """Somebody has to act."""
    return Finding(name, Level.BAD, sentence, steps)


def of_error(name: str, error: SyncError) -> Finding:
    """What an error of the core means for a set-up."""
    sentence, *steps = told(error)
    if isinstance(error, RetryLater) and not steps:
        steps = ["Try again in a minute; if it stays, look at the other side's log and status page"]
    return bad(name, sentence, *steps)


def worst(findings: Sequence[Finding]) -> Level:
    """Return the worst level among findings."""
    levels = {one.level for one in findings}
    return next((level for level in (Level.BAD, Level.WARN) if level in levels), Level.OK)


def as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings as `calsync doctor --json` prints them."""
    level = worst(findings).value
    return {"schema": SCHEMA, "level": level, "findings": [one.json for one in findings]}
