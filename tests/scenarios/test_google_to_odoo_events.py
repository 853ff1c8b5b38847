"""Scenarios of single events that Google brings: G2O-01, 02, 26, 34, 35, 41, 46."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.calendars import BRUSSELS, DAY, EVENT, HOUR, contact, partner, settle
from tests.scenarios.stage import Odd, answers, bring_over, brussels, names, on_day, rows, starts
from tests.world import World, make_world

NEW_YEAR = brussels(2020, 1, 2, 8)
START, END = brussels(2020, 1, 13, 16, 55), brussels(2020, 1, 13, 19, 55)


async def test_g2o_01_a_new_single_event(world: World) -> None:
    known = contact(world, "Public Contact", "public_email@example.com")
    async with on_day(world, NEW_YEAR):
        world.in_google("alice").create(
            "Pricing new update",
            start=START,
            end=END,
            visibility="public",
            reminders={"useDefault": True},
            description="<script>alert(1)</script><h1>Agenda</h1><ul><li>One</li><li>Two</li></ul>",
            attendees=[{"email": "public_email@example.com", "displayName": "Mitchell Admin"}],
        )
        await bring_over(world)
        [row] = rows(world, "allday", "description", "user_id", "privacy")
        assert (row["name"], row["allday"], row["privacy"]) == ("Pricing new update", False, "public")
        assert (row["start"], row["stop"]) == ("2020-01-13 15:55:00", "2020-01-13 18:55:00")
        assert row["description"] == "<h1>Agenda</h1><ul><li>One</li><li>Two</li></ul>"
        assert row["user_id"][0] == world.odoo.users["alice"].id
        alice = partner(world, "alice")
        assert answers(world, row) == {alice: "accepted", known: "needsAction"}
        assert set(row["partner_ids"]) == {alice, known}
        [kept] = world.odoo.as_user("alice").read("res.partner", [known], ["name"])
        assert kept["name"] == "Public Contact"
        await settle(world)


@pytest.mark.parametrize(
    "properties",
    [
        {"shared": {"odoo_owner_id": "invalid owner id", "odoo_odoo_id": "0"}},
        {"private": {"calsync": "invalid owner id"}},
        {"private": {"calsync": "-1.-1"}},
        {"private": {"calsync": "999999999999999999999999.0"}, "shared": {"calsync": "1.0"}},
    ],
)
async def test_g2o_02_malformed_properties_are_ignored(world: World, properties: dict[str, Any]) -> None:
    async with on_day(world, NEW_YEAR):
        world.in_google("alice").create("Event", start=START, end=END, extendedProperties=properties)
        await bring_over(world)
        [row] = rows(world, "user_id")
        assert row["user_id"][0] == world.odoo.users["alice"].id
        await settle(world)


async def test_g2o_26_imports_schedule_no_reminders_of_odoo(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Odoo plans its alarm job in whatever is written without `dont_notify`."""
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        reminders = {"useDefault": False, "overrides": [{"method": "email", "minutes": 10}]}
        event = google.create("Event", start=START + 30 * DAY, end=END + 30 * DAY, reminders=reminders)
        loud: list[str] = []
        run = world.odoo.database.run

        def watched(uid: int, context: dict[str, Any], *more: Any) -> Any:
            if not context.get("dont_notify"):
                loud.append(str(uid))
            return run(uid, context, *more)

        with monkeypatch.context() as patched:
            patched.setattr(world.odoo.database, "run", watched)
            await bring_over(world)
            world.advance(minutes=1)
            google.patch(event["id"], summary="New summary", description="New description")
            await bring_over(world)
        assert loud == []
        [row] = rows(world, "alarm_ids")
        assert row["name"] == "New summary"
        [alarm] = world.odoo.as_user("alice").read(
            "calendar.alarm", row["alarm_ids"], ["alarm_type", "duration_minutes"]
        )
        assert (alarm["alarm_type"], alarm["duration_minutes"]) == ("email", 10)
        await settle(world)


async def test_g2o_34_a_video_link_of_odoos_survives_until_google_has_one(world: World, odd: Odd) -> None:
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        event = google.create("Call", start=START, end=END, location="Room 1")
        await bring_over(world)
        [row] = rows(world)
        link = f"{world.odoo.url}/calendar/join_videocall/odoo_local_videocall"

        def joined() -> str:
            [read] = world.odoo.as_user("alice").read(EVENT, [row["id"]], ["videocall_location"])
            return str(read["videocall_location"])

        world.odoo.as_user("alice").write(EVENT, row["id"], {"videocall_location": link})
        link = joined()  # Odoo puts the event's own token into it
        assert "/calendar/join_videocall/" in link
        await settle(world)
        odd[event["id"]] = {"conferenceData": {"entryPoints": [{"entryPointType": "video", "uri": False}]}}
        google.patch(event["id"], summary="Call again")
        await bring_over(world)
        assert (names(rows(world)), joined()) == (["Call again"], link)
        odd[event["id"]] = {
            "conferenceData": {
                "entryPoints": [{"entryPointType": "video", "uri": "https://meet.google.com/abc-defg-hij"}]
            }
        }
        google.patch(event["id"], summary="Call at last")
        await bring_over(world)
        assert (names(rows(world)), joined()) == (["Call at last"], "https://meet.google.com/abc-defg-hij")


async def test_g2o_35_what_is_transparent_is_free(world: World) -> None:
    async with on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        google.create("Free", start=START, end=END, transparency="transparent")
        google.create("Busy", start=START + DAY, end=END + DAY, transparency="opaque")
        google.create("By default", start=START + 2 * DAY, end=END + 2 * DAY)
        await bring_over(world)
        assert [row["show_as"] for row in rows(world, "show_as")] == ["free", "busy", "busy"]
        await settle(world)


async def test_g2o_41_a_series_that_starts_just_after_the_clocks_changed(world: World) -> None:
    async with on_day(world, brussels(2023, 3, 20)):
        start = brussels(2023, 3, 27, 9)
        world.in_google("alice").create(
            "Review",
            start=start,
            end=start + HOUR,
            recurrence=["RRULE:FREQ=MONTHLY;COUNT=1;BYMONTHDAY=27"],
        )
        assert start.utcoffset() == 2 * HOUR
        assert brussels(2023, 3, 25).astimezone(BRUSSELS).utcoffset() == HOUR
        await bring_over(world)
        assert starts(rows(world)) == ["2023-03-27 07:00:00"]
        await settle(world)


@pytest.mark.parametrize(("version", "undefined"), [(17, "public"), (18, False), (19, False)])
async def test_g2o_46_without_a_visibility_privacy_is_the_default(
    tmp_path: Path, version: int, undefined: str | bool
) -> None:
    """Odoo 17 has no empty privacy: there the default is what everybody else sees of such an event."""
    async with make_world(tmp_path, odoo_version=version) as world, on_day(world, NEW_YEAR):
        google = world.in_google("alice")
        for n, visibility in enumerate((None, "default", "public")):
            shown = {"visibility": visibility} if visibility else {}
            google.create(f"Event {n}", start=START + n * DAY, end=END + n * DAY, **shown)
        await bring_over(world)
        assert [row["privacy"] for row in rows(world, "privacy")] == [undefined, undefined, "public"]
        await settle(world)
