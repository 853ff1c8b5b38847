"""The admin interface over HTTP, and the double run alone."""

from __future__ import annotations

import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp

from tests.doubles.slack import SlackDouble
from tests.doubles.slack.builders import actions, button, entry, modal, options
from tests.doubles.slack.conftest import CHANNEL


class Admin:
    """Calls the admin interface."""

    def __init__(self, slack: SlackDouble, session: aiohttp.ClientSession) -> None:
        self._base, self._session = slack.url + "/_double/", session

    async def __call__(self, method: str, what: str, status: int = 200, **body: Any) -> Any:
        request = self._session.request(method, self._base + what, json=body or None)
        async with request as answer:
            assert answer.status == status, await answer.text()
            return await answer.json()


@pytest.fixture
def admin(slack: SlackDouble, session: aiohttp.ClientSession) -> Admin:
    """Return the admin interface."""
    return Admin(slack, session)


async def test_seeding(admin: Admin, slack: SlackDouble) -> None:
    await admin("POST", "people", user_id="U5", name="eve", email="eve@example.com", is_owner=True)
    await admin("POST", "channels", channel_id="C5", name="five", members=["U5"], private=True)
    await admin("PATCH", "people", user="U5", deleted=True)
    state = await admin("GET", "state")
    assert state["users"][-1] == state["users"][-1] | {"id": "U5", "is_owner": True, "deleted": True}
    assert state["channels"][-1]["kind"] == "group"
    assert (await admin("GET", "app"))["bot_token"] == slack.app.bot_token


@pytest.mark.usefixtures("connected")
async def test_acting_for_a_person(admin: Admin, app: AsyncApp) -> None:
    @app.command("/calsync")
    async def command(ack: Any) -> None:
        radio = {"type": "radio_buttons", "action_id": "which", "options": options("A", "B")}
        await ack(text="What?", blocks=[actions(radio, button("Edit", "edit"))])

    @app.action("which")
    async def which(ack: Any) -> None:
        await ack()

    @app.action("edit")
    async def edit(ack: Any, client: Any, body: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(entry("Name", "name")))

    @app.view("form")
    async def form(ack: Any) -> None:
        await ack()

    @app.event("app_home_opened")
    async def opened_home() -> None:
        """Take note of nothing."""

    outcome = await admin("POST", "act", user="U1", do="command", line="/calsync", channel=CHANNEL)
    assert outcome["message"]["text"] == "What?"
    shown = (await admin("GET", f"screen?user=U1&channel={CHANNEL}"))["messages"][0]
    assert shown["ephemeral"]
    message = {"channel": shown["channel"], "ts": shown["ts"]}
    await admin("POST", "act", user="U1", do="choose", options=["B"], message=message)
    opened = await admin("POST", "act", user="U1", do="click", name="Edit", message=message)
    assert opened["acked"]
    refusal = await admin("POST", "act", 400, user="U2", do="click", name="Edit", message=message)
    assert refusal["error"].startswith("NotVisible: U2 sees no message")
    await admin("POST", "act", user="U1", do="fill_in", name="Name", value="x")
    assert (await admin("GET", "screen?user=U1"))["modal"]["title"]["text"] == "Settings"
    assert (await admin("POST", "act", user="U1", do="submit"))["errors"] == {}
    await admin("POST", "act", user="U1", do="open_home")
    await admin("POST", "act", user="U1", do="open_messages")
    assert (await admin("POST", "act", 400, user="U1", do="close"))["error"] == "NotVisible: no modal is open"
    await admin("POST", "act", 400, user="U1", do="dance")


@pytest.mark.usefixtures("connected")
async def test_how_the_app_is_reached(admin: Admin, slack: SlackDouble) -> None:
    await admin("POST", "app", patience=0.1, rate_limits=True, connections="zombies")
    assert slack.sockets.connections[0].zombie
    assert (slack.delivery.patience, slack.rates.on) == (0.1, True)
    await admin("POST", "app", connections="drop")
    await admin("POST", "app", connections="refresh")
    await admin("POST", "app", installed=False)
    await admin("POST", "app", request_url="http://127.0.0.1:9/slack/events")
    assert (await admin("GET", "app"))["installed"] is False
    await admin("POST", "app", 400, colour="blue")
    await admin("GET", "nothing", 404)


async def test_run_alone(session: aiohttp.ClientSession) -> None:
    command = (sys.executable, "-m", "tests.doubles.slack", "--port", "0")
    alone = await create_subprocess_exec(*command, stdout=PIPE)
    assert alone.stdout is not None
    url = ""
    while not url:
        line = (await alone.stdout.readline()).decode()
        url = line.removeprefix("slack: ").strip() if line.startswith("slack: ") else ""
    async with session.get(url + "/_double/state") as answer:
        assert [user["name"] for user in (await answer.json())["users"]] == ["calsync", "ada", "bo"]
    alone.terminate()
    assert await alone.wait() == 0
