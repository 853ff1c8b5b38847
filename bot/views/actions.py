"""The action ids of all buttons; each has one listener, and each listener a button."""

from __future__ import annotations

import enum


@enum.unique
class ActionId(enum.StrEnum):
    """What a button does; stable, since old messages keep their buttons."""

    CONNECT = "calsync.connect"
    STATUS = "calsync.status"
    RESYNC = "calsync.resync"
    OPEN_LINK = "calsync.open_link"
    DELETE_HELD = "calsync.held.delete"
    RESTORE_HELD = "calsync.held.restore"
    RESTORE_VALUE = "calsync.history.restore"
    SET_MEET = "calsync.settings.meet"
    USE_DATABASE = "calsync.database.use"
    RETRY_ALERT = "calsync.alert.retry"
    MUTE_ALERT = "calsync.alert.mute"
    UNMUTE_ALERT = "calsync.alert.unmute"
    RUNBOOK = "calsync.alert.runbook"
