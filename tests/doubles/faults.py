"""Faults that a double plays on demand: errors, delays, lost and cut answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any, Literal


@dataclass
class Fault:
    """One planned fault; the first one whose pattern fits a request and that is not used up is played.

    `operation` is a glob over the double's operation names (`calendar.events.insert`,
    `calendar.event.create`, `chat.postMessage`); `where` narrows it to requests whose details have these
    values, `writes` to those that may change something. The first `skip` fits pass unharmed, the next `times`
    are hit (None: until removed).

    `struck` is set as soon as one is hit. What happens to it, in this order: `does` is called, so that
    something else happens at this very moment (a person revokes the grant); wait `delay` seconds, then for
    the event `hold`; `drop="before"` cuts the connection
    with nothing done; otherwise, when `after` is set or the fault needs a real answer (`drop="after"`,
    `cut_body`, a bare delay), the request is processed; then `drop="after"` cuts the connection, `status`
    replaces the answer, `cut_body` sends only that many bytes of it.
    """

    operation: str = "*"
    times: int | None = 1
    skip: int = 0
    where: dict[str, Any] = field(default_factory=dict)
    writes: bool = False
    does: Callable[[], None] | None = None
    status: int | None = None
    reason: str = ""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    content_type: str = "text/html"
    after: bool = False
    delay: float = 0.0
    drop: Literal["before", "after"] | None = None
    cut_body: int | None = None
    hold: asyncio.Event | None = None
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    hits: int = 0

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Fault:
        """Build a fault from the admin interface's JSON.

        Raises:
            ValueError: a key is not one of the fault's settings.
        """
        allowed = {f.name for f in fields(cls)} - {"does", "hold", "struck", "hits"}
        if unknown := set(data) - allowed:
            raise ValueError(f"unknown fault settings {sorted(unknown)}; there are {sorted(allowed)}")
        return cls(**data)

    def fits(self, operation: str, detail: dict[str, Any], *, write: bool) -> bool:
        """Say whether this fault is meant for a request; `write`: it may change something."""
        return (
            fnmatchcase(operation, self.operation)
            and (write or not self.writes)
            and all(re.search(str(v), str(detail.get(k, ""))) for k, v in self.where.items())
        )


class FaultPlan:
    """The faults a double has still to play, in the order they were added."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def add(self, fault: Fault | None = None, **settings: Any) -> Fault:
        """Plan a fault, given whole or by its settings, and return it (its `hits` tell whether it struck)."""
        fault = fault or Fault(**settings)
        self.faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a fault back; it is no error if it has gone already."""
        if fault in self.faults:
            self.faults.remove(fault)

    def clear(self) -> None:
        """Take all faults back."""
        self.faults.clear()

    def take(self, operation: str, detail: dict[str, Any], *, write: bool = False) -> Fault | None:
        """Return the fault to play on this request, using it up, or None."""
        for fault in self.faults:
            if not fault.fits(operation, detail, write=write):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                return None
            fault.hits += 1
            fault.struck.set()
            if fault.times is not None and fault.hits >= fault.times:
                self.faults.remove(fault)
            return fault
        return None
