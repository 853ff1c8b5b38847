"""Modals and the Home tab: what is taken, trigger_ids, the stack, and races."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.builders import entry, modal, plain, section
from tests.doubles.slack.conftest import refused
from tests.doubles.slack.schema import Json
from tests.doubles.slack.view_rules import check_view

HOME = {"type": "home", "blocks": [section("hello")]}


def without(view: Json, key: str) -> Json:
    return {k: v for k, v in view.items() if k != key}


WRONG: list[tuple[Json, str]] = [
    (without(modal(section("x")), "title"), "missing required field: title [json-pointer:/view]"),
    (modal(), "no less than 1 items allowed [json-pointer:/view/blocks]"),
    (modal(*[section("x")] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
    (
        modal(section("x"), title=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/title/text]",
    ),
    (
        modal(section("x"), submit=plain("x" * 25)),
        "must be less than 25 characters [json-pointer:/view/submit/text]",
    ),
    (modal(section("x"), close="No"), "must provide an object [json-pointer:/view/close]"),
    (
        modal(section("x"), private_metadata="x" * 3001),
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
    ),
    (
        modal(section("x"), callback_id="x" * 256),
        "must be less than 256 characters [json-pointer:/view/callback_id]",
    ),
    (
        modal(section("x"), external_id="x" * 256),
        "must be less than 256 characters [json-pointer:/view/external_id]",
    ),
    (
        modal(section("x"), submit_disabled=True),
        "invalid additional property: submit_disabled [json-pointer:/view]",
    ),
    (without(modal(entry("l", "b")), "submit"), "missing required field: submit [json-pointer:/view]"),
    (
        modal(section("x", block_id="b"), section("y", block_id="b")),
        "Block ID needs to be unique [json-pointer:/view/blocks/1/block_id]",
    ),
    (
        modal({"type": "markdown", "text": "x"}),
        "unsupported type: markdown [json-pointer:/view/blocks/0/type]",
    ),
    (HOME, "must be one of: modal [json-pointer:/view/type]"),
]


@pytest.mark.parametrize(("view", "complaint"), WRONG, ids=[complaint for _, complaint in WRONG])
def test_modals_that_are_refused(view: Json, complaint: str) -> None:
    assert complaint in check_view(view, "modal")


def test_home_tabs_have_no_title_and_no_alert() -> None:
    assert check_view(HOME, "home") == []
    assert "invalid additional property: title [json-pointer:/view]" in check_view(
        {**HOME, "title": plain("t")}, "home"
    )
    alert = {"type": "alert", "text": plain("x"), "level": "warning"}
    assert check_view(modal(alert), "modal") == []
    assert check_view({"type": "home", "blocks": [alert]}, "home")


async def test_the_answer_to_a_wrong_view(slack: SlackDouble, client: AsyncWebClient) -> None:
    trigger = slack.triggers.new("U1")
    answer = await refused("invalid_arguments", client.views_open(trigger_id=trigger, view=modal()))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
        "[ERROR] no less than 1 items allowed [json-pointer:/view/blocks]",
    ]
    await client.views_open(trigger_id=trigger, view=modal(section("x")))  # it did not cost the trigger
    huge = modal(*[section("x" * 3000)] * 90)
    await refused("view_too_large", client.views_open(trigger_id=slack.triggers.new("U1"), view=huge))


async def test_a_trigger_lives_three_seconds_and_opens_one_view(
    slack: SlackDouble, client: AsyncWebClient, ada: Person
) -> None:
    trigger = slack.triggers.new("U1")
    opened = await client.views_open(trigger_id=trigger, view=modal(section("hello")))
    assert opened["view"]["root_view_id"] == opened["view"]["id"]
    assert opened["view"]["state"] == {"values": {}}
    assert await ada.see_modal("hello")
    await refused("exchanged_trigger_id", client.views_open(trigger_id=trigger, view=modal(section("x"))))
    late = slack.triggers.new("U1")
    slack.clock.advance(seconds=3.1)
    await refused("expired_trigger_id", client.views_open(trigger_id=late, view=modal(section("x"))))
    unknown = late[:-1] + ("0" if late[-1] != "0" else "1")
    await refused("invalid_trigger_id", client.views_open(trigger_id=unknown, view=modal(section("x"))))
    await refused("invalid_arguments", client.views_open(trigger_id="x", view=modal(section("x"))))


async def test_the_stack_holds_three_views(slack: SlackDouble, client: AsyncWebClient, ada: Person) -> None:
    async def push(text: str) -> Any:
        trigger = slack.triggers.new("U1", in_modal=True)
        return await client.views_push(trigger_id=trigger, view=modal(section(text)))

    await refused("not_found", push("no modal is open"))
    first = await client.views_open(trigger_id=slack.triggers.new("U1"), view=modal(section("first")))
    outside = slack.triggers.new("U1")
    await refused("not_found", client.views_push(trigger_id=outside, view=modal(section("x"))))
    await push("second")
    third = (await push("third"))["view"]
    assert third["root_view_id"] == first["view"]["id"]
    await refused("push_limit_reached", push("fourth"))
    assert await ada.see_modal("third")
    await ada.close()
    assert await ada.see_modal("second")
    await ada.close(everything=True)
    assert ada.modal() is None
    update = client.views_update(view_id=first["view"]["id"], view=modal(section("x")))
    await refused("not_found", update)


async def test_update_by_id_by_external_id_and_with_a_hash(
    slack: SlackDouble, client: AsyncWebClient, ada: Person
) -> None:
    form = modal(entry("Name", "name"), external_id="mine")
    opened = (await client.views_open(trigger_id=slack.triggers.new("U1"), view=form))["view"]
    await ada.fill_in("Name", "typed")
    changed = modal(section("more"), entry("Name", "name"), external_id="mine")
    updated = (await client.views_update(external_id="mine", view=changed, hash=opened["hash"]))["view"]
    assert updated["state"]["values"]["name"]["text"]["value"] == "typed"
    stale = client.views_update(view_id=opened["id"], view=form, hash=opened["hash"])
    await refused("hash_conflict", stale)
    both = {"view_id": opened["id"], "external_id": "mine", "view": form}
    answer = await refused("invalid_arguments", client.api_call("views.update", json=both))
    assert "Cannot provide both" in answer["response_metadata"]["messages"][0]
    other = client.views_open(trigger_id=slack.triggers.new("U2"), view=form)
    await refused("duplicate_external_id", other)


async def test_the_home_tab(slack: SlackDouble, client: AsyncWebClient, ada: Person, bo: Person) -> None:
    published = (await client.views_publish(user_id="U1", view=HOME))["view"]
    assert await ada.see_home("hello")
    assert bo.home() is None
    again = (await client.views_publish(user_id="U1", view=HOME, hash=published["hash"]))["view"]
    assert again["id"] == published["id"]
    stale = client.views_publish(user_id="U1", view=HOME, hash=published["hash"])
    await refused("hash_conflict", stale)
    await refused("user_not_found", client.views_publish(user_id="U9", view=HOME))
    slack.app.home_tab = False
    await refused("not_enabled", client.views_publish(user_id="U1", view=HOME))
