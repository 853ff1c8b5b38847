"""Socket Mode, with the real Bolt app at the other end."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.doubles.slack import Person, SlackDouble
from tests.doubles.slack.conftest import CHANNEL, refused, socket_mode


@pytest.fixture
def heard(app: AsyncApp) -> list[Any]:
    """Let the app ack every command and event, and return what it heard."""
    bodies: list[Any] = []

    @app.command("/calsync")
    async def command(ack: Any, body: Any) -> None:
        bodies.append(body)
        await ack(f"heard {body['text']}")

    @app.event("app_home_opened")
    async def opened(body: Any) -> None:
        bodies.append(body)

    return bodies


@pytest.mark.usefixtures("connected")
async def test_a_command_goes_out_in_an_envelope_and_its_answer_comes_in_the_ack(
    slack: SlackDouble, heard: list[Any], ada: Person, bo: Person
) -> None:
    outcome = await ada.command("/calsync status please", channel=CHANNEL)
    assert (outcome.acked, outcome.error, outcome.text) == (True, "", "heard status please")
    assert outcome.seconds < slack.delivery.patience
    assert (await ada.see("heard")).ephemeral_to == "U1"
    assert not bo.screen().messages
    assert slack.sockets.envelopes[0].accepts_response
    assert slack.log.count("apps.connections.open") == slack.log.count("socket.connect") == 1


async def test_an_app_that_is_not_connected(slack: SlackDouble, ada: Person) -> None:
    outcome = await ada.command("/calsync status")
    assert (outcome.acked, outcome.error) == (False, "dispatch_failed")


@pytest.mark.usefixtures("connected")
async def test_a_command_nobody_acks_times_out(slack: SlackDouble, app: AsyncApp, ada: Person) -> None:
    @app.command("/calsync")
    async def silent() -> None:
        """Never ack."""

    slack.delivery.patience = 0.05
    outcome = await ada.command("/calsync status")
    assert (outcome.acked, outcome.error) == (False, "operation_timeout")


async def test_commands_that_do_not_exist(slack: SlackDouble, ada: Person) -> None:
    assert (await ada.command("/nothing")).error == "not_a_valid_command"
    stranger = slack.add_person("U7", "eve", "eve@example.net", team_id="T9")
    assert (await stranger.command("/calsync")).error == "not_a_valid_command"
    assert not slack.delivery.sent


async def test_an_address_is_good_once_and_for_the_app_level_token_only(
    slack: SlackDouble, client: AsyncWebClient, session: aiohttp.ClientSession
) -> None:
    await refused("not_allowed_token_type", client.apps_connections_open(app_token=client.token or ""))
    opened = await client.apps_connections_open(app_token=slack.app.app_token)
    async with session.ws_connect(opened["url"]) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        assert hello["connection_info"] == {"app_id": slack.app.id}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])
    slack.delivery.request_url = "http://127.0.0.1:9/slack/events"
    again = client.apps_connections_open(app_token=slack.app.app_token)
    await refused("socket_mode_disabled", again)


async def test_no_more_than_ten_connections_and_each_payload_goes_to_one(
    slack: SlackDouble, session: aiohttp.ClientSession, ada: Person
) -> None:
    sockets = []
    for _ in range(10):
        sockets.append(await session.ws_connect(slack.sockets.new_address(slack.url)))
        await sockets[-1].receive_json()
    eleventh = await session.ws_connect(slack.sockets.new_address(slack.url))
    assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
    await eleventh.receive()

    slack.delivery.patience = 0.2
    waiting = asyncio.create_task(ada.command("/calsync status"))
    tasks = [asyncio.create_task(socket.receive_json()) for socket in sockets]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    assert len(done) == 1
    envelope = done.pop().result()
    assert envelope["type"] == "slash_commands"
    answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "by hand"}}
    await sockets[0].send_json(answer)  # any connection may ack
    assert (await waiting).text == "by hand"
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for socket in sockets:
        await socket.close()


@pytest.mark.usefixtures("connected")
async def test_an_envelope_can_come_twice(slack: SlackDouble, heard: list[Any], ada: Person) -> None:
    await ada.command("/calsync status")
    await slack.delivery.redeliver()
    await slack.sockets.wait_acked(2)
    assert heard[0] == heard[1]
    assert len(set(slack.sockets.acks)) == 1
    assert len(ada.screen().messages) == 1  # the second answer is shown to nobody


async def test_an_event_waits_for_the_next_connection(
    slack: SlackDouble, app: AsyncApp, heard: list[Any], ada: Person
) -> None:
    await ada.open_home()
    async with socket_mode(slack, app):
        await slack.sockets.wait_acked(1)
    assert heard[0]["event"]["type"] == "app_home_opened"
    assert slack.sockets.envelopes[0].written()["retry_attempt"] == 1


async def test_refreshed_and_dropped_connections_are_replaced(
    slack: SlackDouble, app: AsyncApp, heard: list[Any], ada: Person
) -> None:
    async with socket_mode(slack, app, ping_interval=0.05):
        await slack.sockets.disconnect("warning")
        assert len(slack.sockets.connections) == 1
        await slack.sockets.disconnect("refresh_requested")
        await slack.log.wait_for("socket.connect", 2)
        await slack.sockets.wait_connected()
        slack.sockets.drop()
        await slack.log.wait_for("socket.connect", 3)
        await slack.sockets.wait_connected()
        assert (await ada.command("/calsync again")).text == "heard again"


@pytest.mark.usefixtures("connected")
async def test_a_zombie_answers_pings_and_delivers_nothing(
    slack: SlackDouble, heard: list[Any], ada: Person
) -> None:
    slack.sockets.make_zombies()
    await slack.sockets.ping()
    slack.delivery.patience = 0.05
    assert (await ada.command("/calsync status")).error == "operation_timeout"
    assert not heard


async def test_a_zombie_that_answers_no_pings_is_replaced_by_the_client(
    slack: SlackDouble, app: AsyncApp
) -> None:
    async with socket_mode(slack, app, ping_interval=0.05):
        slack.sockets.make_zombies(answering_pings=False)
        await slack.log.wait_for("socket.connect", 2)


async def test_a_connection_can_be_refused(slack: SlackDouble, session: aiohttp.ClientSession) -> None:
    slack.faults.add(operation="socket.connect", status=503)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect(slack.sockets.new_address(slack.url))
