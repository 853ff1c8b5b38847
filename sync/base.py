"""The base of a link: one keyed hash per field per side, of the value as that side returned it."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime

from sync.model import FIELDS, Event, Reminder, Span

Hash = str | list[str]
FieldHashes = dict[str, Hash]
"""Field name to hash; a list of hashes, sorted, where the elements merge one by one."""


class Hasher:
    """Hashes field values under a secret key, so that a stolen database tells nothing of calendars."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def event(self, event: Event, fields: Iterable[str] = FIELDS) -> FieldHashes:
        """Hash the named fields of an event."""
        return {name: self.field(name, getattr(event, name)) for name in fields}

    def field(self, name: str, value: object) -> Hash:
        """Hash one field's value."""
        if isinstance(value, frozenset):
            return sorted(self.element(name, item) for item in value)
        return self._hash(name, _canonical(value))

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


def _canonical(value: object) -> str:
    match value:
        case Span(start, end):
            return f"{_instant(start)}/{_instant(end)}"
        case Reminder(method, minutes):
            return f"{method} {minutes}"
        case _:
            return str(value)


def _instant(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
