"""The test driver: a person can do what is on the screen, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Ambiguous, NotVisible, Person, SlackDouble
from tests.doubles.slack.builders import actions, button, options, plain, section
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


async def test_the_home_tab_can_be_operated_once_it_is_open(
    slack: SlackDouble, client: AsyncWebClient, done: list[Any], app: AsyncApp, ada: Person
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
    slack.app.home_tab = False
    with pytest.raises(NotVisible):
        await ada.open_home()


async def test_acts_on_the_home_tab_come_with_its_state_and_no_response_url(
    client: AsyncWebClient, done: list[Any], app: AsyncApp, ada: Person
) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("app_home_opened")
    async def opened(event: Any) -> None:
        heard.append(event)

    options = [{"text": plain(word), "value": word.lower()} for word in ("Both", "One")]
    choice = {"type": "static_select", "action_id": "go", "options": options, "initial_option": options[0]}
    boxes = {"type": "checkboxes", "action_id": "kinds", "options": options}
    view = {
        "type": "home",
        "blocks": [{**section("Direction"), "accessory": choice}, {**section("Kinds"), "accessory": boxes}],
    }
    await ada.open_home()
    assert heard[0]["tab"] == "home"
    assert "view" not in heard[0]  # nothing was published yet
    published = (await client.views_publish(user_id=ada.id, view=view))["view"]
    await ada.choose("One", action_id="go")
    [body] = done
    assert body["container"] == {"type": "view", "view_id": published["id"]}
    assert body["actions"][0]["selected_option"]["value"] == "one"
    assert {"response_url", "message", "channel"}.isdisjoint(body)
    assert body["view"]["hash"] == published["hash"]
    [state] = [one["go"] for one in body["view"]["state"]["values"].values() if "go" in one]
    assert state["selected_option"]["value"] == "one"
    home = ada.home()
    assert home
    assert home.content["blocks"][0]["accessory"]["initial_option"]["value"] == "both"
    await client.views_publish(user_id=ada.id, view=view, hash=published["hash"])
    await ada.open_home()
    assert heard[1]["view"]["id"] == published["id"]
    assert heard[1]["view"]["hash"] != published["hash"]
    assert await ada.see_home_without("hello")
    with pytest.raises(TimeoutError, match="still a Home tab with 'Direction'"):
        await ada.see_home_without("Direction", within=0.01)
