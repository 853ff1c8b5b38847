"""How fast the alert channel is written to: what does not fit waits for the next turn."""

from __future__ import annotations

from collections import deque

from sync.clock import Clock

POSTS = (1, 1.0)
"""Messages in seconds: Slack takes one a second in a channel (docs.slack.dev, rate limits)."""
EDITS = (40, 60.0)
"""chat.update is of tier 3, 50 a minute for all its uses; the rest is for people who wait for an answer."""


class Pace:
    """Counts what was sent over a sliding window, in the clock's monotonic seconds."""

    def __init__(self, clock: Clock, limit: tuple[int, float]) -> None:
        self._clock, (self._most, self._seconds) = clock, limit
        self._sent: deque[float] = deque()

    def may(self) -> bool:
        """Say whether one more may be sent now, and count it if so."""
        now = self._clock.monotonic()
        while self._sent and now - self._sent[0] >= self._seconds:
            self._sent.popleft()
        if len(self._sent) >= self._most:
            return False
        self._sent.append(now)
        return True
