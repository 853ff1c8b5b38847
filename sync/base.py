"""The base of a link: one keyed hash per field per side, of the value as that side returned it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sync.model import FIELDS, Event, Override, Recurrence, Reminder, Span, Start

Hash = Any
"""JSON: a text; or, where elements merge one by one, a sorted list of texts (reminders), a mapping from the
hash of an address to an answer (guests), or from a start to the field hashes of an occurrence (overrides).
"""
FieldHashes = dict[str, Hash]

FEW_VALUES = frozenset({"busy", "privacy", "response"})
"""Fields of few values: their hashes are remembered, as those of empty fields are, which is half of all."""


class Hasher:
    """Hashes field values under a secret key, so that a stolen database tells nothing of calendars."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._usual: dict[tuple[str, str], str] = {}

    def event(self, event: Event, fields: Iterable[str] = FIELDS) -> FieldHashes:
        """Hash the named fields of an event."""
        return {name: self.field(name, getattr(event, name)) for name in fields}

    def field(self, name: str, value: Any) -> Hash:
        """Hash one field's value."""
        match name:
            case "reminders":
                return sorted(self.element(name, item) for item in value)
            case "guests":
                return {self.element(name, guest.email): guest.response.value for guest in value}
            case "overrides":
                return {start_key(start): self.override(one) for start, one in value.items()}
        text = _canonical(value)
        if text and name not in FEW_VALUES:
            return self._hash(name, text)
        if (name, text) not in self._usual:
            self._usual[name, text] = self._hash(name, text)
        return self._usual[name, text]

    def override(self, override: Override) -> FieldHashes:
        """Hash the fields in which an occurrence differs from its series."""
        return {name: self.field(name, value) for name, value in override.items()}

    def element(self, name: str, value: object) -> str:
        """Hash one element of a field that holds a set."""
        return self._hash(name, _canonical(value))

    def _hash(self, name: str, text: str) -> str:
        # surrogatepass: Google may hand over lone surrogates, and a hash must take whatever comes.
        data = f"{name}\0{text}".encode("utf-8", "surrogatepass")
        digest = hmac.digest(self._key, data, "sha256")[:15]
        return base64.urlsafe_b64encode(digest).decode()


def changed(base: FieldHashes, now: FieldHashes) -> frozenset[str]:
    """Name the fields whose hash differs from the base; a field the base does not know counts as changed."""
    return frozenset(name for name, value in now.items() if base.get(name) != value)


def edited(base: FieldHashes, now: FieldHashes) -> bool:
    """Say whether anything changed but what somebody answered to an invitation."""
    return bool(changed(_without_answers(base), _without_answers(now)))


def _without_answers(hashes: FieldHashes) -> FieldHashes:
    kept = {name: value for name, value in hashes.items() if name != "response"}
    if "guests" in kept:
        kept["guests"] = sorted(kept["guests"])
    if "overrides" in kept:
        bare = {key: _without_answers(one) for key, one in kept["overrides"].items()}
        kept["overrides"] = {key: one for key, one in bare.items() if one}
    return kept


def start_key(start: Start) -> str:
    """Return an occurrence's start as a base names it: ISO 8601, UTC or a date."""
    return _instant(start)


def read_start(key: str) -> Start:
    """Return the start that `start_key` named."""
    return datetime.fromisoformat(key) if "T" in key else date.fromisoformat(key)


def trimmed_base(base: FieldHashes, within: Callable[[Start], bool]) -> FieldHashes:
    """Return a base without the occurrences for which `within` is not true."""
    if not base.get("overrides"):
        return base
    return {
        **base,
        "overrides": {key: one for key, one in base["overrides"].items() if within(read_start(key))},
    }


def _canonical(value: object) -> str:
    match value:
        case Span(start, end):
            return f"{_instant(start)}/{_instant(end)}"
        case Reminder(method, minutes):
            return f"{method} {minutes}"
        case Recurrence(lines, zone):
            return "\n".join([zone, *lines])
        case None:
            return ""
        case _:
            return str(value)


def _instant(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
