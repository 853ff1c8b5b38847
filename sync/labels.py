"""Labels: what an event is called and when it begins, as they are kept (encrypted) for telling people."""

from __future__ import annotations

from datetime import UTC, datetime

from sync.model import Start


def read_label(label: str) -> tuple[str, Start | None]:
    """Return title and start out of a label, as the sides write it: title, tab, start in ISO 8601.

    Odoo's has no zone and means UTC. What cannot be read as a start is none.
    """
    title, _, starts = label.partition("\t")
    try:
        if len(starts) == 10:
            return title, datetime.fromisoformat(starts).date()
        start = datetime.fromisoformat(starts)
    except ValueError:
        return title, None
    return title, start if start.tzinfo else start.replace(tzinfo=UTC)
