"""As much of a CalDAV server as vdirsyncer asks for (RFC 4791), in memory, so that it counts little."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

HOUR = timedelta(hours=1)
FORM = "%Y%m%dT%H%M%SZ"
_HREF = re.compile(r"<href>([^<]*)</href>")


class CalDavServer:
    """One calendar at `url`, with its answers `round_trip` seconds late."""

    def __init__(self, name: str, round_trip: float = 0.0) -> None:
        self.name, self.round_trip = name, round_trip
        self.items: dict[str, str] = {}
        self.requests = 0
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/{self.name}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- what its person does

    def fill(self, number: int) -> None:
        """Put events of an hour into the calendar."""
        for n in range(number):
            self._put_own(n, f"{self.name} {n}")

    def edit(self, number: int, mark: str) -> None:
        """Give so many of its own events another title."""
        for n in range(number):
            self._put_own(n, mark)

    def count(self, mark: str = "") -> int:
        """Count the events whose titles begin so."""
        return sum(f"\nSUMMARY:{mark}" in one for one in self.items.values())

    def _put_own(self, number: int, title: str) -> None:
        uid = f"{self.name}-{number}"
        noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
        start = noon + number * HOUR
        lines = (
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calsync//bench//EN", "BEGIN:VEVENT"),
            *(f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART:{start:{FORM}}"),
            *(f"DTEND:{start + HOUR:{FORM}}", f"SUMMARY:{title}", f"DESCRIPTION:About {uid}"),
            *("END:VEVENT", "END:VCALENDAR", ""),
        )
        self.items[f"/{self.name}/{uid}.ics"] = "\r\n".join(lines)

    # --- what is asked of it

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests += 1
        body = await request.text()
        answer = self._answered(request.method, request.path, body)
        if self.round_trip:
            await asyncio.sleep(self.round_trip)
        return answer

    def _answered(self, method: str, path: str, body: str) -> web.Response:
        match method:
            case "PROPFIND" if "getetag" in body:
                return _listing((href, item, False) for href, item in self.items.items())
            case "PROPFIND":
                return _listing([])
            case "REPORT":
                wanted = [href for href in _HREF.findall(body) if href in self.items]
                return _listing((href, self.items[href], True) for href in wanted)
            case "PUT":
                self.items[path] = body
                return web.Response(status=201, headers={"ETag": _etag(body)})
            case "DELETE" if self.items.pop(path, None) is not None:
                return web.Response(status=204)
        return web.Response(status=404)


def _etag(item: str) -> str:
    return f'"{hashlib.sha256(item.encode()).hexdigest()[:16]}"'


def _listing(items: Iterable[tuple[str, str, bool]]) -> web.Response:
    parts = [
        f"<d:response><d:href>{href}</d:href><d:propstat><d:prop><d:getetag>{escape(_etag(item))}</d:getetag>"
        "<d:getcontenttype>text/calendar</d:getcontenttype><d:resourcetype/>"
        + (f"<c:calendar-data>{escape(item)}</c:calendar-data>" if whole else "")
        + "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
        for href, item, whole in items
    ]
    head = '<?xml version="1.0" encoding="utf-8"?>'
    spaces = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'
    text = f"{head}<d:multistatus {spaces}>{''.join(parts)}</d:multistatus>"
    return web.Response(status=207, text=text, content_type="application/xml")
