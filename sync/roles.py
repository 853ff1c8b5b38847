"""What an account is to a meeting, and so which fields go which way between its two calendars."""

from __future__ import annotations

import enum

from sync.model import CANCELLED


class Role(enum.StrEnum):
    """What the person of a link is to its event."""

    HOME = "home"
    """The organizer in Odoo; this Google calendar holds the original."""
    GUEST = "guest"
    """Invited by a connected colleague; Google's own copy of that colleague's original."""
    MIRROR = "mirror"
    """Invited in Odoo by somebody whose Google calendar we do not know; a copy of ours, without guests."""
    OUTSIDE = "outside"
    """Invited in Google by somebody whose calendar is none of ours."""


class Flow(enum.Enum):
    """Which way the changes of a field go."""

    BOTH = "both"
    TO_GOOGLE = "Odoo says it, a change in Google is put back"
    TO_ODOO = "Google says it, a change in Odoo is put back"
    NONE = "each side has its own"


PERSONAL = frozenset({"reminders", "busy", "privacy"})
OWN_ANSWER = "response"
SHARED = frozenset(
    {"title", "span", "description", "location", "meeting_link", "guests", "recurrence", CANCELLED}
)

_SHARED_FLOW = {
    Role.HOME: Flow.BOTH,
    Role.GUEST: Flow.NONE,
    Role.MIRROR: Flow.TO_GOOGLE,
    Role.OUTSIDE: Flow.TO_ODOO,
}


def flow(role: Role, name: str) -> Flow:
    """Say which way a field goes: shared ones by the role, personal ones at home only, answers both ways.

    A mirror has no answer of its own: deleting it declines the meeting.
    """
    if name in PERSONAL:
        return Flow.BOTH if role is Role.HOME else Flow.NONE
    if name == OWN_ANSWER:
        return Flow.NONE if role is Role.MIRROR else Flow.BOTH
    if name == "guests" and role is Role.MIRROR:
        return Flow.NONE
    return _SHARED_FLOW[role]
