"""The faults one can switch on: Google's quota used up, Odoo down, the connection lost after a write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.doubles.faults import Fault, FaultPlan

_WRITES = re.compile(r"calendar\.events\.(insert|patch|update|delete)|calendar\.event\.(create|write|unlink)")


@dataclass
class NextWrite(Fault):
    """Cuts the connection once, after the next write, whichever double it is planned in meets it first."""

    def fits(self, operation: str, detail: dict[str, Any], *, write: bool) -> bool:
        """Say whether this is a write, and the first."""
        return self.hits == 0 and _WRITES.fullmatch(operation) is not None


class Switches:
    """The faults by name, each on or off."""

    names = ("google_429", "odoo_down", "lost_write")

    def __init__(self, google: FaultPlan, odoo: FaultPlan) -> None:
        self._google, self._odoo = google, odoo
        self._planned: dict[str, Fault] = {}

    def is_on(self, name: str) -> bool:
        """Say whether a fault is on; the one that strikes once is off after it has struck."""
        fault = self._planned.get(name)
        return fault is not None and (fault.times is None or fault.hits == 0)

    def turn(self, name: str, *, on: bool) -> Fault | None:
        """Switch a fault on, returning it, or off.

        Raises:
            LookupError: there is no such fault.
        """
        if name not in self.names:
            raise LookupError(f"no fault is called {name}")
        if old := self._planned.pop(name, None):
            self._google.remove(old)
            self._odoo.remove(old)
        if not on:
            return None
        fault, plans = self._fault(name)
        for plan in plans:
            plan.add(fault)
        self._planned[name] = fault
        return fault

    def _fault(self, name: str) -> tuple[Fault, tuple[FaultPlan, ...]]:
        match name:
            case "google_429":
                limit = Fault("calendar.*", times=None, status=429, reason="rateLimitExceeded")
                return limit, (self._google,)
            case "odoo_down":
                return Fault("*", times=None, drop="before"), (self._odoo,)
            case _:
                return NextWrite(drop="after"), (self._google, self._odoo)
