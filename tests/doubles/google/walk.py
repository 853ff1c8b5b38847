"""A person on Google's pages, without a browser: follows the forms that are there and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp


class GoogleStopped(Exception):
    """Google showed an error page; the application hears nothing of it."""

    def __init__(self, status: int, page: str) -> None:
        self.status = status
        self.page = page
        super().__init__(f"{status}: {page}")


@dataclass
class _Form:
    action: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Finds the one form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.form = _Form()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        entry = (given.get("name", ""), given.get("value", ""))
        match tag, given.get("type"):
            case "form", _:
                self.form.action = given["action"]
            case "button", _:
                self.form.buttons.append(entry)
            case "input", "hidden":
                self.form.hidden.append(entry)
            case "input", "checkbox":
                self.form.boxes.append(entry)


async def consent(
    authorize_url: str,
    email: str,
    *,
    allow: bool = True,
    scopes: Collection[str] | None = None,
    user_agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
) -> str:
    """Walk from an authorization URL to the redirect to the application and return its address.

    Where the page has tick boxes, those of `scopes` are ticked (None: all of them).

    Raises:
        GoogleStopped: Google showed an error page instead.
    """
    async with aiohttp.ClientSession(headers={"User-Agent": user_agent}) as session:
        url, data = authorize_url, None
        while True:
            method = "GET" if data is None else "POST"
            async with session.request(method, url, data=data, allow_redirects=False) as response:
                if response.status in {302, 303}:
                    return response.headers["Location"]
                text = await response.text()
                if response.status != 200:
                    raise GoogleStopped(response.status, text)
            page = _Forms()
            page.feed(text)
            form = page.form
            wanted = [("email", email), ("decision", "allow" if allow else "cancel")]
            button = next((b for b in form.buttons if b in wanted), None)
            if button is None:
                raise LookupError(f"no button for {email} on the page: {form.buttons}")
            ticked = [box for box in form.boxes if scopes is None or box[1] in scopes]
            url, data = urljoin(url, form.action), aiohttp.FormData([*form.hidden, *ticked, button])
