"""The OAuth client and its consent screen, as an operator sets them up in Google's console."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.doubles.google import discovery

SIGN_IN_SCOPES = {
    "openid": "openid",
    "email": "https://www.googleapis.com/auth/userinfo.email",
    "profile": "https://www.googleapis.com/auth/userinfo.profile",
}
"""Short names and what Google's answers call them."""


def full_scope(scope: str) -> str:
    """Return a scope as Google's answers name it."""
    return SIGN_IN_SCOPES.get(scope, scope)


def known_scopes() -> set[str]:
    """Return the scopes that the double knows: signing in, and Calendar's."""
    return {*SIGN_IN_SCOPES, *SIGN_IN_SCOPES.values(), *discovery.document()["auth"]["oauth2"]["scopes"]}


def scope_title(scope: str) -> str:
    """Return the sentence by which a consent page names a scope."""
    known: dict[str, dict[str, str]] = discovery.document()["auth"]["oauth2"]["scopes"]
    return known[scope]["description"] if scope in known else scope


@dataclass
class Project:
    """One client of one project."""

    client_id: str = "123456789012-calsync.apps.googleusercontent.com"
    client_secret: str = "GOCSPX-double"
    redirect_uris: list[str] = field(default_factory=lambda: ["http://localhost:8080/oauth/google/callback"])
    javascript_origins: list[str] = field(default_factory=list)
    client_type: Literal["web", "desktop"] = "web"
    publishing: Literal["testing", "production"] = "production"
    test_users: set[str] = field(default_factory=set)
    user_type: Literal["internal", "external"] = "external"
    domain: str | None = None
    """The organisation of an internal application."""
    api_enabled: bool = True
    name: str = "calsync"
    id: str = "calsync-double"
    number: str = "123456789012"
    deleted: bool = False
    """The client was deleted in the console, or by Google after six months without use."""
    blocked_by_admin: set[str] = field(default_factory=set)
    """Domains whose administrator does not trust the application."""

    def __post_init__(self) -> None:
        for uri in self.redirect_uris:
            if self.client_type == "web" and (trouble := redirect_uri_trouble(uri)):
                raise ValueError(f"Google's console would refuse the redirect URI {uri}: {trouble}")

    @property
    def is_testing(self) -> bool:
        """Say whether grants are for test users only and end after seven days."""
        return self.user_type == "external" and self.publishing == "testing"

    def accepts_redirect(self, uri: str) -> bool:
        """Say whether a redirect goes where the client was registered for, byte for byte."""
        if self.client_type == "web":
            return uri in self.redirect_uris
        parts = urlsplit(uri)
        return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}

    def client_file(self, url: str) -> dict[str, Any]:
        """Return the JSON that the console offers for download."""
        content: dict[str, Any] = {
            "client_id": self.client_id,
            "project_id": self.id,
            "auth_uri": f"{url}/o/oauth2/v2/auth",
            "token_uri": f"{url}/token",
            "auth_provider_x509_cert_url": f"{url}/oauth2/v1/certs",
            "client_secret": self.client_secret,
        }
        if self.client_type == "desktop":
            return {"installed": content | {"redirect_uris": ["http://localhost"]}}
        content["redirect_uris"] = self.redirect_uris
        if self.javascript_origins:
            content["javascript_origins"] = self.javascript_origins
        return {"web": content}


def redirect_uri_trouble(uri: str) -> str | None:
    """Say why the console refuses a redirect URI of a web client, or None."""
    parts = urlsplit(uri)
    host = parts.hostname or ""
    local = host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        return "must use https, unless it is on localhost"
    if parts.username or parts.password:
        return "must not contain user information"
    if parts.fragment or "#" in uri:
        return "must not contain a fragment"
    if ".." in parts.path.split("/") or "*" in uri or "\\" in uri:
        return "must not contain a path traversal or a wildcard"
    if not local and _is_address(host):
        return "must not be a raw IP address"
    if not local and ("." not in host or host.rsplit(".", 1)[1] in {"local", "lan", "internal", "home"}):
        return "must end with a public top-level domain"
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
