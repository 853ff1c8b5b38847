"""What must be there before a recorded scenario makes sense, built from its own requests and answers."""

from __future__ import annotations

from collections.abc import Callable

from tests.contract import json2_scenes
from tests.contract.stage import EVENT, JSON2, NOWHERE, PLAIN, QUIET, SECRET, Recording, Stage

_SERIES = {"name": "Rec", "start": "2027-03-22 08:00:00", "stop": "2027-03-22 09:00:00", "recurrency": True}
_WEEKLY = {"rrule_type": "weekly", "interval": 1, "end_type": "count", "count": 4, "mon": True}
_COPIED = ("name", "privacy", "show_as", "description", "location", "videocall_location")


def prepare(stage: Stage, recording: Recording) -> None:
    """Bring the stage into the state that a recording starts from."""
    if recording.server == JSON2 and (own := json2_scenes.SCENES.get(recording.name)):
        own(stage, recording)
        return
    for prefix, scene in _SCENES.items():
        if recording.name.startswith(prefix):
            scene(stage, recording)
            return


def _plain(stage: Stage, recording: Recording) -> None:
    ids, _ = recording.call()
    for recorded in ids[0]:
        if recorded != NOWHERE:
            stage.event(recorded, PLAIN)


def _private(stage: Stage, recording: Recording) -> None:
    (ids, *_), _ = recording.call()
    stage.event(ids[0], SECRET | {"privacy": "private"})


def _open(stage: Stage, recording: Recording) -> None:
    privacy = recording.name.split("_")[1]
    (ids, *_), _ = recording.call()
    stage.event(ids[0], SECRET | {"privacy": False if privacy == "False" else privacy})


def _mixed(stage: Stage, recording: Recording) -> None:
    (ids, *_), _ = recording.call()
    for recorded, privacy in zip(ids, ("private", "public"), strict=True):
        stage.event(recorded, SECRET | {"privacy": privacy})


def _rows(stage: Stage, recording: Recording) -> None:
    """Create the events that a recorded answer shows."""
    _, rows = recording.call()
    for row in rows:
        vals = {name: row[name] for name in _COPIED if row.get(name)}
        times = ("start_date", "stop_date") if row.get("allday") else ("start", "stop")
        given = {name: row.get(name, PLAIN.get(name)) for name in times}
        alarms = [[6, 0, row.get("alarm_ids") or []]]
        stage.event(row["id"], {**vals, **given, "allday": bool(row.get("allday")), "alarm_ids": alarms})


def _owner_reads(stage: Stage, recording: Recording) -> None:
    _, (row,) = recording.call()
    stage.event(row["id"], SECRET | {"privacy": "private", "description": row["description"]})


def _attendees(stage: Stage, recording: Recording) -> None:
    _, rows = recording.call()
    partners = [stage.actual("res.partner", row["partner_id"][0]) for row in rows]
    vals = {"name": rows[0]["event_id"][1], "partner_ids": [[6, 0, partners]]}
    event = stage.event(rows[0]["event_id"][0], PLAIN | vals)
    for row, partner in zip(rows, partners, strict=True):
        attendee = _attendee(stage, event, partner)
        stage.pair("calendar.attendee", row["id"], attendee)


def _attendee(stage: Stage, event: int, partner: int) -> int:
    domain = [("event_id", "=", event), ("partner_id", "=", partner)]
    return stage.act("admin").search("calendar.attendee", domain)[0]


def _answering(stage: Stage, recording: Recording) -> None:
    """Let bob be invited to an event of alice's; the recording names his attendee row."""
    args, _ = recording.call()
    private = {"privacy": "private"} if "private" in recording.name else {}
    by_event = recording.name == "attendee_state_via_event_write"
    event = stage.event(args[0][0] if by_event else 0, PLAIN | private, ("alice", "bob"))
    recorded = args[1]["attendee_ids"][0][1] if by_event else args[0][0]
    stage.pair("calendar.attendee", recorded, _attendee(stage, event, stage.partner("bob")))


