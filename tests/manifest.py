"""What the manifest of our Slack app says, for doubles that are to treat the app as Slack will."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

MANIFEST = Path(__file__).parents[1] / "manifest.yml"


@functools.cache
def subscriptions() -> tuple[str, ...]:
    """Return the events that the app subscribes to: Slack tells of no others, and waits for acks of these."""
    settings = yaml.safe_load(MANIFEST.read_text("utf-8"))["settings"]
    return tuple(settings.get("event_subscriptions", {}).get("bot_events", ()))
