"""The manifest: within Slack's limits, in both modes, and exactly what the code uses."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
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
    """Return what is wrong with a manifest by our schema."""
    return [one.json_path for one in jsonschema.Draft7Validator(SCHEMA).iter_errors(content)]


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


def _spoiled(change: Callable[[dict[str, Any]], object], base: dict[str, Any]) -> list[str]:
    content = copy.deepcopy(base)
    change(content)
    return complaints(content)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda m: m.pop("display_information"), "$"),
        (lambda m: m.update(colour="red"), "$"),
        (lambda m: m["_metadata"].update(major_version=2), "$._metadata.major_version"),
        (lambda m: m["display_information"].update(name="x" * 36), "$.display_information.name"),
        (lambda m: m["display_information"].update(description="x" * 141), "$.display_information.description"),
        (
            lambda m: m["display_information"].update(background_color="green"),
            "$.display_information.background_color",
        ),
        (
            lambda m: m["display_information"].update(long_description="too short"),
            "$.display_information.long_description",
        ),
        (lambda m: m["features"]["bot_user"].update(display_name="x" * 81), "$.features.bot_user.display_name"),
        (lambda m: m["features"]["slash_commands"][0].update(command="calsync"), "$.features.slash_commands[0].command"),
        (lambda m: m["features"]["slash_commands"][0].update(command="/" + "x" * 32), "$.features.slash_commands[0].command"),
        (lambda m: m["features"]["slash_commands"][0].pop("description"), "$.features.slash_commands[0]"),
        (lambda m: m["features"].update(slash_commands=[]), "$.features.slash_commands"),
        (lambda m: m["oauth_config"]["scopes"]["bot"].append("chat:write"), "$.oauth_config.scopes.bot"),
        (lambda m: m["oauth_config"]["scopes"].update(user=["chat:write"]), "$.oauth_config.scopes"),
        (lambda m: m["settings"]["event_subscriptions"].pop("bot_events"), "$.settings.event_subscriptions"),
        (lambda m: m["settings"]["interactivity"].pop("is_enabled"), "$.settings.interactivity"),
        (lambda m: m["settings"].update(socket_mode_enabled="yes"), "$.settings.socket_mode_enabled"),
    ],
)  # fmt: skip
def test_the_schema_sees_what_slack_would_refuse(
    change: Callable[[dict[str, Any]], object], where: str
) -> None:
    assert where in _spoiled(change, manifest.base())


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["features"]["slash_commands"][0].pop("url"),
        lambda m: m["settings"]["interactivity"].pop("request_url"),
        lambda m: m["settings"]["event_subscriptions"].pop("request_url"),
        lambda m: m["settings"]["interactivity"].update(
            request_url="http://calsync.example.com/slack/events"
        ),
    ],
)
def test_http_mode_needs_every_address(change: Callable[[dict[str, Any]], object]) -> None:
    assert _spoiled(change, manifest.for_http(URL))


def test_socket_mode_has_no_addresses() -> None:
    assert _spoiled(lambda m: m["settings"].update(socket_mode_enabled=True), manifest.for_http(URL))


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
