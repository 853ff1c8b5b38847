"""Modals as a person fills them in, and what the app may answer when they are submitted."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import NotVisible, Person, SlackDouble
from tests.doubles.slack.builders import actions, button, entry, modal, options, section
from tests.doubles.slack.schema import Json

pytestmark = pytest.mark.usefixtures("connected", "form")


@pytest.fixture
async def form(slack: SlackDouble, client: AsyncWebClient) -> None:
    """Open a modal with fields of all sorts for U1."""
    number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "max_value": "9"}
    radio = {"type": "radio_buttons", "action_id": "choice", "options": options("A", "B")}
    view = modal(
        entry("Name", "name"),
        entry("Mail", "mail", element={"type": "email_text_input", "action_id": "m"}, optional=True),
        entry("Site", "site", element={"type": "url_text_input", "action_id": "u"}, optional=True),
        entry("Number", "number", element=number, optional=True),
        entry("Which", "which", element=radio, optional=True),
    )
    await client.views_open(trigger_id=slack.triggers.new("U1"), view=view)


async def test_an_open_modal_covers_everything_else(client: AsyncWebClient, ada: Person) -> None:
    await client.chat_postMessage(channel="U1", text="t", blocks=[actions(button("Go", "go"))])
    with pytest.raises(NotVisible, match="'Go' is not on the screen"):
        await ada.click("Go")
    with pytest.raises(NotVisible, match="a modal covers the messages"):
        await ada.click("Go", message=await ada.see("t"))
    with pytest.raises(NotVisible, match="a modal covers the place to type"):
        await ada.command("/calsync")
    await ada.close()
    with pytest.raises(NotVisible, match="no modal is open"):
        await ada.close()
    with pytest.raises(NotVisible, match="nothing to submit"):
        await ada.submit()


async def test_the_client_checks_fields_before_it_submits(slack: SlackDouble, ada: Person) -> None:
    assert (await ada.submit()).errors == {"name": "Please complete this required field."}
    for name, value in (("Name", "x"), ("Mail", "nobody"), ("Site", "nowhere"), ("Number", "10")):
        await ada.fill_in(name, value)
    assert (await ada.submit()).errors == {
        "mail": "Please enter a valid email address.",
        "site": "Please enter a valid URL.",
        "number": "Please enter a valid number.",
    }
    await ada.fill_in("Number", "1.5")
    assert "number" in (await ada.submit()).errors
    assert not slack.delivery.sent


async def test_choices_in_a_form_stay_in_the_client(slack: SlackDouble, ada: Person) -> None:
    await ada.choose("B", name="Which")
    modal_now = ada.modal()
    assert modal_now is not None
    assert modal_now.state["which"]["choice"]["selected_option"]["value"] == "b"
    assert not slack.delivery.sent


@pytest.mark.parametrize(
    ("answer", "error", "left"),
    [
        ({}, "", None),
        ({"response_action": "clear"}, "", None),
        ({"response_action": "update", "view": modal(section("updated"))}, "", "updated"),
        ({"response_action": "push", "view": modal(section("pushed"))}, "", "pushed"),
        ({"response_action": "errors", "errors": {"name": "taken"}}, "", "Name"),
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, "trouble_connecting", "Name"),
        ({"response_action": "update", "view": modal()}, "trouble_connecting", "Name"),
        ({"response_action": "dance"}, "trouble_connecting", "Name"),
    ],
)
async def test_what_the_app_may_answer_to_a_submission(
    app: AsyncApp, ada: Person, answer: Json, error: str, left: str | None
) -> None:
    @app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(**answer)

    await ada.fill_in("Name", "x")
    outcome = await ada.submit()
    assert outcome.error == error
    assert bool(outcome.errors) == (not error and "errors" in answer)
    shown = ada.modal()
    assert (shown is not None and left in ada.screen().text()) if left else shown is None


async def test_an_unacked_submission_and_leavers(slack: SlackDouble, ada: Person) -> None:
    slack.delivery.patience = 0.05
    await ada.fill_in("Name", "x")
    slack.sockets.make_zombies()
    assert (await ada.submit()).error == "operation_timeout"
    assert ada.modal() is not None
    await ada.close()
    await slack.change_person("U1", deleted=True)
    with pytest.raises(NotVisible, match="deactivated"):
        await ada.command("/calsync")
