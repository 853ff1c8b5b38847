"""Slack's rate limits, on the double's clock; off until asked for."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from tests.doubles.slack.calls import Call
from tests.doubles.slack.errors import SlackError
from tests.doubles.slack.methods import TIERS, Method
from tests.doubles.slack.workspace import Workspace

MINUTE = 60.0


class Rates:
    """Counts calls in sliding windows: a method's tier, and one message a second per channel.

    Real Slack lets short bursts pass without promising it; here a limit is a limit.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.on = False
        self.limits: dict[str, tuple[int, float]] = {"chat.postMessage": (1, 1.0)}

    def limit(self, name: str, count: int, seconds: float = MINUTE) -> None:
        """Allow `count` calls of a method in that many seconds, and heed limits from now on."""
        self.limits[name] = (count, seconds)
        self.on = True

    def count(self, method: Method, call: Call) -> None:
        """Count a call.

        Raises:
            SlackError: it is one too many; the answer says after how many seconds to try again.
        """
        if not self.on:
            return
        count, seconds = self.limits.get(method.name, (TIERS[method.tier], MINUTE))
        what = call.text("channel") if method.name == "chat.postMessage" else ""
        calls, now = self._calls[method.name, what], self._workspace.now()
        while calls and now - calls[0] >= seconds:
            calls.popleft()
        if len(calls) >= count:
            wait = max(1, math.ceil(calls[0] + seconds - now))
            raise SlackError("ratelimited", status=429, retry_after=wait)
        calls.append(now)
