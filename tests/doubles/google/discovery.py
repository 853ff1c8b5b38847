"""Calendar's discovery document: every request and every answer is measured against it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from tests.doubles.google.errors import GoogleError, invalid

Query = dict[str, Any]


@cache
def document() -> dict[str, Any]:
    """Return the document that google-api-python-client carries for Calendar v3."""
    source = files("googleapiclient") / "discovery_cache" / "documents" / "calendar.v3.json"
    loaded: dict[str, Any] = json.loads(source.read_text("utf-8"))
    return loaded


@dataclass(frozen=True)
class Method:
    """One method of the API."""

    id: str
    http_method: str
    path: re.Pattern[str]
    parameters: Mapping[str, Mapping[str, Any]]
    request: str | None
    response: str | None
    scopes: frozenset[str]

    @property
    def writes(self) -> bool:
        """Say whether calendars may differ afterwards."""
        unharmful = {"calendar.freebusy.query", "calendar.channels.stop"}
        return self.http_method != "GET" and self.id not in unharmful and not self.id.endswith(".watch")


@cache
def methods() -> tuple[Method, ...]:
    """Return all methods of the document; fixed paths come before those with a placeholder."""
    found = []
    for resource in document()["resources"].values():
        for method in resource["methods"].values():
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(method["path"]))
            found.append(
                Method(
                    id=method["id"],
                    http_method=method["httpMethod"],
                    path=re.compile(pattern),
                    parameters=method.get("parameters", {}),
                    request=method.get("request", {}).get("$ref"),
                    response=method.get("response", {}).get("$ref"),
                    scopes=frozenset(method.get("scopes", ())),
                )
            )
    return tuple(sorted(found, key=lambda m: m.path.pattern.count("(")))


def match(http_method: str, raw_path: str) -> tuple[Method, dict[str, str]] | None:
    """Find the method for a path relative to `/calendar/v3/`, still percent-encoded."""
    for method in methods():
        if method.http_method == http_method and (found := method.path.fullmatch(raw_path)):
            return method, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


def checked_query(method: Method, pairs: Iterable[tuple[str, str]]) -> Query:
    """Return the query's values with their types.

    Raises:
        GoogleError: a name is unknown, a value does not fit, or a required one is missing.
    """
    known = {**document()["parameters"], **method.parameters}
    query: Query = {}
    for name, text in pairs:
        if name not in known or known[name]["location"] != "query":
            raise invalid(f"Unknown query parameter: {name}", reason="invalidParameter", location=name)
        value = _parameter(name, text, known[name])
        if known[name].get("repeated"):
            query.setdefault(name, []).append(value)
        else:
            query[name] = value
    for name, spec in method.parameters.items():
        if spec.get("required") and spec["location"] == "query" and name not in query:
            raise GoogleError(400, "required", f"Required parameter: {name}", location=name)
    return query


def _parameter(name: str, text: str, spec: Mapping[str, Any]) -> Any:
    def refuse(why: str) -> GoogleError:
        return invalid(f"Invalid value for: {why}", reason="invalidParameter", location=name)

    if "enum" in spec and text not in spec["enum"]:
        raise refuse(f"{text} is not a valid value")
    match spec["type"]:
        case "boolean":
            if text not in {"true", "false"}:
                raise refuse(f"{text} is not a valid boolean")
            return text == "true"
        case "integer":
            if not re.fullmatch(r"-?\d{1,10}", text):
                raise refuse(f"{text} is not a valid integer")
            number = int(text)
            if number < int(spec.get("minimum", number)) or number > int(spec.get("maximum", number)):
                raise refuse(f"{number} is out of range")
            return number
    if spec.get("format") == "date-time":
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise refuse(f'Invalid format: "{text}"') from None
        if moment.tzinfo is None:
            raise refuse(f'Invalid format: "{text}" is too short')
        return moment
    return text


def check_body(method: Method, body: Any) -> dict[str, Any]:
    """Return the body of a request if all its names and types are known, at any depth.

    Raises:
        GoogleError: they are not.
    """
    if method.request is None:
        if body not in (None, {}):
            raise GoogleError(400, "parseError", "This API does not support parsing form-encoded input.")
        return {}
    if not isinstance(body, dict):
        raise GoogleError(400, "parseError", "Parse Error")
    if trouble := mismatch(body, {"$ref": method.request}):
        raise GoogleError(400, "badRequest", trouble)
    return body


def check_answer(method: Method, body: Mapping[str, Any] | None) -> None:
    """Make sure that the double itself sends nothing the document does not know."""
    if method.response is None:
        assert body is None, f"{method.id} has no response body"
        return
    trouble = mismatch(body, {"$ref": method.response}, answer=True)
    assert trouble is None, f"the double would send a wrong {method.id}: {trouble}"


def mismatch(value: Any, schema: Mapping[str, Any], where: str = "", *, answer: bool = False) -> str | None:
    """Say what in `value` the schema does not allow, or None; null is allowed in requests (it clears)."""
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    if value is None and not answer:
        return None
    kind = schema["type"]
    if kind == "object" and isinstance(value, dict):
        return _object_mismatch(value, schema, where, answer=answer)
    if kind == "array" and isinstance(value, list):
        found = (mismatch(v, schema["items"], f"{where}[{i}]", answer=answer) for i, v in enumerate(value))
        return next((trouble for trouble in found if trouble), None)
    if not _scalar_fits(value, schema):
        return f"Invalid value at '{where}' ({schema.get('format', kind)}), {json.dumps(value)[:80]}"
    return None


def _object_mismatch(
    value: Mapping[str, Any], schema: Mapping[str, Any], where: str, *, answer: bool
) -> str | None:
    for name, inner in value.items():
        known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
        if known is None:
            at = f" at '{where}'" if where else ""
            return f'Invalid JSON payload received. Unknown name "{name}"{at}: Cannot find field.'
        if trouble := mismatch(inner, known, f"{where}.{name}".lstrip("."), answer=answer):
            return trouble
    return None


def _scalar_fits(value: Any, schema: Mapping[str, Any]) -> bool:
    match schema["type"], schema.get("format"):
        case "any", _:
            return True
        case "string", "date":
            return isinstance(value, str) and _parses(date.fromisoformat, value) and len(value) == 10
        case "string", "date-time":
            return isinstance(value, str) and "T" in value and _parses(datetime.fromisoformat, value)
        case "string", _:
            return isinstance(value, str)
        case "boolean", _:
            return isinstance(value, bool)
        case "integer", _:
            return isinstance(value, int) and not isinstance(value, bool)
    return False


def _parses(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
