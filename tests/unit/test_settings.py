"""All problems of the settings are told at once, each with its fix, and no secret is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import CALLBACK, PREFIX, SLACK_CALLBACK, Settings, SettingsError, load_settings
from sync.vault import generate_key, parse_key

WEB = {
    "client_id": "id",
    "client_secret": "marked-client-secret",
    "auth_uri": "https://accounts.example.com/auth",
    "token_uri": "https://accounts.example.com/token",
    "auth_provider_x509_cert_url": "https://accounts.example.com/certs",
    "redirect_uris": [f"http://localhost:8080{CALLBACK}"],
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def good(tmp_path: Path) -> dict[str, Any]:
    """Settings that can be used."""
    return {
        "slack_bot_token": "xoxb-marked-bot",
        "slack_app_token": "xapp-marked-app",
        "google_client_file": client_file(tmp_path, {"web": WEB}),
        "odoo_url": "https://odoo.example.com",
        "odoo_db": "company",
        "odoo_login": "calsync",
        "odoo_api_key": "marked-odoo-key",
        "vault_keys": generate_key(),
    }


def client_file(folder: Path, content: Any) -> Path:
    """Write a client file."""
    path = folder / "client.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def problems(**values: Any) -> list[str]:
    """Return what is wrong with settings."""
    with pytest.raises(SettingsError) as refused:
        load_settings(**values)
    return refused.value.problems


def test_good_settings_are_read(good: dict[str, Any]) -> None:
    settings = load_settings(
        **good, admins=" U1, U2 ,", listen="[::1]:9000", public_url="http://localhost:8080/"
    )
    assert settings.admin_ids == ["U1", "U2"]
    assert settings.listen_address == ("::1", 9000)
    assert settings.public_url == "http://localhost:8080"
    assert settings.redirect_uri == f"http://localhost:8080{CALLBACK}"
    assert settings.google_client == {"web": WEB}
    assert settings.vault_key_bytes == [parse_key(good["vault_keys"])]


@pytest.mark.parametrize("named", ["CALSYNC_SECRETS_DIR", "CREDENTIALS_DIRECTORY"])
def test_secrets_are_read_from_files_and_what_is_set_comes_before_them(
    good: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / f"{PREFIX}ODOO_API_KEY").write_text(good.pop("odoo_api_key") + "\n")
    (folder / f"{PREFIX.lower()}vault_keys").write_text(good.pop("vault_keys"))
    (folder / f"{PREFIX}ODOO_DB").write_text("from a file")
    (folder / "of-another-program").write_text("x")
    monkeypatch.setenv(named, str(folder))
    settings = load_settings(**good)
    assert settings.odoo_api_key.get_secret_value() == "marked-odoo-key"
    assert settings.odoo_db == "company"
    assert len(settings.vault_key_bytes) == 1


def test_a_folder_of_secrets_that_is_not_there_is_told(
    good: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALSYNC_SECRETS_DIR", "/nowhere/at/all")
    assert problems(**good) == ["CALSYNC_SECRETS_DIR: there is no folder /nowhere/at/all"]


@pytest.mark.parametrize(
    ("log_format", "is_terminal", "as_json"),
    [("auto", True, False), ("auto", False, True), ("json", True, True), ("text", False, False)],
)
def test_the_log_is_json_unless_somebody_reads_it(
    good: dict[str, Any], log_format: str, is_terminal: bool, as_json: bool
) -> None:
    assert load_settings(**good, log_format=log_format).logs_as_json(is_terminal=is_terminal) is as_json


def test_the_environment_and_a_file_are_read(
    good: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in good.items():
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", str(value))
    (tmp_path / ".env").write_text(f"{PREFIX}ODOO_DB=other\n{PREFIX}ADMINS=U9\nUNRELATED=1\n")
    settings = load_settings()
    assert (settings.odoo_db, settings.admin_ids) == ("company", ["U9"])


def test_everything_missing_is_told_at_once() -> None:
    told = problems()
    required = [name for name, field in Settings.model_fields.items() if field.is_required()]
    assert len(required) == 6
    for name in required:
        [line] = [one for one in told if one.startswith(f"{PREFIX}{name.upper()} is not set. It takes: ")]
        assert str(Settings.model_fields[name].description) in line
    [mode] = [one for one in told if one.startswith(f"{PREFIX}SLACK_SIGNING_SECRET: ")]
    assert f"{PREFIX}SLACK_APP_TOKEN" in mode
    [key] = [one for one in told if one.startswith(f"{PREFIX}VAULT_KEYS: ")]
    parse_key(key.rpartition("=")[0].rpartition("=")[2] + "=")
    assert len(told) == len(required) + 2


def test_every_wrong_value_is_told_with_its_fix(good: dict[str, Any], tmp_path: Path) -> None:
    wrong: dict[str, tuple[Any, str]] = {
        "slack_bot_token": ("xoxp-person", "OAuth & Permissions"),
        "slack_app_token": ("xoxb-bot", "Basic Information"),
        "slack_api_url": ("slack.com", "whole address"),
        "google_client_file": (client_file(tmp_path, {"installed": WEB}), "Web application"),
        "google_api_url": ("ftp://example.com", "whole address"),
        "google_revoke_url": ("https://", "whole address"),
        "odoo_url": ("odoo.example.com", "such as https://"),
        "public_url": ("http://calsync.example.com", "https"),
        "listen": ("8080", "such as 127.0.0.1:8080"),
        "vault_keys": ("short", "32 bytes"),
        "language": ("xx", "there is en, fa"),
        "time_zone": ("Moon/Crater", "IANA name"),
        "log_format": ("xml", "'auto', 'json' or 'text'"),
        "window_past": (0, "1"),
        "window_future": ("soon", "integer"),
        "sync_interval": (1, "10"),
        "odoo_interval": (1, "5"),
    }
    told = problems(**good | {name: value for name, (value, _) in wrong.items()})
    for name, (_, fix) in wrong.items():
        [line] = [one for one in told if one.startswith(f"{PREFIX}{name.upper()}: ")]
        assert fix in line
    assert len(told) == len(wrong)


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        ({"installed": WEB}, "of type Desktop"),
        ({"web": {"client_id": "id"}}, "type Web application"),
        ({"web": []}, "type Web application"),
        ({"type": "service_account"}, "type Web application"),
        ([], "type Web application"),
        ("no json", "not JSON"),
        ("", "not JSON"),
    ],
)
def test_a_wrong_client_file_is_named_for_what_it_is(
    good: dict[str, Any], tmp_path: Path, content: Any, fix: str
) -> None:
    [line] = problems(**good | {"google_client_file": client_file(tmp_path, content)})
    assert fix in line
    assert "ownload" in line or "create one" in line
    assert "marked-client-secret" not in line


def test_a_client_file_that_is_not_there_is_told(good: dict[str, Any], tmp_path: Path) -> None:
    [line] = problems(**good | {"google_client_file": tmp_path / "missing.json"})
    assert "no readable file" in line
    [line] = problems(**good | {"google_client_file": tmp_path})
    assert "no readable file" in line


@pytest.mark.parametrize(
    "public_url", ["https://calsync.example.com", "http://localhost:9999", "http://127.0.0.1:8080"]
)
def test_an_address_that_the_client_does_not_know_is_refused(good: dict[str, Any], public_url: str) -> None:
    [line] = problems(**good, public_url=public_url)
    assert f"does not know {public_url}{CALLBACK}" in line
    assert "Authorized redirect URIs" in line
    assert f"http://localhost:8080{CALLBACK}" in line


def test_a_client_without_addresses_is_refused(good: dict[str, Any], tmp_path: Path) -> None:
    bare = {name: value for name, value in WEB.items() if name != "redirect_uris"}
    [line] = problems(**good | {"google_client_file": client_file(tmp_path, {"web": bare})})
    assert "(it names none)" in line


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_http_is_fine_on_this_machine(good: dict[str, Any], tmp_path: Path, host: str) -> None:
    public_url = f"http://{host}:8080"
    web = WEB | {"redirect_uris": [public_url + CALLBACK]}
    path = client_file(tmp_path, {"web": web})
    assert (
        load_settings(**good | {"google_client_file": path, "public_url": public_url}).public_url
        == public_url
    )


def test_slack_is_reached_in_exactly_one_mode(good: dict[str, Any]) -> None:
    [both] = problems(**good, slack_signing_secret="marked")
    [neither] = problems(**good | {"slack_app_token": None})
    assert "set either this (HTTP mode) or" in both
    assert both == neither
    http = load_settings(**good | {"slack_app_token": None, "slack_signing_secret": "marked"})
    assert http.slack_app_token is None


@pytest.mark.parametrize("listen", ["", "8080", "host:", ":8080", "host:http", "host:-1"])
def test_a_bad_listen_address_is_refused(good: dict[str, Any], listen: str) -> None:
    [line] = problems(**good, listen=listen)
    assert "such as 127.0.0.1:8080" in line


def test_without_a_key_a_fresh_one_is_shown(good: dict[str, Any]) -> None:
    [line] = problems(**good | {"vault_keys": " , "})
    fresh = line.rpartition(f"{PREFIX}VAULT_KEYS=")[2]
    assert load_settings(**good | {"vault_keys": fresh}).vault_key_bytes == [parse_key(fresh)]


def test_several_keys_keep_their_order(good: dict[str, Any]) -> None:
    keys = [generate_key() for _ in range(3)]
    assert load_settings(**good | {"vault_keys": ", ".join(keys)}).vault_key_bytes == [*map(parse_key, keys)]


@pytest.mark.parametrize("half", [{"slack_client_id": "1.2"}, {"slack_client_secret": "marked"}])
def test_sign_in_with_slack_needs_both_parts_of_the_client(
    good: dict[str, Any], half: dict[str, str]
) -> None:
    [line] = problems(**good, **half)
    assert line.startswith(f"{PREFIX}SLACK_CLIENT_SECRET")
    assert "marked" not in line
    both = load_settings(**good, slack_client_id="1.2", slack_client_secret="marked")
    assert both.slack_redirect_uri == f"{both.public_url}{SLACK_CALLBACK}"
    assert "marked" not in repr(both)


def test_domains_are_listed_in_any_case(good: dict[str, Any]) -> None:
    assert load_settings(**good).google_domain_list == []
    listed = load_settings(**good, google_domains=" Example.com,example.org, ")
    assert listed.google_domain_list == ["example.com", "example.org"]


@pytest.mark.parametrize("wrong", ["alice@example.com", "example", "example.com, @example.org"])
def test_what_is_no_domain_is_refused(good: dict[str, Any], wrong: str) -> None:
    [line] = problems(**good, google_domains=wrong)
    assert "such as example.com" in line


def test_no_secret_is_shown(good: dict[str, Any]) -> None:
    settings = load_settings(**good)
    _ = settings.google_client, settings.vault_key_bytes
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    for secret in ("marked-bot", "marked-app", "marked-odoo-key", good["vault_keys"]):
        assert secret not in shown


def test_no_secret_is_told_among_the_problems(good: dict[str, Any]) -> None:
    wrong = {"slack_bot_token": "marked-bot", "slack_app_token": "marked-app", "vault_keys": "marked-vault"}
    with pytest.raises(SettingsError) as refused:
        load_settings(**good | wrong)
    assert "marked" not in str(refused.value)
    assert refused.value.__cause__ is None
