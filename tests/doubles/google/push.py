"""Push notifications: channels that watch a calendar, and the messages without content that they carry."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp

from tests.doubles.google.errors import GoogleError, invalid, required
from tests.doubles.google.store import Calendar, Fields, Owner, World

_LONGEST_LIFE = timedelta(days=7)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(eq=False)
class Channel:
    """One channel: a person watches a calendar through an address."""

    id: str
    address: str
    token: str | None
    calendar: Calendar
    owner: Owner
    expires: datetime
    resource_id: str
    resource_uri: str
    messages: int = 0


@dataclass(frozen=True)
class Notification:
    """A message that was sent, or should have been; `status` is None if nobody answered or it was lost."""

    channel_id: str
    number: int
    state: str
    status: int | None


class Push:
    """Keeps channels and sends their messages, to addresses on loopback only."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._channels: dict[str, Channel] = {}
        self._changed: set[Calendar] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.notifications: list[Notification] = []
        world.on_change = self._note

    def watch(self, calendar: Calendar, owner: Owner, url: str, body: Fields) -> Fields:
        """Open a channel and send its first message.

        Raises:
            GoogleError: the id is missing or used, or the address is not one that Google would call.
        """
        channel_id, address = body.get("id"), body.get("address")
        if not channel_id or not address:
            raise required("Channel id and address are required.")
        if not re.fullmatch(r"[\w\-+/=]{1,64}", channel_id) or len(body.get("token") or "") > 256:
            raise invalid("Invalid channel id or token.", reason="channelIdInvalid")
        if body.get("type") not in {"web_hook", "webhook"}:
            raise invalid(f"Unknown channel type: {body.get('type')}", reason="channelUnknown")
        if channel_id in self._channels:
            raise invalid(f"Channel id {channel_id} not unique", reason="channelIdNotUnique")
        parts = urlsplit(address)
        # Google takes nothing but https; plain http on loopback stands in for it here.
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise invalid(f"WebHook callback must be HTTPS: {address}", reason="push.webhookUrlNotHttps")
        now = self._world.clock.now()
        expires = now + _LONGEST_LIFE
        if body.get("expiration"):
            expires = min(expires, datetime.fromtimestamp(int(body["expiration"]) / 1000, UTC))
        channel = Channel(
            id=channel_id,
            address=address,
            token=body.get("token"),
            calendar=calendar,
            owner=owner,
            expires=expires,
            resource_id=hashlib.sha256(f"{owner.email} {calendar.id}".encode()).hexdigest()[:27],
            resource_uri=f"{url}/calendar/v3/calendars/{quote(calendar.id)}/events?alt=json",
        )
        self._channels[channel_id] = channel
        self._send(channel, "sync")
        return _described(channel)

    def stop(self, owner: Owner, body: Fields) -> None:
        """Close a channel.

        Raises:
            GoogleError: this person has none with this id and resource.
        """
        channel = self._channels.get(body.get("id") or "")
        if channel is None or channel.owner is not owner or channel.resource_id != body.get("resourceId"):
            raise GoogleError(404, "notFound", f"Channel '{body.get('id')}' not found for project")
        del self._channels[channel.id]

    def _note(self, calendar: Calendar) -> None:
        """Remember that a calendar has changed; all changes of one write make one message."""
        if not any(channel.calendar is calendar for channel in self._channels.values()):
            return
        if not self._changed:
            asyncio.get_running_loop().call_soon(self._announce)
        self._changed.add(calendar)

    def _announce(self) -> None:
        changed, self._changed = self._changed, set()
        for channel in list(self._channels.values()):
            if channel.calendar in changed and self._world.clock.now() < channel.expires:
                self._send(channel, "exists")

    def _send(self, channel: Channel, state: str) -> None:
        channel.messages += 1
        settings, copies = self._world.settings, 1
        if settings.lost_notifications > 0:
            settings.lost_notifications -= 1
            copies = 0
            self.notifications.append(Notification(channel.id, channel.messages, state, None))
        elif settings.doubled_notifications > 0:
            settings.doubled_notifications -= 1
            copies = 2
        for _ in range(copies):
            task = asyncio.get_running_loop().create_task(self._deliver(channel, channel.messages, state))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, channel: Channel, number: int, state: str) -> None:
        headers = {
            "X-Goog-Channel-ID": channel.id,
            "X-Goog-Message-Number": str(number),
            "X-Goog-Resource-ID": channel.resource_id,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": channel.resource_uri,
            "X-Goog-Channel-Expiration": format_datetime(channel.expires.replace(microsecond=0), usegmt=True),
        }
        if channel.token is not None:
            headers["X-Goog-Channel-Token"] = channel.token
        status = None
        if urlsplit(channel.address).hostname in _LOOPBACK:
            timeout = aiohttp.ClientTimeout(total=10)
            try:
                async with (
                    aiohttp.ClientSession(timeout=timeout) as session,
                    session.post(channel.address, headers=headers) as response,
                ):
                    status = response.status
            except (aiohttp.ClientError, TimeoutError):
                pass  # nobody there: the message is lost, as it would be at Google in the end
        self.notifications.append(Notification(channel.id, number, state, status))

    async def delivered(self) -> None:
        """Wait until every message is out."""
        # One turn of the loop, for changes that are not announced yet.
        await asyncio.sleep(0)
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Give up what is still on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _described(channel: Channel) -> dict[str, Any]:
    answer = {
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.resource_uri,
        "expiration": str(int(channel.expires.timestamp() * 1000)),
    }
    return answer | ({"token": channel.token} if channel.token is not None else {})
