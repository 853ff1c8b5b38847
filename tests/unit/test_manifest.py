"""The manifest: within Slack's limits, in both modes, and exactly what the code uses."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests import manifest

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests" / "schemas" / "manifest.json").read_text("utf-8"))
SOURCE = "".join(path.read_text("utf-8") for path in sorted((ROOT / "bot").rglob("*.py")))
URL = "https://calsync.example.com"

RESERVED = {
    *("/archive", "/away", "/collapse", "/dm", "/dnd", "/expand", "/feed", "/invite", "/join", "/kick"),
    *("/leave", "/me", "/msg", "/mute", "/open", "/remind", "/remove", "/rename", "/search", "/shortcuts"),
    *("/shrug", "/star", "/status", "/topic", "/who"),
}
"""Slack's own commands, which no app may register."""


def complaints(content: dict[str, Any]) -> list[str]:
    """Return where a manifest is wrong by our schema."""
    found = jsonschema.Draft7Validator(SCHEMA).iter_errors(content)
    return [".".join(map(str, one.absolute_path)) for one in found]


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("content", [manifest.base(), manifest.for_http(URL)], ids=["socket", "http"])
def test_both_manifests_are_valid(content: dict[str, Any]) -> None:
    assert complaints(content) == []


def test_the_overlay_changes_how_slack_reaches_us_and_nothing_else() -> None:
    socket, http = manifest.base(), manifest.for_http(URL)
    events = f"{URL}/slack/events"
    assert http["settings"].pop("socket_mode_enabled") is False
    assert socket["settings"].pop("socket_mode_enabled") is True
    assert http["features"]["slash_commands"][0].pop("url") == events
    assert http["settings"]["event_subscriptions"].pop("request_url") == events
    assert http["settings"]["interactivity"].pop("request_url") == events
    assert http == socket


GONE = object()
"""Stands for a key that is taken away."""


def spoiled(content: dict[str, Any], place: str, value: object) -> list[str]:
    """Return what is wrong once a value stands in a place, such as `features.slash_commands.0.url`."""
    content = copy.deepcopy(content)
    *way, last = place.split(".")
    part: Any = content
    for step in way:
        part = part[int(step) if step.isdecimal() else step]
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return complaints(content)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("display_information", GONE),
        ("colour", "red"),
        ("_metadata.major_version", 2),
        ("display_information.name", "x" * 36),
        ("display_information.description", "x" * 141),
        ("display_information.background_color", "green"),
        ("display_information.long_description", "too short"),
        ("features.bot_user.display_name", "x" * 81),
        ("features.slash_commands", []),
        ("features.slash_commands.0.command", "calsync"),
        ("features.slash_commands.0.command", "/" + "x" * 32),
        ("features.slash_commands.0.description", GONE),
        ("features.slash_commands.0.usage_hint", "x" * 1001),
        ("oauth_config.scopes.bot", ["chat:write", "chat:write"]),
        ("oauth_config.scopes.bot", ["chat write"]),
        ("oauth_config.scopes.user", ["chat:write"]),
        ("settings.event_subscriptions.bot_events", GONE),
        ("settings.interactivity.is_enabled", GONE),
        ("settings.socket_mode_enabled", "yes"),
    ],
)
def test_the_schema_names_what_slack_would_refuse(place: str, value: object) -> None:
    named = spoiled(manifest.base(), place, value)
    assert any(place.startswith(where) or where.startswith(place) for where in named)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("features.slash_commands.0.url", GONE),
        ("settings.interactivity.request_url", GONE),
        ("settings.event_subscriptions.request_url", GONE),
        ("settings.interactivity.request_url", "http://calsync.example.com/slack/events"),
    ],
)
def test_http_mode_needs_every_address(place: str, value: object) -> None:
    assert spoiled(manifest.for_http(URL), place, value)


def test_socket_mode_has_no_addresses() -> None:
    assert spoiled(manifest.for_http(URL), "settings.socket_mode_enabled", True)


def test_every_command_and_event_of_the_code_is_there_and_no_other() -> None:
    commands = {one["command"] for one in manifest.base()["features"]["slash_commands"]}
    assert commands == set(re.findall(r'\.command\("(/[a-z-]+)"\)', SOURCE)) == {"/calsync"}
    assert not commands & RESERVED
    events = manifest.base()["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(events) == sorted(set(re.findall(r'\.event\("([a-z_]+)"\)', SOURCE)))


def test_the_code_answers_buttons_and_so_interactivity_is_on() -> None:
    assert ".action(" in SOURCE
    assert manifest.base()["settings"]["interactivity"]["is_enabled"] is True


def test_optional_scopes_are_among_the_scopes() -> None:
    scopes = manifest.base()["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])


def test_people_that_a_command_names_arrive_as_ids() -> None:
    [command] = manifest.base()["features"]["slash_commands"]
    assert command["should_escape"] is True


def test_the_address_of_events_is_the_one_that_is_served() -> None:
    assert (
        f'add_post("{manifest.for_http(URL)["features"]["slash_commands"][0]["url"].removeprefix(URL)}"'
        in SOURCE
    )
