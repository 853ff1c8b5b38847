"""The settings: one typed class, read from the environment or `.env`; all problems are told at once."""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.texts import languages
from sync.vault import generate_key, parse_key

PREFIX = "CALSYNC_"
SECRETS_DIR = f"{PREFIX}SECRETS_DIR"
CALLBACK = "/oauth/google/callback"
SLACK_CALLBACK = "/oauth/slack/callback"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class SettingsError(Exception):
    """The settings cannot be used; `problems` are sentences, each with its fix."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What calsync is told from outside; each name is prefixed with `CALSYNC_` in the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    slack_bot_token: SecretStr = Field(description="the bot's token, starts with `xoxb-`")
    slack_app_token: SecretStr | None = Field(
        None, description="an app-level token (`xapp-`, scope `connections:write`): Socket Mode"
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        description="instead of the app token: HTTP mode, Slack posts to `/slack/events`",
        validate_default=True,
    )
    slack_api_url: str = Field("https://slack.com/api/", description="where Slack's Web API is")
    slack_alert_channel: str = Field("", description="id of the channel that gets the administrators' alerts")
    alert_mention: Literal["", "here", "channel"] = Field(
        "",
        description="`here` or `channel` if new alerts are to call the people of the channel; empty: nobody",
    )
    runbook_url: str = Field(
        "",
        description="address of a copy of docs/operations.md that the alerts' button opens; "
        "empty: the button's answer says what to do",
    )
    language: str = Field(
        "en", description="language of the alert channel: `en`, `fa` or another of docs/languages.md"
    )
    time_zone: str = Field(
        "UTC", description="time zone (IANA) of its times, in languages in which Slack shows none by itself"
    )
    admins: str = Field("", description="Slack user ids of the administrators, separated by commas")
    admin_group: str = Field(
        "",
        description="id of a Slack user group (`S…`) whose members are administrators, too; "
        "needs the scope `usergroups:read`",
    )
    slack_client_id: str = Field("", description="the Slack app's client id, only for Sign in with Slack")
    slack_client_secret: SecretStr | None = Field(
        None,
        description="its client secret: people whose Google address is another then prove who they are by "
        "signing in to Slack, instead of typing a code",
        validate_default=True,
    )
    google_client_file: Path = Field(
        description="the OAuth client's JSON file (type Web application), downloaded from Google's console"
    )
    google_api_url: str = Field(
        "https://www.googleapis.com/calendar/v3/", description="where Google's Calendar API is"
    )
    google_revoke_url: str = Field(
        "https://oauth2.googleapis.com/revoke", description="where grants are revoked"
    )
    google_domains: str = Field(
        "",
        description="Google Workspace domains whose accounts may be connected, separated by commas; "
        "empty: any account, private ones too",
    )
    odoo_url: str = Field(description="address of the Odoo server")
    odoo_db: str = Field(description="name of the Odoo database")
    odoo_login: str = Field(description="login of the service account; a plain internal user is enough")
    odoo_api_key: SecretStr = Field(description="API key of the service account")
    odoo_api: Literal["auto", "jsonrpc", "json2"] = Field(
        "auto",
        description="how Odoo is spoken to: `jsonrpc`, `json2` (Odoo 19 and later, API keys only), or "
        "`auto`: JSON-2 where it is offered and takes the key, else JSON-RPC",
    )
    public_url: str = Field(
        "http://localhost:8080", description="where people's browsers reach calsync", validate_default=True
    )
    listen: str = Field("127.0.0.1:8080", description="host and port to listen on")
    database_url: str = Field("sqlite+aiosqlite:///calsync.db", description="calsync's own database")
    vault_keys: SecretStr = Field(
        SecretStr(""), description="encryption keys, newest first, separated by commas", validate_default=True
    )
    window_past: int = Field(365, ge=1, description="days before today that are synced")
    window_future: int = Field(730, ge=1, description="days after today that are synced")
    sync_interval: int = Field(
        120, ge=10, description="seconds between two looks at a person's Google calendar"
    )
    odoo_interval: int = Field(20, ge=5, description="seconds between two looks at Odoo")

    log_format: Literal["auto", "json", "text"] = Field(
        "auto",
        description="how the log is written to stderr: `json`, `text`, or `auto`: text on a terminal, "
        "else JSON",
    )

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(f"there is {', '.join(languages())}; docs/languages.md says how to add one")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("write an IANA name, such as Europe/Brussels") from error
        return value

    @field_validator("runbook_url")
    @classmethod
    def _runbook(cls, value: str) -> str:
        return cls._url(value).rstrip("#") if value else value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError(
                "a bot token starts with xoxb-. Copy it from OAuth & Permissions of the Slack app"
            )
        return value

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("an app-level token starts with xapp-. Make one under Basic Information")
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _one_mode(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "slack_app_token" in info.data and bool(value) == bool(info.data["slack_app_token"]):
            raise ValueError(
                f"set either this (HTTP mode) or {PREFIX}SLACK_APP_TOKEN (Socket Mode, the simpler one)"
            )
        return value

    @field_validator("slack_client_secret")
    @classmethod
    def _whole_client(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if bool(value) != bool(info.data.get("slack_client_id")):
            raise ValueError(
                f"Sign in with Slack needs {PREFIX}SLACK_CLIENT_ID and this one, both from Basic Information"
            )
        return value

    @field_validator("google_domains")
    @classmethod
    def _domains(cls, value: str) -> str:
        for one in _listed(value):
            if "@" in one or "." not in one:
                raise ValueError(f"write domains, such as example.com; {one!r} is none")
        return value

    @field_validator("odoo_url", "public_url", "slack_api_url", "google_api_url", "google_revoke_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write a whole address, such as https://odoo.example.com")
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str, info: ValidationInfo) -> str:
        if urlsplit(value).scheme == "http" and urlsplit(value).hostname not in LOCAL_HOSTS:
            raise ValueError("Google sends people back over https only, except to localhost. Use https://")
        value = value.rstrip("/")
        if "google_client_file" in info.data:
            content = json.loads(info.data["google_client_file"].read_text("utf-8"))
            known = content["web"].get("redirect_uris", [])
            if value + CALLBACK not in known:
                raise ValueError(
                    f"the OAuth client does not know {value + CALLBACK}, so people would meet Error 400 "
                    "redirect_uri_mismatch. Add exactly this address under Authorized redirect URIs in "
                    f"Google's console and download the file again (it names {', '.join(known) or 'none'})"
                )
        return value

    @field_validator("listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("write host and port, such as 127.0.0.1:8080")
        return value

    @field_validator("vault_keys")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        keys = [key for key in value.get_secret_value().split(",") if key.strip()]
        if not keys:
            raise ValueError(
                "without a key no secret can be kept. Here is a fresh one; keep it, what it encrypts is lost "
                f"without it: {PREFIX}VAULT_KEYS={generate_key()}"
            )
        for key in keys:
            parse_key(key)
        return value

    @field_validator("google_client_file")
    @classmethod
    def _client_file(cls, value: Path) -> Path:
        if problem := client_file_problem(value):
            raise ValueError(problem)
        return value

    @cached_property
    def google_client(self) -> dict[str, Any]:
        """The content of the client file."""
        content: dict[str, Any] = json.loads(self.google_client_file.read_text("utf-8"))
        return content

    def logs_as_json(self, *, is_terminal: bool) -> bool:
        """Say whether the log is for machines to read."""
        return self.log_format == "json" or (self.log_format == "auto" and not is_terminal)

    @cached_property
    def admin_ids(self) -> list[str]:
        """The administrators' Slack user ids."""
        return _listed(self.admins)

    @cached_property
    def google_domain_list(self) -> list[str]:
        """The Workspace domains that may connect, in lower case; empty when any account may."""
        return [one.lower() for one in _listed(self.google_domains)]

    @cached_property
    def vault_key_bytes(self) -> list[bytes]:
        """The vault keys, newest first."""
        return [parse_key(key) for key in self.vault_keys.get_secret_value().split(",") if key.strip()]

    @property
    def redirect_uri(self) -> str:
        """Where Google sends people back; the client file has to name it byte for byte."""
        return self.public_url + CALLBACK

    @property
    def slack_redirect_uri(self) -> str:
        """Where Sign in with Slack sends people back; the Slack app has to list it."""
        return self.public_url + SLACK_CALLBACK

    @property
    def listen_address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


