"""trigger_ids: three seconds, used once, and only what they were given for."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from tests.doubles.slack.errors import SlackError, invalid_arguments
from tests.doubles.slack.workspace import Workspace

LIFE = 3.0
FORM = re.compile(r"\d+\.\d+\.[0-9a-f]{32}")


@dataclass
class Trigger:
    """Somebody's act that allows the app to open one view for this person."""

    user: str
    at: float
    in_modal: bool
    used: bool = False


class Triggers:
    """All trigger_ids that were handed out."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._given: dict[str, Trigger] = {}

    def new(self, user: str, *, in_modal: bool = False) -> str:
        """Return a fresh trigger_id for something that `user` did."""
        now = self._workspace.now()
        name = f"{int(now * 1000)}.{int(now)}.{secrets.token_hex(16)}"
        self._given[name] = Trigger(user, now, in_modal)
        return name

    def valid(self, name: str) -> Trigger:
        """Return the act behind a trigger_id; whoever opens a view for it sets `used`.

        Raises:
            SlackError: it is malformed, unknown, older than three seconds, or used already.
        """
        if not FORM.fullmatch(name):
            raise invalid_arguments("invalid `trigger_id` [json-pointer:/trigger_id]")
        trigger = self._given.get(name)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._workspace.now() - trigger.at > LIFE:
            raise SlackError("expired_trigger_id")
        return trigger
