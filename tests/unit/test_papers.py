"""What README and manifest say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.doctor import SCOPES
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))

OPTIONAL_SCOPES = {"usergroups:read"}
"""What only a setting needs: whoever installs the app may leave it out."""

NEEDED_SCOPES = {
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "chat_scheduleMessage": "chat:write",
    "chat_deleteScheduledMessage": "chat:write",
    "users_info": "users:read",
    "views_publish": None,
    "usergroups_users_list": "usergroups:read",
    "auth_test": None,
    "apps_connections_open": None,
}
"""Web API methods and the scope that Slack documents for each; the e-mail in users.info is one of its own."""


def table(heading: str) -> dict[str, str]:
    """Return the first two columns of the README's table with this heading."""
    lines = README.partition(f"| {heading} |")[2].splitlines()[2:]
    rows = {}
    for line in lines:
        if not line.startswith("|"):
            break
        name, text = (cell.strip() for cell in line.split("|")[1:3])
        rows[name.strip("`")] = text
    return rows


def test_the_table_of_settings_is_complete_and_says_what_the_settings_say() -> None:
    described = {PREFIX + name.upper(): field.description for name, field in Settings.model_fields.items()}
    assert table("setting") == described


def test_the_scopes_are_those_the_code_needs_each_with_its_reason() -> None:
    scopes = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    optional = set(MANIFEST["oauth_config"]["scopes"]["bot_optional"])
    assert scopes - optional == SCOPES
    assert optional == OPTIONAL_SCOPES
    assert set(table("scope")) == scopes
    source = "".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    used = set(re.findall(r"(?:slack|_slack|client|_client)\.([a-z]+_[a-zA-Z_]+)\(", source)) & {
        *NEEDED_SCOPES,
        *re.findall(r"\.((?:chat|users|conversations|views|auth|usergroups)_[a-zA-Z_]+)\(", source),
    }
    assert used == NEEDED_SCOPES.keys()
    assert scopes == {scope for scope in NEEDED_SCOPES.values() if scope} | {"commands", "users:read.email"}


@pytest.mark.parametrize("path", [path.name for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]])
def test_links_between_documents_lead_somewhere(path: str) -> None:
    [file] = [one for one in (ROOT / path, ROOT / "docs" / path) if one.exists()]
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text("utf-8")):
        assert (file.parent / target).exists(), target


def test_lock_files_name_no_host() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text("utf-8")


@pytest.mark.parametrize("page", ["setup.md", "troubleshooting.md"])
def test_the_persian_page_names_the_same_settings_commands_and_errors(page: str) -> None:
    named = re.compile(
        r"CALSYNC_[A-Z_]+|Error \d+: \w+|https://[a-z.]+|/oauth/\w+/callback|calsync vault [a-z-]+"
    )
    english, persian = (
        set(named.findall((ROOT / "docs" / folder / page).read_text("utf-8"))) for folder in ("", "fa")
    )
    assert persian == english


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: str(page.name))
def test_every_file_that_a_page_leads_to_is_there(page: Path) -> None:
    found = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [one for one in found if not (page.parent / one).exists()] == []
