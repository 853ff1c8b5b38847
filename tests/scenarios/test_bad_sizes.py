"""Events of sizes nobody has in mind: crowds of guests, bombs of HTML, texts longer than Google takes."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest

from sync.google.codec import DESCRIPTION_LIMIT, LOCATION_LIMIT, TITLE_LIMIT
from sync.text import CUT_MARK, visible_text
from tests.scenarios.busy import HOUR, NOON, make_in_odoo
from tests.scenarios.calendars import EVENT, partner
from tests.scenarios.stage import PARTNER, Odd, addresses, answers, names, reasons, rows
from tests.world import World

CROWD = [f"guest{n}@example.com" for n in range(500)]
DEEP = 60_000


async def assert_quiet(world: World) -> None:
    """Assert that a further run writes nothing to either side, and that nobody was mailed."""
    world.google.log.clear()
    world.odoo.log.clear()
    assert (await world.sync("alice")).code == "ok"
    assert world.google.log.writes() == world.odoo.log.writes() == []
    assert not world.google.mails
    assert not world.odoo.mails
    assert await reasons(world) == []


@pytest.mark.parametrize("known", [False, True])
async def test_500_guests_come_over_and_stay(connected: World, *, known: bool) -> None:
    partners: list[int] = []
    if known:
        contacts = [{"name": email, "email": email} for email in CROWD]
        partners = connected.odoo.as_user("admin").create(PARTNER, contacts)
    google = connected.in_google("alice")
    event = google.create("Crowd", start=NOON, end=NOON + HOUR, attendees=addresses(*CROWD))
    google.create("Ordinary", start=NOON, end=NOON + HOUR)
    assert (await connected.sync("alice")).counts == {"new_in_google": 2}
    [row] = [one for one in rows(connected) if one["name"] == "Crowd"]
    alice = partner(connected, "alice")
    assert answers(connected, row) == {alice: "accepted"} | dict.fromkeys(partners, "needsAction")
    await assert_quiet(connected)
    connected.odoo.as_user("alice").write(EVENT, row["id"], {"name": "Big crowd"})
    assert (await connected.sync("alice")).code == "ok"
    after = google.event(event["id"])
    assert after["summary"] == "Big crowd"
    assert len(after["attendees"]) == 501
    await assert_quiet(connected)


async def test_a_list_of_guests_that_google_cuts_is_no_removal(connected: World, odd: Odd) -> None:
    google = connected.in_google("alice")
    event = google.create("Crowd", start=NOON, end=NOON + HOUR, attendees=addresses("bob", "carol", *CROWD))
    odd[event["id"]] = {"attendeesOmitted": True, "attendees": None}
    assert (await connected.sync("alice")).counts == {"new_in_google": 1}
    assert names(rows(connected)) == ["Crowd"]
    connected.odoo.as_user("alice").write(EVENT, rows(connected)[0]["id"], {"location": "Hall"})
    assert (await connected.sync("alice")).code == "ok"
    odd.clear()
    after = google.event(event["id"])
    assert after["location"] == "Hall"
    assert len(after["attendees"]) == 503


BOMBS = {
    "nested": "<div>" * DEEP + "boom" + "</div>" * DEEP,
    "never closed": "<b><i><u>" * DEEP + "boom",
    "never opened": "boom" + "</div></p></a>" * DEEP,
    "attributes": "<p " + " ".join(f"a{n}=1" for n in range(DEEP)) + ">boom</p>",
    "angle brackets": "boom" + "<" * 500_000,
    "entities": "boom" + "&amp;lt;" * DEEP,
    "comment": "boom<!--" + "<!--" * DEEP,
    "tables": "<table><tr><td>" * 5_000 + "boom",
    "scripts": "boom" + "<script>alert(1)</script>" * DEEP,
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_of_html_goes_off_nowhere(connected: World, odd: Odd, bomb: str) -> None:
    google = connected.in_google("alice")
    event = google.create("Bomb", start=NOON, end=NOON + HOUR)
    odd[event["id"]] = {"description": BOMBS[bomb]}
    google.create("Ordinary", start=NOON + HOUR, end=NOON + 2 * HOUR)
    began = monotonic()
    assert (await connected.sync("alice")).counts == {"new_in_google": 2}
    assert monotonic() - began < 60
    assert names(rows(connected)) == ["Bomb", "Ordinary"]
    [description] = [row["description"] for row in rows(connected, "description") if row["name"] == "Bomb"]
    assert "boom" in visible_text(description)
    assert "<script" not in description
    await assert_quiet(connected)


async def test_texts_beyond_googles_limits_are_cut_there_and_whole_in_odoo(connected: World) -> None:
    texts: dict[str, Any] = {
        "name": "word " * 1_000 + "end",
        "location": "room " * 2_000 + "end",
        "description": "<p>" + "much to say " * 5_000 + "end</p>",
    }
    event_id = make_in_odoo(connected, "alice", title=texts["name"], **_without(texts, "name"))
    make_in_odoo(connected, "alice", "Ordinary")
    assert (await connected.sync("alice")).counts == {"new_in_odoo": 2}
    [item] = [one for one in connected.in_google("alice").events() if one["summary"] != "Ordinary"]
    for field, limit in (
        ("summary", TITLE_LIMIT),
        ("location", LOCATION_LIMIT),
        ("description", DESCRIPTION_LIMIT),
    ):
        assert limit / 2 < len(item[field]) <= limit
        assert item[field].endswith(CUT_MARK)
    await assert_quiet(connected)
    later = NOON + HOUR
    connected.in_google("alice").patch(item["id"], start=later, end=later + HOUR)
    assert (await connected.sync("alice")).counts == {"edited_in_google": 1}
    [row] = connected.odoo.as_user("alice").read(EVENT, [event_id], list(texts))
    assert {name: row[name] for name in texts} == texts
    await assert_quiet(connected)


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}
