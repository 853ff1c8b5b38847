"""Push notifications: channels, their messages, and what is lost or comes twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from tests.doubles.google import GoogleDouble, Person
from tests.doubles.google.client import Client, refused, timed


class Receiver:
    """An application's address for notifications."""

    def __init__(self) -> None:
        self.address = ""
        self.states: list[str] = []
        self.headers: list[dict[str, str]] = []

    async def receive(self, request: web.Request) -> web.Response:
        assert await request.read() == b""
        self.headers.append(dict(request.headers))
        self.states.append(request.headers["X-Goog-Resource-State"])
        return web.Response(status=204)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    found = Receiver()
    app = web.Application()
    app.router.add_post("/google/push", found.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.address = f"http://127.0.0.1:{runner.addresses[0][1]}/google/push"
    yield found
    await runner.cleanup()


async def _watch(client: Client, receiver: Receiver, **more: Any) -> dict[str, Any]:
    body = {"id": "channel-1", "type": "web_hook", "address": receiver.address, "token": "secret"} | more
    answer: dict[str, Any] = await client.events("watch", body=body)
    return answer


async def test_a_channel(google: GoogleDouble, alice: Person, client: Client, receiver: Receiver) -> None:
    channel = await _watch(client, receiver)
    assert channel["kind"] == "api#channel"
    lifetime = int(channel["expiration"]) / 1000 - google.clock.now().timestamp()
    assert lifetime == pytest.approx(7 * 86400, abs=5)
    await google.push.delivered()
    made = alice.create("Lunch", **timed())
    await google.push.delivered()
    await client.events("patch", eventId=made["id"], body={"summary": "Dinner"})
    await google.push.delivered()
    assert receiver.states == ["sync", "exists", "exists"]
    assert receiver.headers[0]["X-Goog-Channel-ID"] == "channel-1"
    assert receiver.headers[0]["X-Goog-Channel-Token"] == "secret"
    assert receiver.headers[0]["X-Goog-Resource-ID"] == channel["resourceId"]
    assert [h["X-Goog-Message-Number"] for h in receiver.headers] == ["1", "2", "3"]


async def test_channels_are_stopped(
    alice: Person, client: Client, receiver: Receiver, google: GoogleDouble
) -> None:
    channel = await _watch(client, receiver)
    stop = client.service.channels().stop
    with refused(404, "notFound"):
        await client.run(stop(body={"id": channel["id"], "resourceId": "other"}))
    await client.run(stop(body={"id": channel["id"], "resourceId": channel["resourceId"]}))
    alice.create("Lunch", **timed())
    await google.push.delivered()
    assert receiver.states == ["sync"]


async def test_channels_expire(
    google: GoogleDouble, alice: Person, client: Client, receiver: Receiver
) -> None:
    soon = str(int(google.clock.now().timestamp() * 1000) + 60_000)
    channel = await _watch(client, receiver, expiration=soon)
    assert channel["expiration"] == soon
    google.clock.advance(minutes=2)
    alice.create("Lunch", **timed())
    await google.push.delivered()
    assert receiver.states == ["sync"]


async def test_messages_are_lost_or_come_twice(
    google: GoogleDouble, alice: Person, client: Client, receiver: Receiver
) -> None:
    await _watch(client, receiver)
    google.settings.lost_notifications = 1
    alice.create("Lunch", **timed())
    await google.push.delivered()
    assert receiver.states == ["sync"]
    google.settings.doubled_notifications = 1
    alice.create("Dinner", **timed(hour=18))
    await google.push.delivered()
    assert receiver.states == ["sync", "exists", "exists"]
    assert [n.status for n in google.push.notifications].count(None) == 1


async def test_nobody_answers(google: GoogleDouble, client: Client) -> None:
    receiver = Receiver()
    receiver.address = "http://127.0.0.1:1/google/push"
    await _watch(client, receiver)
    await google.push.delivered()
    assert google.push.notifications[0].status is None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"address": "http://calsync.example.com/google/push"}, "push.webhookUrlNotHttps"),
        ({"id": None}, "required"),
        ({"id": "x" * 65}, "channelIdInvalid"),
        ({"token": "x" * 257}, "channelIdInvalid"),
        ({"type": "pigeon"}, "channelUnknown"),
        ({"id": "channel-1"}, "channelIdNotUnique"),
    ],
)
async def test_wrong_channels(client: Client, receiver: Receiver, more: dict[str, Any], reason: str) -> None:
    await _watch(client, receiver)
    with refused(400, reason):
        await _watch(client, receiver, **({"id": "channel-2"} | more))
