"""Gives single occurrences back what a change of their series has cost them, should we have been stopped."""

from __future__ import annotations

from collections.abc import Mapping

from sync.google import codec
from sync.google.series import Found, Held, fold
from sync.google.update import Write
from sync.model import CANCELLED, Override, Start
from sync.places import existing


async def restore(write: Write, found: Found, kept: Mapping[Start, Override]) -> bool:
    """Write what occurrences lack of `kept`, and say whether any did.

    Google drops either all exceptions or none. So if each of them still is one, nothing was dropped, and
    what is different is a person's doing. Otherwise each gets what it lacks; what it has is a person's, too.

    Raises:
        Stale: somebody was faster. Gone: the series is not there. Rejected: Google cannot hold it so.
    """
    now = fold(found, write.defaults)
    if now.event.recurrence is None:
        return False
    exist = existing(now.event, kept.keys())
    here = {start: one for start, one in kept.items() if start in exist or start in now.instances}
    if all(start in now.instances or start in now.left_out for start in here):
        return False
    written = [await _restore_one(write, start, one, now) for start, one in here.items()]
    return any(written)


async def _restore_one(write: Write, start: Start, kept: Override, now: Held) -> bool:
    held = now.event.overrides.get(start, codec.NO_OVERRIDE)
    if CANCELLED in held or (CANCELLED in kept and held):
        return False
    if CANCELLED in kept:
        return await write.align(start, None, now)
    return await write.align(start, codec.effective(now.event, start, {**kept, **held}), now)
