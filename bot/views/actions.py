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
    PAUSE = "calsync.pause"
    RESUME = "calsync.resume"
    CONFIRM_DISCONNECT = "calsync.disconnect.confirm"
    CANCEL_PROMPT = "calsync.prompt.cancel"
    RESET_LEAVE = "calsync.reset.existing.leave"
    RESET_GOOGLE = "calsync.reset.existing.google"
    RESET_ODOO = "calsync.reset.existing.odoo"
    RESET_BOTH = "calsync.reset.existing.both"
    RESET_NEW = "calsync.reset.next.new"
    RESET_ALL = "calsync.reset.next.all"
    PREVIEW_RESET = "calsync.reset.preview"
    CHOOSE_RESET = "calsync.reset.choose"
    CONFIRM_RESET = "calsync.reset.confirm"
    CANCEL_JOB = "calsync.job.cancel"
    UNDO = "calsync.undo"
    CONFIRM_UNDO = "calsync.undo.confirm"
