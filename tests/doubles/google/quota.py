"""The per-minute quotas of the API, counted on the double's clock."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from tests.doubles.google.errors import GoogleError
from tests.doubles.google.store import World

_MINUTE = timedelta(minutes=1)


class Quota:
    """Sliding windows of one minute: one for each user, one for the project."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._used: dict[str, deque[tuple[datetime, int]]] = {}

    def spend(self, user: str, method_id: str) -> None:
        """Count one request; a patch costs as much as three.

        Raises:
            GoogleError: there is no quota left.
        """
        units = 3 if method_id.endswith(".patch") else 1
        settings = self._world.settings
        if self._sum(user) + units > settings.user_quota:
            raise self._refuse("userRateLimitExceeded", "User Rate Limit Exceeded")
        if self._sum("") + units > settings.project_quota:
            raise self._refuse("rateLimitExceeded", "Rate Limit Exceeded")
        for key in (user, ""):
            self._used[key].append((self._world.clock.now(), units))

    def _sum(self, key: str) -> int:
        window = self._used.setdefault(key, deque())
        while window and window[0][0] <= self._world.clock.now() - _MINUTE:
            window.popleft()
        return sum(units for _, units in window)

    def _refuse(self, reason: str, message: str) -> GoogleError:
        status = self._world.settings.quota_status
        return GoogleError(
            status, "rateLimitExceeded" if status == 429 else reason, message, domain="usageLimits"
        )
