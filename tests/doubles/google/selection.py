"""The `fields` parameter: partial responses."""

from __future__ import annotations

import re
from typing import Any

from tests.doubles.google.discovery import document
from tests.doubles.google.errors import GoogleError, invalid

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),/]")
Selection = dict[str, Any]


def parse(text: str, schema: str | None) -> Selection:
    """Turn `items(id,start/date),nextPageToken` into a tree; an empty inner tree takes everything.

    Raises:
        GoogleError: the text is no selection, or names what the schema does not have.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", "") or not tokens:
        raise _refuse(text)
    tree, rest = _members(tokens, text)
    if rest or (schema is not None and not _exists(tree, {"$ref": schema})):
        raise _refuse(text)
    return tree


def _exists(tree: Selection, schema: dict[str, Any]) -> bool:
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if schema["type"] == "array":
        return _exists(tree, schema["items"])
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    named = ((known.get(name, others), inner) for name, inner in tree.items() if name != "*")
    return all(found is not None and _exists(inner, found) for found, inner in named)


def _refuse(text: str) -> GoogleError:
    return invalid(f"Invalid field selection {text}", reason="invalidParameter", location="fields")


def _members(tokens: list[str], text: str) -> tuple[Selection, list[str]]:
    tree: Selection = {}
    while True:
        if not tokens or tokens[0] in "(),/":
            raise _refuse(text)
        path, tokens = [tokens[0]], tokens[1:]
        while tokens[:1] == ["/"] and len(tokens) > 1:
            path, tokens = [*path, tokens[1]], tokens[2:]
        inner: Selection = {}
        if tokens[:1] == ["("]:
            inner, tokens = _members(tokens[1:], text)
            if tokens[:1] != [")"]:
                raise _refuse(text)
            tokens = tokens[1:]
        for name in reversed(path):
            inner = {name: inner}
        _join(tree, inner)
        if tokens[:1] != [","]:
            return tree, tokens
        tokens = tokens[1:]


def _join(tree: Selection, more: Selection) -> None:
    for name, inner in more.items():
        if name in tree and tree[name] and inner:
            _join(tree[name], inner)
        else:
            tree[name] = inner if name not in tree else {}


def select(value: Any, tree: Selection) -> Any:
    """Return what the tree asks for; of a list, that of each element."""
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [select(element, tree) for element in value]
    if isinstance(value, dict):
        return {name: select(value[name], inner) for name, inner in tree.items() if name in value}
    return value