def client_file_problem(path: Path) -> str | None:
    """Say what is wrong with a client file by itself, with the fix, or None."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError:
        return f"there is no readable file at {path}. Download the client's JSON from Google's console"
    except ValueError:
        return f"{path} is not JSON. Download the client's file from Google's console again"
    if isinstance(content, dict) and "installed" in content:
        return (
            "this client is of type Desktop, with which people would meet Error 400 redirect_uri_mismatch. "
            "Delete it in Google's console and create one of type Web application"
        )
    wanted = {"client_id", "client_secret", "auth_uri", "token_uri", "auth_provider_x509_cert_url"}
    web = content.get("web") if isinstance(content, dict) else None
    if not isinstance(web, dict) or not wanted <= web.keys():
        return f"{path} is no OAuth client of type Web application. Download the right file"
    return None


def _listed(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def load_settings(**values: Any) -> Settings:
    """Read the settings; `values` come before the environment, and that before files of secrets.

    Such a file is named as the variable, in the folder that CALSYNC_SECRETS_DIR names, or in that of
    systemd's credentials (systemd.exec(5), LoadCredential=).

    Raises:
        SettingsError: with every problem there is.
    """
    folder = os.environ.get(SECRETS_DIR) or os.environ.get("CREDENTIALS_DIRECTORY")
    if folder and not Path(folder).is_dir():
        raise SettingsError([f"{SECRETS_DIR}: there is no folder {folder}"])
    try:
        return Settings(**{"_secrets_dir": folder, **values})
    except ValidationError as error:
        raise SettingsError([_sentence(one) for one in error.errors(include_url=False)]) from None


def _sentence(error: Any) -> str:
    name = PREFIX + str(error["loc"][0]).upper() if error["loc"] else "settings"
    if error["type"] == "missing":
        about = Settings.model_fields[str(error["loc"][0])].description
        return f"{name} is not set. It takes: {about}"
    return f"{name}: {str(error['msg']).removeprefix('Value error, ')}"