def _series(stage: Stage, recording: Recording) -> None:
    """Create a weekly series; the recording edits its base, its second or its third row."""
    args, _ = recording.call()
    actor = stage.act("alice")
    zone = {"event_tz": "Europe/Brussels"}
    base = actor.create(EVENT, {**_SERIES, **_WEEKLY, **zone}, QUIET)
    rows = actor.search(EVENT, [("recurrence_id", "!=", False)], order="start")
    of_row = {"all": 0, "self_only": 1, "one": 1, "future": 2}
    number = next((n for word, n in of_row.items() if word in recording.name.split("recurrence_")[1]), 0)
    if recording.name == "recurrence_read_rule":
        rule = actor.read(EVENT, base, ["recurrence_id"])[0]["recurrence_id"][0]
        stage.pair("calendar.recurrence", args[0][0], rule)
    else:
        stage.pair(EVENT, args[0][0], rows[number])


def _rule(stage: Stage, recording: Recording) -> None:
    args, _ = recording.call()
    rule = stage.act("alice").create(
        "calendar.recurrence", {"rrule": "FREQ=WEEKLY;BYDAY=MO", "event_tz": "UTC"}
    )
    stage.pair("calendar.recurrence", args[0][0]["recurrence_id"], rule)


def _imported(stage: Stage, recording: Recording) -> None:
    """Import the rows of a recording beforehand; after a deletion the first of them is gone again."""
    (fields, rows), result = recording.call()
    person = recording.name.rsplit("_", 1)[1]
    actor = stage.act(person if person in ("admin", "svc") else "alice")
    plain = [i for i, name in enumerate(fields) if "/" not in name]
    kept = [[row[i] for i in plain] for row in rows]
    context = QUIET | {"tz": "UTC", "noupdate": person == "repeat"}
    done = actor.call(EVENT, "load", [fields[i] for i in plain], kept, context=context)
    for recorded, actual in zip(result["ids"], done["ids"], strict=True):
        stage.pair(EVENT, recorded, actual)
    if "after_delete" in recording.name:
        actor.unlink(EVENT, done["ids"][0])
        del stage.ids[EVENT][result["ids"][0]]


def _import_denied(stage: Stage, recording: Recording) -> None:
    (_, rows), _ = recording.call()
    fields = ["id", "name", "start", "stop", "privacy"]
    row = [rows[0][0], "mine", PLAIN["start"], PLAIN["stop"], "private"]
    stage.act("alice").call(EVENT, "load", fields, [row], context=QUIET)


def _token(stage: Stage, recording: Recording) -> None:
    (domain, *_), ids = recording.call()
    stage.event(ids[0], PLAIN | {"access_token": domain[0][2]})


def _linked(stage: Stage, recording: Recording) -> None:
    (ids, *_), _ = recording.call()
    stage.event(ids[0], PLAIN | {"google_id": "linked"})


def _reset(stage: Stage, recording: Recording) -> None:
    (ids, *_), _ = recording.call()
    stage.event(0, PLAIN | {"google_id": "linked"})
    delete, sync = recording.name.removeprefix("gcal_reset_").rsplit("_", 1)
    vals = {"user_id": stage.user("alice"), "delete_policy": delete, "sync_policy": sync}
    wizard = stage.act("admin").create("google.calendar.account.reset", vals)
    stage.pair("google.calendar.account.reset", ids[0], wizard)


def _nothing(_stage: Stage, _recording: Recording) -> None:
    """Leave the stage as it is."""


def _connected(stage: Stage, _recording: Recording) -> None:
    stage.odoo.connect_google("alice@example.com")


# By the beginning of a recording's name; the first that fits counts.
_SCENES: dict[str, Callable[[Stage, Recording], None]] = {
    "attendee_read": _attendees,
    "attendee_": _answering,
    "private_read_by_owner": _owner_reads,
    "private_": _private,
    "unlink_private": _private,
    "unlink_by_owner": _private,
    "unlink_confidential": _open,
    "unlink_public": _open,
    "unlink_False": _open,
    "unlink_mixed": _plain,
    "write_alarms": _plain,
    "write_mixed": _plain,
    "read_mixed_private": _mixed,
    "read_": _rows,
    "search_read": _rows,
    "search_by_access_token": _token,
    "recurrence_create": _nothing,
    "recurrence_explicit": _rule,
    "recurrence_convert": _plain,
    "recurrence_": _series,
    "load_repeat": _imported,
    "load_after_delete": _imported,
    "load_create_if_absent_repeat": _imported,
    "load_denied": _import_denied,
    "gcal_reset_fields": _nothing,
    "gcal_reset": _reset,
    "gcal_unlink": _linked,
    "gcal_status_active": _connected,
}
