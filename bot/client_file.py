"""The OAuth client's file from Google's console: what can be wrong with it, each with its fix."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CALLBACK = "/oauth/google/callback"
WANTED = {"client_id", "client_secret", "auth_uri", "token_uri", "auth_provider_x509_cert_url"}


def client_file_problem(path: Path) -> str | None:
    """Say what is wrong with a client file by itself, with the fix, or None."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError:
        return f"there is no readable file at {path}. Download the client's JSON from Google's console"
    except ValueError:
        return f"{path} is not JSON. Download the client's file from Google's console again"
    if not isinstance(content, dict):
        content = {}
    if "installed" in content:
        return (
            "this client is of type Desktop, with which people would meet Error 400 redirect_uri_mismatch. "
            "Delete it in Google's console and create one of type Web application"
        )
    if content.get("type") == "service_account":
        return (
            f"{path} is the key of a service account, which cannot ask people for their consent. Create an "
            "OAuth client of type Web application and download its file; delete this key if nothing needs it"
        )
    web = content.get("web")
    if not isinstance(web, dict) or not web.keys() >= WANTED:
        return f"{path} is no OAuth client of type Web application. Download the right file"
    return None


def redirect_problem(content: dict[str, Any], public_url: str) -> str | None:
    """Say whether a client lacks our callback address, with the fix, or None."""
    known = content["web"].get("redirect_uris", [])
    if public_url + CALLBACK in known:
        return None
    return (
        f"the OAuth client does not know {public_url + CALLBACK}, so people would meet Error 400 "
        "redirect_uri_mismatch. Add exactly this address under Authorized redirect URIs in "
        f"Google's console and download the file again (it names {', '.join(known) or 'none'})"
    )
