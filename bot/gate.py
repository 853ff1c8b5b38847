"""What every payload of Slack's passes before anything is done: of our workspace, and not seen before."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from sync.clock import Clock

REMEMBERED = 10_000
FOR = timedelta(minutes=15)
"""Longer than a signature stays valid (5 min) and than Slack repeats what was not acked at once."""

log = structlog.get_logger()


class Gate:
    """Turns away what comes from another workspace, and what came before.

    Slack repeats envelopes and events that it thinks were not acked, and a signed request could be replayed
    for five minutes. Memory is bounded: of many payloads at once the oldest are forgotten first.
    """

    def __init__(self, team_id: str, clock: Clock) -> None:
        self._team_id, self._clock = team_id, clock
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def add_to(self, bolt: AsyncApp) -> None:
        """Let every payload of an app pass here; it runs after Bolt has checked the signature."""
        cast(Any, bolt).use(self.check)

    async def check(self, body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> Any:  # noqa: A002
        """Let a payload through, or ack it and do nothing. Bolt passes arguments by these names."""
        if reason := self.refusal(body):
            log.warning("refused", reason=reason, kind=body.get("type") or body.get("command"))
            return BoltResponse(status=200, body="")
        return await next()

    def refusal(self, body: dict[str, Any]) -> str | None:
        """Say why a payload is turned away, or remember it and return None."""
        if any(team != self._team_id for team in _teams(body)):
            return "other_workspace"
        key, now = _key(body), self._clock.now()
        if key is None:
            return None
        if key in self._seen and now - self._seen[key] < FOR:
            return "repeated"
        self._seen[key] = now
        self._seen.move_to_end(key)
        while len(self._seen) > REMEMBERED or now - next(iter(self._seen.values())) >= FOR:
            self._seen.popitem(last=False)
        return None

    def __len__(self) -> int:
        """Return how many payloads are remembered."""
        return len(self._seen)


def _teams(body: dict[str, Any]) -> set[str]:
    """Return the workspaces that a payload names: its own, and that of the person who acts."""
    named = (body.get("team_id"), _id(body.get("team"), "id"), _id(body.get("user"), "team_id"))
    return {one for one in named if one}


def _id(part: Any, name: str) -> str | None:
    return part.get(name) if isinstance(part, dict) else None


def _key(body: dict[str, Any]) -> str | None:
    """Return what names an event or an act once for all; None for what may well come twice the same.

    A trigger id belongs to one act; the moments of the acts in it tell apart what one message did at once.
    """
    if event := body.get("event_id"):
        return f"event {event}"
    if trigger := body.get("trigger_id"):
        moments = ",".join(str(one.get("action_ts", "")) for one in body.get("actions", ()))
        return f"act {trigger} {moments}"
    return None
