"""The settings: one typed class, read from the environment or `.env`; all problems are told at once."""

from __future__ import annotations

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict

from bot.client_file import CALLBACK
from bot.setting_rules import PREFIX, Rules, listed
from sync.vault import parse_key

SECRETS_DIR = f"{PREFIX}SECRETS_DIR"
SLACK_CALLBACK = "/oauth/slack/callback"

__all__ = ["CALLBACK", "PREFIX", "SLACK_CALLBACK", "Settings", "SettingsError", "load_settings"]


class SettingsError(Exception):
    """The settings cannot be used; `problems` are sentences, each with its fix."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(Rules):
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
        return listed(self.admins)

    @cached_property
    def google_domain_list(self) -> list[str]:
        """The Workspace domains that may connect, in lower case; empty when any account may."""
        return [one.lower() for one in listed(self.google_domains)]

    @cached_property
    def vault_key_bytes(self) -> list[bytes]:
        """The vault keys, newest first."""
        return [parse_key(key) for key in listed(self.vault_keys.get_secret_value())]

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
