"""A recorded answer against the double's: everything but ids, times, tokens, tracebacks and help texts."""

from __future__ import annotations

import re
from typing import Any

from tests.contract.stage import Stage

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_ROOM = re.compile(r"https?://[^/]+/calendar/join_videocall/[0-9a-f]+")
_WRITTEN = re.compile(r"DTSTART:\d{8}T\d{6}")
_USER = re.compile(r"(\(id=|User: )(\d+)")
_STAMPS = ("write_date", "create_date")
_MANY_ZONES = 300


def differences(stage: Stage, request: dict[str, Any], recorded: dict[str, Any], actual: Any) -> list[str]:
    """Return where two answers to a request differ, pairing new ids on the way."""
    if not isinstance(actual, dict) or recorded.keys() != actual.keys():
        return [f"answer: recorded {recorded}, got {actual}"]
    if recorded["id"] != actual["id"]:
        return [f"id: recorded {recorded['id']}, got {actual['id']}"]
    if "error" in recorded:
        return _error(stage, recorded["error"], actual["error"])
    params = request["params"]
    if params.get("service") == "object":
        model, method = params["args"][3:5]
        return _Result(stage, model, method).compare(recorded.get("result"), actual.get("result"))
    if params.get("method") in ("login", "authenticate"):
        same = recorded["result"] == actual["result"] is False or stage.same(
            "res.users", recorded["result"], actual["result"]
        )
        return [] if same else [f"uid: recorded {recorded['result']}, got {actual['result']}"]
    return _equal("result", recorded.get("result"), actual.get("result"))


def _but_id(shown: Any) -> Any:
    return (
        {name: value for name, value in shown.items() if name != "id"} if isinstance(shown, dict) else shown
    )


def _equal(where: str, recorded: Any, actual: Any) -> list[str]:
    return [] if recorded == actual else [f"{where}: recorded {recorded!r}, got {actual!r}"]


def differences_of_json2(stage: Stage, model: str, method: str, recorded: Any, actual: Any) -> list[str]:
    """Return where two answers of JSON-2 with one status differ, pairing new ids on the way."""
    if isinstance(recorded, dict) and "__non_json__" in recorded:
        # Long pages were recorded from their beginning only.
        page = recorded["text"].rstrip()
        return [] if str(actual).startswith(page) else [f"page: recorded {page!r}, got {actual!r}"]
    if isinstance(recorded, dict) and "debug" in recorded:
        return _data(stage, recorded, actual)
    return _Result(stage, model, method).compare(recorded, actual)


def _error(stage: Stage, recorded: dict[str, Any], actual: dict[str, Any]) -> list[str]:
    found = _equal("error.code", recorded["code"], actual["code"])
    found += _equal("error.message", recorded["message"], actual["message"])
    return found + _data(stage, recorded["data"], actual["data"])


def _data(stage: Stage, there: dict[str, Any], here: dict[str, Any]) -> list[str]:
    pairs = {v: k for k, v in stage.ids["res.users"].items()}

    def as_recorded(text: str) -> str:
        return _USER.sub(lambda found: found[1] + str(pairs.get(int(found[2]), found[2])), text)

    if not isinstance(here, dict) or there.keys() != here.keys():
        return [f"error: recorded {there}, got {here}"]
    found = _equal("error.data.name", there["name"], here["name"])
    found += _equal("error.data.context", there["context"], here["context"])
    found += _equal("error.data.message", there["message"], as_recorded(here["message"]))
    here_arguments = [as_recorded(one) if isinstance(one, str) else one for one in here["arguments"]]
    return found + _equal("arguments", there["arguments"], here_arguments)


