"""The action ids of all buttons and menus; each has one listener, and each listener a button."""

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
    SET_DIRECTION = "calsync.settings.direction"
    SET_KINDS = "calsync.settings.kinds"
    SET_PAST = "calsync.settings.past"
    SET_FUTURE = "calsync.settings.future"
    SET_QUIET_FROM = "calsync.settings.quiet_from"
    SET_QUIET_UNTIL = "calsync.settings.quiet_until"
    SET_LANGUAGE = "calsync.settings.language"
    RUN = "calsync.run"
    OPEN_EVENT = "calsync.open_event"
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
    RETRY_ALERT = "calsync.alert.retry"
    MUTE_ALERT = "calsync.alert.mute"
    UNMUTE_ALERT = "calsync.alert.unmute"
    RUNBOOK = "calsync.alert.runbook"
