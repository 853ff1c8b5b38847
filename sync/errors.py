"""What can go wrong in a sync, as a tree by what is done next; vendors' errors are translated into it."""

from __future__ import annotations


class SyncError(Exception):
    """Base of all expected trouble. `code` names the sentence that a person reads; it is stable."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class RetryLater(SyncError):
    """The other side cannot answer now; nothing is wrong with the item.

    `after` is the number of seconds the other side asked to wait, or None when it did not say.
    """

    def __init__(self, code: str, detail: str = "", *, after: float | None = None) -> None:
        super().__init__(code, detail)
        self.after = after


class WritesPaused(RetryLater):
    """The other side takes no changes of this account for now; reading from it goes on."""


class NeedsReconnect(SyncError):
    """The person's grant is dead; only that person can give a new one."""


class NeedsHuman(SyncError):
    """Nothing can be done for this account until a person decides something, or acts outside calsync."""


class Busy(SyncError):
    """A reset or an undo of this account is under way; until its end nothing else may touch the account."""


class Rejected(SyncError):
    """One item cannot be synced as it is; it is parked with `code` and the others go on."""


class Misconfigured(SyncError):
    """The installation is wrong; an administrator has to act. `detail` says what and how to mend it."""


class DatabaseTrouble(SyncError):
    """calsync's own database cannot be read or written now: nothing may be done that could not be noted."""


class Gone(SyncError):
    """The record does not exist any more."""


class Stale(SyncError):
    """Somebody changed the record since it was read: read again, merge again."""


class Taken(SyncError):
    """The id of a create exists already: our own earlier create, or a tombstone."""


class CursorExpired(SyncError):
    """The incremental cursor is no longer honoured: list again, and conclude nothing from what is missing."""
