"""The things a workspace consists of: people, channels, messages, views and the app that is installed."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.doubles.slack.schema import Json

Kind = Literal["channel", "group", "im", "mpim"]


@dataclass
class User:
    """A member of the workspace (or, with another team_id, a stranger from Slack Connect)."""

    id: str
    name: str
    email: str
    team_id: str
    real_name: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A conversation: a public or private channel, a direct message or a group direct message."""

    id: str
    name: str
    members: set[str]
    kind: Kind = "channel"
    archived: bool = False
    created: int = 0

    def shown_name(self) -> str:
        """Return the name as payloads carry it, where private conversations have none of their own."""
        return {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)


@dataclass
class Message:
    """A message as it is stored; `ephemeral_to` names the one person who can see it, if it is ephemeral."""

    channel: str
    ts: str
    text: str
    user: str
    blocks: list[Json] = field(default_factory=list)
    ephemeral_to: str | None = None
    by_app: bool = False
    thread_ts: str | None = None
    edited: str | None = None
    metadata: Json | None = None
    attachments: list[Json] = field(default_factory=list)

    def photograph(self) -> Message:
        """Return a copy that does not change when the message does."""
        return copy.deepcopy(self)


@dataclass
class View:
    """A modal view on somebody's stack, or somebody's Home tab."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return `modal` or `home`."""
        return str(self.content["type"])

    @property
    def blocks(self) -> list[Json]:
        """Return the view's blocks."""
        blocks: list[Json] = self.content["blocks"]
        return blocks

    def photograph(self) -> View:
        """Return a copy that does not change when the view does."""
        return copy.deepcopy(self)


@dataclass
class App:
    """The app under test, as it is configured at Slack and installed in the workspace."""

    id: str
    name: str
    bot_id: str
    bot_user: str
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    client_id: str
    client_secret: str
    bot_scopes: tuple[str, ...]
    app_scopes: tuple[str, ...]
    commands: tuple[str, ...]
    events: tuple[str, ...]
    redirect_urls: tuple[str, ...]
    home_tab: bool = True
    should_escape: bool = True
    installed: bool = True
    revoked: set[str] = field(default_factory=set)


def is_on(value: Any) -> bool:
    """Read a flag as Slack does: form bodies carry `true`, `1`, `false` or `0`."""
    return value is True or str(value).lower() in {"1", "true"}
