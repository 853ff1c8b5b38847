"""Meeting links: which one an event of Google's shows, and which ones Google can hold (conferenceData)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sync.text import clean

Resource = Mapping[str, Any]

_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_MEET = re.compile(r"https://meet\.google\.com/(?P<code>[A-Za-z0-9_-]+)(?:[/?#]\S*)?")


def link(item: Resource) -> str:
    """Return the address at which people meet, or "": of a conference still being made there is none yet."""
    for point in _points(item.get("conferenceData")):
        uri = point.get("uri")
        if point.get("entryPointType") == "video" and isinstance(uri, str) and _WEB.fullmatch(clean(uri)):
            return clean(uri)
    uri = item.get("hangoutLink")
    return clean(uri) if isinstance(uri, str) and _WEB.fullmatch(clean(uri)) else ""


def _points(shown: object) -> Iterator[Resource]:
    points = shown.get("entryPoints") if isinstance(shown, Mapping) else None
    if isinstance(points, list):
        yield from (point for point in points if isinstance(point, Mapping))


def is_held(address: str) -> bool:
    """Say whether Google can keep this link in its own field: only those of its Meet."""
    return _MEET.fullmatch(address) is not None


def data(address: str) -> dict[str, Any] | None:
    """Return the conferenceData that gives an event this Meet link, or None, which takes its link away.

    Source: Calendar API reference/events, conferenceData: a conference that exists is copied by naming its
    solution and its entry points.
    """
    found = _MEET.fullmatch(address)
    if found is None:
        return None
    return {
        "conferenceId": found["code"],
        "conferenceSolution": {"key": {"type": "hangoutsMeet"}},
        "entryPoints": [
            {"entryPointType": "video", "uri": address, "label": address.removeprefix("https://")}
        ],
    }


def request(event_id: str) -> dict[str, Any]:
    """Return the conferenceData that asks for a new Meet link, once however often it is sent."""
    solution = {"type": "hangoutsMeet"}
    return {"createRequest": {"requestId": event_id, "conferenceSolutionKey": solution}}
