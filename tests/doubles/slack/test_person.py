"""The test driver: a person can do what is on the screen, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Ambiguous, NotVisible, Person, SlackDouble
from tests.doubles.slack.builders import actions, button, entry, modal, options, plain, section
from tests.doubles.slack.conftest import CHANNEL, SECRET_CHANNEL
from tests.doubles.slack.schema import Json

pytestmark = pytest.mark.usefixtures("connected")
CONFIRM = {key: plain(key) for key in ("title", "text", "confirm", "deny")}


@pytest.fixture
def done(app: AsyncApp) -> list[Any]:
    """Let the app ack every act, and return what it was told of."""
    told: list[Any] = []

    @app.action("go")
    async def go(ack: Any, body: Any) -> None:
        told.append(body)
        await ack()

    @app.action("choice")
    async def choice(ack: Any, body: Any) -> None:
        told.append(body["actions"][0])
        await ack()

    return told


async def test_whoever_cannot_see_a_button_cannot_press_it(
    client: AsyncWebClient, done: list[Any], ada: Person, bo: Person
) -> None:
    await client.chat_postEphemeral(
        channel=CHANNEL, user="U1", text="for ada", blocks=[actions(button("Go", "go"))]
    )
    with pytest.raises(NotVisible, match="'Go' is not on the screen; there are no controls"):
        await bo.click("Go")
    with pytest.raises(NotVisible, match=r"there are 'Go' \(go\)"):
        await ada.click("Stop")
    assert (await ada.click("Go")).acked
    await ada.click_as(bo, "Go")
    assert [body["user"]["id"] for body in done] == ["U1", "U2"]


async def test_nobody_types_where_they_are_not(ada: Person) -> None:
    with pytest.raises(NotVisible, match="U1 is not in"):
        await ada.command("/calsync", channel=SECRET_CHANNEL)


async def test_confirm_dialogs_and_urls(client: AsyncWebClient, done: list[Any], ada: Person) -> None:
    blocks = [actions(button("Wipe", "go", confirm=CONFIRM, url="https://example.com/x"))]
    await client.chat_postMessage(channel="U1", text="t", blocks=blocks)
    denied = await ada.click("Wipe", confirm=False)
    assert denied.confirm is not None
    assert denied.confirm["title"]["text"] == "title"
    assert not done
    pressed = await ada.click("Wipe")
    assert (pressed.url, len(done)) == ("https://example.com/x", 1)


async def test_which_of_several_buttons(client: AsyncWebClient, done: list[Any], ada: Person) -> None:
    for value in ("old", "new"):
        blocks = [actions(button("Retry", "go", value=value)), actions(button("Retry", "go", value="other"))]
        await client.chat_postMessage(channel="U1", text=value, blocks=blocks)
    with pytest.raises(Ambiguous, match="2 things are called 'Retry'"):
        await ada.click("Retry")
    await ada.click("Retry", value="new")
    await ada.click("Retry", value="old")
    await ada.click(action_id="go", value="other", message=await ada.see("old"))
    assert [body["actions"][0]["value"] for body in done] == ["new", "old", "other"]


async def test_a_button_that_has_gone_can_only_be_pressed_from_an_old_copy(
    client: AsyncWebClient, done: list[Any], ada: Person
) -> None:
    posted = await client.chat_postMessage(channel="U1", text="ask", blocks=[actions(button("Go", "go"))])
    seen = await ada.see("ask")
    await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="settled", blocks=[])
    with pytest.raises(NotVisible):
        await ada.click("Go", message=seen)
    assert (await ada.stale_click(seen, "Go")).acked
    assert done[0]["message"]["text"] == "ask"


CHOICES: list[tuple[Json, tuple[str, ...], Any]] = [
    ({"type": "static_select", "options": options("A", "B")}, ("B",), "b"),
    (
        {"type": "static_select", "option_groups": [{"label": plain("g"), "options": options("A")}]},
        ("a",),
        "a",
    ),
    ({"type": "radio_buttons", "options": options("A", "B")}, ("A",), "a"),
    ({"type": "overflow", "options": options("A", "B")}, ("B",), "b"),
    ({"type": "checkboxes", "options": options("A", "B")}, ("A", "B"), ["a", "b"]),
    ({"type": "checkboxes", "options": options("A", "B"), "initial_options": options("A")}, (), []),
    ({"type": "users_select"}, ("U2",), "U2"),
    ({"type": "datepicker", "placeholder": plain("day")}, ("2026-05-01",), "2026-05-01"),
]


@pytest.mark.parametrize(
    ("element", "chosen", "expected"), CHOICES, ids=[str(i) for i in range(len(CHOICES))]
)
async def test_choosing(
    client: AsyncWebClient,
    done: list[Any],
    ada: Person,
    element: Json,
    chosen: tuple[str, ...],
    expected: Any,
) -> None:
    blocks = [actions(element | {"action_id": "choice"})]
    await client.chat_postMessage(channel="U1", text="t", blocks=blocks)
    await ada.choose(*chosen, action_id="choice")
    value = next(value for key, value in done[0].items() if key.startswith("selected"))
    if isinstance(value, list):
        value = [option["value"] for option in value]
    assert (value["value"] if isinstance(value, dict) else value) == expected


async def test_choices_that_are_not_offered(client: AsyncWebClient, ada: Person) -> None:
    radio = {"type": "radio_buttons", "action_id": "choice", "options": options("A", "B")}
    await client.chat_postMessage(channel="U1", text="t", blocks=[actions(radio)])
    with pytest.raises(NotVisible, match="'C' is not on the screen"):
        await ada.choose("C")
    with pytest.raises(NotVisible, match=r"'C' is not among \['A', 'B'\]"):
        await ada.choose("C", action_id="choice")
    with pytest.raises(NotVisible, match="takes one choice, not 2"):
        await ada.choose("A", "B", action_id="choice")


async def test_what_cannot_be_seen_in_time(client: AsyncWebClient, ada: Person) -> None:
    await client.chat_postMessage(channel="U1", text="something", blocks=[section("else")])
    with pytest.raises(TimeoutError, match=r"(?s)no message with 'more'.*U1 sees:\nsomething\nelse"):
        await ada.see("more", within=0.01)
    with pytest.raises(TimeoutError, match="still a message with 'else'"):
        await ada.see_gone("else", within=0.01)
    seen = await ada.see("something")
    with pytest.raises(TimeoutError):
        await ada.see("something", after=seen, within=0.01)
    with pytest.raises(TimeoutError, match="no modal"):
        await ada.see_modal(within=0.01)
    with pytest.raises(TimeoutError, match="no Home tab"):
        await ada.see_home(within=0.01)


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


@pytest.mark.usefixtures("form")
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


@pytest.mark.usefixtures("form")
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


@pytest.mark.usefixtures("form")
async def test_choices_in_a_form_stay_in_the_client(slack: SlackDouble, ada: Person) -> None:
    await ada.choose("B", name="Which")
    modal_now = ada.modal()
    assert modal_now is not None
    assert modal_now.state["which"]["choice"]["selected_option"]["value"] == "b"
    assert not slack.delivery.sent


@pytest.mark.usefixtures("form")
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


async def test_the_home_tab_can_be_operated_once_it_is_open(
    client: AsyncWebClient, done: list[Any], app: AsyncApp, ada: Person
) -> None:
    @app.event("app_home_opened")
    async def opened(client: Any, event: Any) -> None:
        view = {"type": "home", "blocks": [section("Status"), actions(button("Go", "go"))]}
        await client.views_publish(user_id=event["user"], view=view)

    with pytest.raises(NotVisible):
        await ada.click("Go")
    await ada.open_home()
    assert await ada.see_home("Status")
    await ada.click("Go")
    assert done[0]["view"]["type"] == "home"
