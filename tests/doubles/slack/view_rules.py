"""What makes a modal or a Home tab that Slack takes."""

from __future__ import annotations

import json
from typing import Any

from tests.doubles.slack.blocks import HOME, MODAL, unique_ids
from tests.doubles.slack.schema import Bool, Found, Items, Json, Obj, Rule, Str, complain, plain, typed

VIEW_BYTES = 250_000
_COMMON: dict[str, Rule] = {
    "private_metadata": Str(3000),
    "callback_id": Str(255),
    "external_id": Str(255),
}


def _modal(view: Json, at: str, found: Found) -> None:
    if any(block["type"] == "input" for block in view["blocks"]) and not view.get("submit"):
        complain(found, "missing required field: submit", at)


def _rules(blocks: Items) -> Obj:
    if blocks is HOME:
        return typed({"blocks": blocks}, _COMMON)
    flags: dict[str, Rule] = {"clear_on_close": Bool(), "notify_on_close": Bool()}
    words: dict[str, Rule] = {"submit": plain(24), "close": plain(24)}
    return typed({"title": plain(24), "blocks": blocks}, {**_COMMON, **flags, **words}, _modal)


_KINDS = {"modal": _rules(MODAL), "home": _rules(HOME)}


def check_view(view: Any, kind: str) -> Found:
    """Return everything that Slack would say against a view that is to become a `kind`."""
    found: Found = []
    if not isinstance(view, dict):
        complain(found, "must provide an object", "/view")
        return found
    if view.get("type", kind) != kind:
        complain(found, f"must be one of: {kind}", "/view/type")
        return found
    _KINDS[kind].check(view, "/view", found)
    if not found:
        unique_ids(view["blocks"], "/view/blocks", found)
    if found:
        found.insert(0, "failed to match all allowed schemas [json-pointer:/view]")
    return found


def too_large(view: Json) -> bool:
    """Say whether the view is over 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass")) > VIEW_BYTES
