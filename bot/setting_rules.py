"""What each setting must be like; every refusal says how to mend it."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from bot.client_file import client_file_problem, redirect_problem
from bot.texts import languages
from sync.vault import generate_key, parse_key

PREFIX = "CALSYNC_"
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def listed(value: str) -> list[str]:
    """Return what stands between the commas of a setting."""
    return [one.strip() for one in value.split(",") if one.strip()]


class Rules(BaseSettings):
    """The rules of `bot.settings.Settings`, which has the fields."""

    @field_validator("language", check_fields=False)
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in languages():
            raise ValueError(f"there is {', '.join(languages())}; docs/languages.md says how to add one")
        return value

    @field_validator("time_zone", check_fields=False)
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("write an IANA name, such as Europe/Brussels") from error
        return value

    @field_validator("runbook_url", check_fields=False)
    @classmethod
    def _runbook(cls, value: str) -> str:
        return cls._url(value).rstrip("#") if value else value

    @field_validator("slack_bot_token", check_fields=False)
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith("xoxb-"):
            raise ValueError(
                "a bot token starts with xoxb-. Copy it from OAuth & Permissions of the Slack app"
            )
        return value

    @field_validator("slack_app_token", check_fields=False)
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith("xapp-"):
            raise ValueError("an app-level token starts with xapp-. Make one under Basic Information")
        return value

    @field_validator("slack_signing_secret", check_fields=False)
    @classmethod
    def _one_mode(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "slack_app_token" in info.data and bool(value) == bool(info.data["slack_app_token"]):
            raise ValueError(
                f"set either this (HTTP mode) or {PREFIX}SLACK_APP_TOKEN (Socket Mode, the simpler one)"
            )
        return value

    @field_validator("slack_client_secret", check_fields=False)
    @classmethod
    def _whole_client(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if bool(value) != bool(info.data.get("slack_client_id")):
            raise ValueError(
                f"Sign in with Slack needs {PREFIX}SLACK_CLIENT_ID and this one, both from Basic Information"
            )
        return value

    @field_validator("google_domains", check_fields=False)
    @classmethod
    def _domains(cls, value: str) -> str:
        for one in listed(value):
            if "@" in one or "." not in one:
                raise ValueError(f"write domains, such as example.com; {one!r} is none")
        return value

    @field_validator(
        "odoo_url", "public_url", "slack_api_url", "google_api_url", "google_revoke_url", check_fields=False
    )
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write a whole address, such as https://odoo.example.com")
        return value

    @field_validator("public_url", check_fields=False)
    @classmethod
    def _public(cls, value: str, info: ValidationInfo) -> str:
        if urlsplit(value).scheme == "http" and urlsplit(value).hostname not in LOCAL_HOSTS:
            raise ValueError("Google sends people back over https only, except to localhost. Use https://")
        value = value.rstrip("/")
        if "google_client_file" in info.data:
            content = json.loads(info.data["google_client_file"].read_text("utf-8"))
            if problem := redirect_problem(content, value):
                raise ValueError(problem)
        return value

    @field_validator("listen", check_fields=False)
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError("write host and port, such as 127.0.0.1:8080")
        return value

    @field_validator("vault_keys", check_fields=False)
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        keys = listed(value.get_secret_value())
        if not keys:
            raise ValueError(
                "without a key no secret can be kept. Here is a fresh one; keep it, what it encrypts is lost "
                f"without it: {PREFIX}VAULT_KEYS={generate_key()}"
            )
        for key in keys:
            parse_key(key)
        return value

    @field_validator("google_client_file", check_fields=False)
    @classmethod
    def _client_file(cls, value: Path) -> Path:
        if problem := client_file_problem(value):
            raise ValueError(problem)
        return value
