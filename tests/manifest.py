"""The Slack app's manifest and the overlay for HTTP mode; `python -m tests.manifest URL` joins them."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PLACE = "PUBLIC_URL"


def base() -> dict[str, Any]:
    """Return the manifest as it stands, for Socket Mode."""
    return _read("manifest.yml")


def for_http(public_url: str) -> dict[str, Any]:
    """Return the manifest for HTTP mode: Slack posts to `public_url`, which has no slash at its end."""
    content: dict[str, Any] = _filled(_merged(base(), _read("manifest.http.yml")), public_url)
    return content


@functools.cache
def subscriptions() -> tuple[str, ...]:
    """Return the events that the app subscribes to: Slack tells of no others, and waits for acks of these."""
    return tuple(base()["settings"].get("event_subscriptions", {}).get("bot_events", ()))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return content


def _merged(below: Any, above: Any) -> Any:
    """Lay one over the other: mappings key by key, lists of mappings place by place, all else as a whole."""
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: _merged(below.get(key), value) for key, value in above.items()}
    if isinstance(below, list) and isinstance(above, list) and len(below) == len(above):
        return [_merged(*pair) for pair in zip(below, above, strict=True)]
    return above


def _filled(part: Any, public_url: str) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, public_url) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, public_url) for value in part]
    return part.replace(PLACE, public_url) if isinstance(part, str) else part


if __name__ == "__main__":
    sys.stdout.write(yaml.safe_dump(for_http(sys.argv[1].rstrip("/")), sort_keys=False, allow_unicode=True))
