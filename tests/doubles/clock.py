"""The clock of a double: real time until somebody sets, freezes or moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class DoubleClock:
    """Tells a double what time it is; all times are aware and UTC."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._frozen: datetime | None = None

    def now(self) -> datetime:
        """Return the double's idea of the present moment."""
        return self._frozen if self._frozen is not None else datetime.now(UTC) + self._offset

    def set(self, moment: datetime, *, frozen: bool = False) -> None:
        """Jump to `moment` (aware); with `frozen` stay there until moved again."""
        self._offset = moment - datetime.now(UTC)
        self._frozen = moment.astimezone(UTC) if frozen else None

    def advance(self, **amount: float) -> None:
        """Move on by the keywords of `timedelta`, for example `advance(minutes=5)`."""
        self.set(self.now() + timedelta(**amount), frozen=self._frozen is not None)
