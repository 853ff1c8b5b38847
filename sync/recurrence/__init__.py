"""Recurrence of series (RFC 5545): lines read and written, occurrences, edits; nothing here touches I/O."""

from sync.model import Recurrence, Start
from sync.recurrence.edit import cut, tail, with_end
from sync.recurrence.lines import read, write
from sync.recurrence.move import moved
from sync.recurrence.starts import canonical, equal, is_endless, last_start, occurrences, span_at

__all__ = [
    "Recurrence", "Start", "canonical", "cut", "equal", "is_endless", "last_start", "moved", "occurrences",
    "read", "span_at", "tail", "with_end", "write",
]  # fmt: skip
