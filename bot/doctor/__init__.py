"""Checks of the set-up: each line says ok, or what is wrong and the steps to mend it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from bot.doctor import clock, google, odoo, slack, storage, web
from bot.doctor.finding import Finding, Level, as_json, bad, of_error, ok, worst
from bot.doctor.fixes import FIXES, explain
from bot.doctor.ground import Check, Ground, own_ground
from bot.doctor.slack import SCOPES
from bot.settings import Settings, SettingsError
from sync.errors import Misconfigured, SyncError

__all__ = [
    "FIXES",
    "SCOPES",
    "Finding",
    "Ground",
    "Level",
    "as_json",
    "examine",
    "explain",
    "of_settings",
    "refuse",
    "warn_of",
    "worst",
]

log = structlog.get_logger()

SUBJECTS: tuple[Mapping[str, Check], ...] = (
    google.CHECKS,
    slack.CHECKS,
    odoo.CHECKS,
    storage.CHECKS,
    web.CHECKS,
)
STOPPING = {"slack.scopes": slack.scopes, "odoo.calendar": odoo.calendar}
"""Without these `calsync run` could do nothing. What it needs even to start refuses by itself."""
DONE_AT_START = {"slack.bot_token", "slack.app_token", "database", "web.listen"}
"""What a calsync that has started has asked already, and may not ask again so soon."""


async def examine(settings: Settings) -> list[Finding]:
    """Run all checks; one that fails does not stop the others."""
    async with own_ground(settings) as ground:
        return [ok("settings", "all set"), *await _all(ground, SUBJECTS)]


def of_settings(error: SettingsError) -> list[Finding]:
    """What there is to say while the settings cannot be used."""
    return [bad("settings", problem) for problem in error.problems]


async def refuse(ground: Ground) -> None:
    """Refuse to go on with a set-up with which nothing can work.

    Raises:
        Misconfigured: with what is wrong and the steps to mend it.
    """
    for check in STOPPING.values():
        try:
            finding = await check(ground)
        except SyncError:  # it cannot be asked now, and may well be fine
            continue
        if finding.level is Level.BAD:
            raise Misconfigured(". ".join([finding.sentence, *finding.steps]))


async def warn_of(ground: Ground) -> None:
    """Log what a running calsync should be mended of."""
    subjects = [
        {name: check for name, check in checks.items() if name not in DONE_AT_START} for checks in SUBJECTS
    ]
    for finding in await _all(ground, subjects):
        if finding.level is not Level.OK:
            told = {"level": finding.level.value, "sentence": finding.sentence, "steps": finding.steps}
            log.warning("check", name=finding.name, **told)


async def _all(ground: Ground, subjects: Sequence[Mapping[str, Check]]) -> list[Finding]:
    found = await asyncio.gather(*(_of_subject(ground, checks) for checks in subjects))
    # By now those whose clocks are compared have answered.
    return [*(one for findings in found for one in findings), await clock.clock(ground)]


async def _of_subject(ground: Ground, checks: Mapping[str, Check]) -> list[Finding]:
    return [await _checked(name, check, ground) for name, check in checks.items()]


async def _checked(name: str, check: Check, ground: Ground) -> Finding:
    try:
        return await check(ground)
    except SyncError as error:
        return of_error(name, error)
    except Exception as error:
        log.exception("check_broke", name=name)
        return bad(name, f"the check itself broke ({type(error).__name__})", "Report it")