class _Result:
    """Compares the result of one method of one model."""

    def __init__(self, stage: Stage, model: str, method: str) -> None:
        self.stage = stage
        self.model = model
        self.method = method

    def compare(self, recorded: Any, actual: Any) -> list[str]:
        """Return the differences."""
        match self.method:
            case "create" | "search" | "copy":
                return self._ids(self.model, self.method, recorded, actual)
            case "load":
                return self._load(recorded, actual)
            case "read" | "search_read":
                return self._rows(recorded, actual)
            case "web_search_read":
                return self._nested(recorded, actual)
            case "fields_get":
                return self._fields(recorded, actual)
            case "context_get":
                same = self.stage.same("res.users", recorded["uid"], actual["uid"])
                return _equal("context", recorded | {"uid": same}, actual | {"uid": True})
        return _equal("result", recorded, actual)

    def _ids(self, model: str, where: str, recorded: Any, actual: Any) -> list[str]:
        there = recorded if isinstance(recorded, list) else [recorded]
        here = actual if isinstance(actual, list) else [actual]
        same = type(recorded) is type(actual) and len(there) == len(here)
        if same and all(self.stage.same(model, a, b) for a, b in zip(there, here, strict=True)):
            return []
        return [f"{where}: recorded ids {recorded}, got {actual}"]

    def _load(self, recorded: dict[str, Any], actual: dict[str, Any]) -> list[str]:
        found = _equal("load", {**recorded, "ids": 0, "messages": 0}, {**actual, "ids": 0, "messages": 0})
        if recorded["ids"] and actual["ids"]:
            found += self._ids(self.model, "load", recorded["ids"], actual["ids"])
        else:
            found += _equal("load ids", recorded["ids"], actual["ids"])
        found += _equal("load messages", len(recorded["messages"]), len(actual["messages"]))
        for there, here in zip(recorded["messages"], actual["messages"], strict=False):
            plain = [{**m, "message": _USER.sub(r"\1", m["message"])} for m in (there, here)]
            found += _equal("load message", *plain)
        return found

    def _rows(self, recorded: list[dict[str, Any]], actual: list[dict[str, Any]]) -> list[str]:
        found = _equal("rows", len(recorded), len(actual))
        for there, here in zip(recorded, actual, strict=False):
            found += _equal("fields", sorted(there), sorted(here))
            for name in there.keys() & here.keys():
                found += self._value(name, there[name], here[name])
        return found

    def _nested(self, recorded: dict[str, Any], actual: dict[str, Any]) -> list[str]:
        found = _equal("length", recorded["length"], actual["length"])
        for there, here in zip(recorded["records"], actual["records"], strict=True):
            found += self._ids(self.model, "id", there["id"], here["id"])
            for name in there.keys() - {"id"}:
                field = self.stage.odoo.database.fields[self.model][name]
                if isinstance(there[name], dict):
                    found += self._ids(field.relation, name, there[name]["id"], here[name]["id"])
                found += _equal(name, _but_id(there[name]), _but_id(here[name]))
        return found

    def _value(self, name: str, recorded: Any, actual: Any) -> list[str]:
        if name == "id":
            return self._ids(self.model, name, recorded, actual)
        field = self.stage.odoo.database.fields[self.model][name]
        if field.type == "many2one" and isinstance(recorded, int) and recorded:
            return self._ids(field.relation, name, recorded, actual)
        if field.type == "many2one" and recorded and actual:
            return self._ids(field.relation, name, recorded[0], actual[0]) + _equal(
                name, recorded[1], actual[1]
            )
        if field.to_many:
            return self._to_many(name, field.relation, recorded, actual)
        if name in _STAMPS and recorded and actual:
            return [] if _MOMENT.fullmatch(actual) else [f"{name}: {actual!r} is no moment"]
        if isinstance(recorded, str) and isinstance(actual, str):
            recorded, actual = (_WRITTEN.sub("", _ROOM.sub("", text)) for text in (recorded, actual))
        return _equal(name, recorded, actual)

    def _to_many(self, name: str, related: str, recorded: list[int], actual: list[int]) -> list[str]:
        known = self.stage.ids.get(related, {})
        left = [i for i in recorded if known.get(i) not in actual]
        over = [i for i in actual if i not in known.values()]
        same = len(recorded) == len(actual) and len(left) == len(over)
        if same and all(self.stage.same(related, a, b) for a, b in zip(left, over, strict=True)):
            return []
        return [f"{name}: recorded {recorded}, got {actual}"]

    def _fields(self, recorded: dict[str, Any], actual: dict[str, Any]) -> list[str]:
        found = _equal("fields", sorted(recorded), sorted(actual))
        for name in recorded.keys() & actual.keys():
            there, here = dict(recorded[name]), dict(actual[name])
            for shown in (there, here):
                # The list of time zones is that of the machine.
                if len(shown.get("selection", ())) > _MANY_ZONES:
                    shown["selection"] = ["UTC", "UTC"] in shown["selection"]
            found += _equal(name, there, here)
        return found
