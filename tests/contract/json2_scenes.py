"""What must be there before a scenario makes sense that was recorded over JSON-2 only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.contract.stage import EVENT, PLAIN, QUIET, SECRET, Recording, Stage


def _plain(stage: Stage, recording: Recording) -> None:
    (ids, *_), _ = recording.call()
    for recorded in ids:
        stage.event(recorded, PLAIN)


def _found(stage: Stage, recording: Recording) -> None:
    """Create the events among which the recording's domain chooses."""
    (domain, *_), _ = recording.call()
    for recorded in domain[0][2]:
        stage.event(recorded, PLAIN)


def _archived(stage: Stage, recording: Recording) -> None:
    _, (row,) = recording.call()
    event = stage.event(row["id"], PLAIN | {"name": row["name"]})
    stage.act("alice").write(EVENT, event, {"active": False}, QUIET)


def _read(stage: Stage, recording: Recording) -> None:
    _, rows = recording.call()
    for row in rows:
        stage.event(row["id"], PLAIN | {"name": row["name"]})


def _private(stage: Stage, recording: Recording) -> None:
    (ids, *_), _ = recording.call()
    stage.event(ids[0], SECRET | {"privacy": "private"})


def _token(stage: Stage, recording: Recording) -> None:
    _, (row,) = recording.call()
    stage.event(row["id"], PLAIN | {"name": row["name"], "access_token": row["access_token"]})


def _of_web(stage: Stage, recording: Recording) -> None:
    _, answer = recording.call()
    for row in answer["records"]:
        stage.event(row["id"], PLAIN | {"name": row["name"]})


def _alarms(stage: Stage, recording: Recording) -> None:
    """Create the reminders that the recorded database had beyond those of every Odoo."""
    _, rows = recording.call()
    admin = stage.act("admin")
    known = admin.search("calendar.alarm")
    for row in rows:
        if row["id"] not in known:
            values = {name: row[name] for name in ("name", "alarm_type", "duration", "interval")}
            stage.pair("calendar.alarm", row["id"], admin.create("calendar.alarm", values))


def _nothing(_stage: Stage, _recording: Recording) -> None:
    """Leave the stage as it is."""


def _one_each(stage: Stage, recording: Recording) -> None:
    """Let everybody whose key was used create the event that is then read with it."""
    for person, exchange in zip(("alice", "svc", "admin"), recording.exchanges, strict=True):
        [recorded] = exchange["request"]["ids"]
        stage.pair(EVENT, recorded, stage.act(person).create(EVENT, PLAIN, QUIET))


def _linked(stage: Stage, recording: Recording) -> None:
    shown = recording.exchanges[-1]["response"][0]
    stage.event(shown["id"], PLAIN | {"google_id": shown["google_id"], "need_sync": False})


def _wrong_key(stage: Stage, _recording: Recording) -> None:
    stage.wrong["<BAD_KEY>"] = "made up"


def _password(stage: Stage, _recording: Recording) -> None:
    stage.wrong["<BAD_KEY>"] = stage.odoo.users["alice@example.com"].password


def _ended_key(stage: Stage, _recording: Recording) -> None:
    ends = stage.odoo.clock.now() - timedelta(days=1)
    stage.wrong["<API_KEY>"] = stage.odoo.add_key("alice@example.com", expires=ends)


def _archived_user(stage: Stage, _recording: Recording) -> None:
    stage.act("admin").write("res.users", stage.user("alice"), {"active": False})


SCENES: dict[str, Callable[[Stage, Recording], None]] = {
    "action_mass_deletion_null": _plain,
    "acts_as_key_owner": _one_each,
    "alarm_list": _alarms,
    "auth_archived_user": _archived_user,
    "auth_bad_key": _wrong_key,
    "auth_expired_key": _ended_key,
    "auth_password_instead_of_key": _password,
    "copy_recordset_result": _plain,
    "error_access_private": _private,
    "error_usererror": _plain,
    "gcal_reset_denied_plain": _nothing,
    "gcal_reset_dont_delete_new": _linked,
    "gcal_unlink_with_google_id": _linked,
    "read": _read,
    "search": _found,
    "search_by_access_token": _token,
    "search_count": _found,
    "search_read_context_active_test": _archived,
    "unlink": _plain,
    "web_search_read": _of_web,
    "write": _plain,
    "write_wrong_argname": _plain,
    "write_x2many_commands": _plain,
}
