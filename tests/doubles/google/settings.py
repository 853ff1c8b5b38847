"""What a test may turn to make the double behave like Google on another day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal


@dataclass
class Settings:
    """Switches of the Calendar side; each may be changed at any time."""

    page_size: int | None = None
    """Pages are never longer than this, whatever maxResults says."""

    empty_pages: bool = False
    """Every second page comes empty, with a nextPageToken."""

    bare_tombstones: bool = False
    """A cancelled item carries only what Google guarantees: id, status and, for an instance, its origin."""

    updated_min_reach: timedelta = timedelta(days=30)
    """How far back updatedMin may look."""

    expansion_reach: timedelta = timedelta(days=730)
    """How far ahead singleEvents and instances expand a series that has no end."""

    exceptions_on_move: Literal["rekey", "drop", "drop_all"] = "rekey"
    """What becomes of exceptions when their master moves: a new id after the new start, or nothing.

    With `drop_all` nothing is left of any, even where the original start is one still."""

    text_limits: dict[str, int] = field(
        default_factory=lambda: {"description": 8192, "summary": 1024, "location": 1024}
    )
    """Longest texts; Google does not document them."""

    beyond_limit: Literal["cut", "refuse"] = "cut"
    """Whether a text over its limit, or a reminder out of range, is silently cut or answered with 400."""

    conference_delay: timedelta = timedelta()
    """How long a Meet link stays pending; it is never there in the answer to the write that asks for it."""

    lost_notifications: int = 0
    """How many of the next push messages are never sent; Google loses some too."""

    doubled_notifications: int = 0
    """How many of the next push messages come twice."""

    user_quota: int = 600
    """Units per minute and user; a patch counts 3."""

    project_quota: int = 10_000
    """Units per minute of the whole project."""

    quota_status: Literal[403, 429] = 403
    """The status of rateLimitExceeded; Google uses both."""
