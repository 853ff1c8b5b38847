"""What the client asks of a way to Odoo: arguments by name, plain results, errors already translated."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol
from urllib.parse import urlsplit

from sync.errors import Rejected, RetryLater

Api = Literal["jsonrpc", "json2"]

NoteDate = Callable[[str | None], None]
"""Is told the Date header of every answer."""

TIMEOUT = 30
"""Seconds that Odoo may be silent."""
CALLS = 4
"""How many calls are under way at once: more only wait in Odoo, which has few workers."""


@dataclass(frozen=True)
class Access:
    """Where the database is and what opens it; `key` is an API key or a password."""

    url: str
    database: str
    login: str
    key: str = field(repr=False)

    @property
    def host(self) -> str:
        """The server's name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, the scheme's own if the address names none."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def secure(self) -> bool:
        """Whether the address begins with https."""
        return urlsplit(self.url).scheme == "https"


class Version(NamedTuple):
    """A server's version: 19 and "19.0", or 18 and "saas~18.2"."""

    major: int
    text: str


class Gateway(Protocol):
    """One way to one database through one login; every method raises the errors of `sync.errors`."""

    api: Api

    async def login(self) -> int:
        """Return our user id, asking Odoo whether it lets us in.

        Raises:
            Misconfigured: it does not, or the database does not exist.
        """

    async def call(self, model: str, method: str, ids: Sequence[int] | None, named: Mapping[str, Any]) -> Any:
        """Call a method once, on the records `ids` unless that is None."""

    async def close(self) -> None:
        """Give back what it holds."""


def read_version(info: Any, text: Any) -> Version:
    """Read `version_info` as servers tell it; Odoo Online begins it with a word ("saas~18").

    Raises:
        RetryLater: it is something else, so something else than Odoo has answered.
    """
    found = re.search(r"\d+", str(info[0])) if isinstance(info, list) and info else None
    if found is None:
        raise RetryLater("odoo_unreadable", "no version")
    return Version(int(found[0]), str(text))


def encoded(named: Mapping[str, Any]) -> bytes:
    """Return the JSON of arguments.

    Raises:
        Rejected: a text holds half of a surrogate pair. Odoo would answer that with the same page (500) as
            when it is in trouble itself, and the call would be repeated for ever.
    """
    try:
        return json.dumps(named, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Rejected("odoo_refuses", "a lone surrogate") from None
