"""API keys of a real server, made as people make them: in the browser, with the password once more."""

from __future__ import annotations

import itertools
from typing import Any

import requests

DESCRIPTION, IDENTITY = "res.users.apikeys.description", "res.users.identitycheck"
DAYS = "365"


def make_key(url: str, db: str, login: str, password: str) -> str:
    """Make a key and return it; from Odoo 18 on it lasts a year, if that is not too long for the user."""
    numbers = itertools.count()
    with requests.Session() as session:

        def ask(path: str, **params: Any) -> Any:
            body = {"jsonrpc": "2.0", "id": next(numbers), "method": "call", "params": params}
            answer = session.post(url.rstrip("/") + path, json=body, timeout=60).json()
            assert "error" not in answer, answer["error"]
            return answer["result"]

        def call(model: str, method: str, *args: Any) -> Any:
            return ask("/web/dataset/call_kw", model=model, method=method, args=args, kwargs={})

        ask("/web/session/authenticate", db=db, login=login, password=password)
        values = {"name": "calsync"}
        if "duration" in call(DESCRIPTION, "fields_get"):
            values["duration"] = DAYS
        [made] = call(DESCRIPTION, "web_save", [], values, {})
        asked = call(DESCRIPTION, "make_key", [made["id"]])
        call(IDENTITY, "write", [asked["res_id"]], {"password": password})
        shown = call(IDENTITY, "run_check", [asked["res_id"]])
        key: str = shown["context"]["default_key"]
        return key
