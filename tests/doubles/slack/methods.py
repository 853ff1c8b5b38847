"""The table of Web API methods, each with the scope it needs, its tier and its handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.slack.calls import Call
from tests.doubles.slack.schema import Json

if TYPE_CHECKING:
    from tests.doubles.slack.double import SlackDouble

Handler = Callable[["SlackDouble", Call], Awaitable[Json]]
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # calls a minute, per method, app and workspace


@dataclass(frozen=True)
class Method:
    """One method of the Web API."""

    name: str
    handler: Handler
    scopes: tuple[str, ...] = ()  # any one of them is enough
    tier: int = 3
    write: bool = False
    tokens: tuple[str, ...] = ("bot",)  # "bot", "app", "user"; none: the method takes no token
    takes_json: bool = True


METHODS: dict[str, Method] = {}


def method(
    name: str,
    *scopes: str,
    tier: int = 3,
    write: bool = False,
    tokens: tuple[str, ...] = ("bot",),
    takes_json: bool = True,
) -> Callable[[Handler], Handler]:
    """Enter a handler into the table."""

    def enter(handler: Handler) -> Handler:
        METHODS[name] = Method(name, handler, scopes, tier, write, tokens, takes_json)
        return handler

    return enter
