"""The clock: which of two edits is the later one is told by the clocks of three companies."""

from __future__ import annotations

from datetime import timedelta

from bot.doctor.finding import Finding, bad, ok, warn
from bot.doctor.ground import Ground

TOLERATED = timedelta(seconds=30)


async def clock(ground: Ground) -> Finding:
    """Compare our clock with those that answered the other checks."""
    skews = ground.skews
    off = {who: skew for who, skew in sorted(skews.items()) if abs(skew) > TOLERATED}
    if not skews:
        return warn("clock", "nobody answered whose clock could be compared with this machine's")
    if not off:
        return ok("clock", f"within {TOLERATED.seconds} s of {_together([*sorted(skews)])}")
    if len(off) == len(skews) > 1 and len({skew > timedelta() for skew in off.values()}) == 1:
        seconds = min(abs(skew) for skew in off.values()).total_seconds()
        return bad(
            "clock",
            f"this machine's clock differs by {seconds:.0f} s from those of {_together([*off])}",
            "Let this machine set its clock (NTP): Google refuses sign-ins from another time, too",
        )
    each = "; ".join(
        f"{who}'s and ours differ by {abs(skew).total_seconds():.0f} s" for who, skew in off.items()
    )
    return bad("clock", each, "Let both machines set their clocks (NTP)")


def _together(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
