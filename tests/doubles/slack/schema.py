"""A small schema language whose complaints are worded as Slack's own validator words them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]
Found = list[str]


class Rule(Protocol):
    """Something that looks at one JSON value and adds what is wrong with it to `found`."""

    def check(self, value: Any, at: str, found: Found) -> None:
        """Check `value`, which stands at the JSON pointer `at`."""


def complain(found: Found, what: str, at: str) -> None:
    """Add one complaint, with the JSON pointer to what it is about."""
    found.append(f"{what} [json-pointer:{at}]")


@dataclass(frozen=True)
class Str:
    """A string with bounds on its length, perhaps out of a closed set or of a given form."""

    max: int = 10**9
    min: int = 0
    choices: tuple[str, ...] = ()
    form: str = ""

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain unless `value` is such a string."""
        if not isinstance(value, str):
            complain(found, "must provide a string", at)
        elif len(value) > self.max:
            complain(found, f"must be less than {self.max + 1} characters", at)
        elif len(value) < self.min:
            complain(found, f"must be more than {self.min - 1} characters", at)
        elif self.choices and value not in self.choices:
            complain(found, f"must be one of: {', '.join(self.choices)}", at)
        elif self.form and not re.fullmatch(self.form, value):
            complain(found, f"must match pattern: {self.form}", at)


@dataclass(frozen=True)
class Int:
    """A whole number between two bounds."""

    min: int = -(10**12)
    max: int = 10**12

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain unless `value` is such a number."""
        if not isinstance(value, int) or isinstance(value, bool):
            complain(found, "must provide a number", at)
        elif not self.min <= value <= self.max:
            complain(found, f"must be between {self.min} and {self.max}", at)


@dataclass(frozen=True)
class Bool:
    """A truth value; the strings that form-encoded bodies carry are refused as Slack does."""

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain unless `value` is true or false."""
        if not isinstance(value, bool):
            complain(found, "must provide a boolean", at)


@dataclass(frozen=True)
class Items:
    """An array of like things."""

    item: Rule
    max: int = 10**9
    min: int = 1

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain about the number of things, or about each of them."""
        if not isinstance(value, list):
            complain(found, "must provide an array", at)
        elif len(value) > self.max:
            complain(found, f"no more than {self.max} items allowed", at)
        elif len(value) < self.min:
            complain(found, f"no less than {self.min} items allowed", at)
        else:
            for number, item in enumerate(value):
                self.item.check(item, f"{at}/{number}", found)


Cross = Callable[[Json, str, Found], None]


@dataclass(frozen=True)
class Obj:
    """An object with keys it must have, keys it may have and none besides."""

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule] = field(default_factory=dict)
    cross: Cross | None = None

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain about missing, unknown and wrong keys, then about how they go together."""
        if not isinstance(value, dict):
            complain(found, "must provide an object", at)
            return
        before = len(found)
        for key in self.required:
            if key not in value:
                complain(found, f"missing required field: {key}", at)
        for key, item in value.items():
            rule = self.required.get(key) or self.optional.get(key)
            if rule is None:
                complain(found, f"invalid additional property: {key}", at)
            else:
                rule.check(item, f"{at}/{key}", found)
        if self.cross is not None and len(found) == before:
            self.cross(value, at, found)


@dataclass(frozen=True)
class Typed:
    """An object of one of several kinds, told apart by its `type`."""

    kinds: Mapping[str, Obj]

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain about an unknown kind, or as the kind demands."""
        if not isinstance(value, dict):
            complain(found, "must provide an object", at)
        elif "type" not in value:
            complain(found, "missing required field: type", at)
        elif not isinstance(kind := value["type"], str):
            complain(found, "must provide a string", f"{at}/type")
        elif kind not in self.kinds:
            complain(found, f"unsupported type: {kind}", f"{at}/type")
        else:
            self.kinds[kind].check(value, at, found)


def typed(required: Mapping[str, Rule], optional: Mapping[str, Rule], cross: Cross | None = None) -> Obj:
    """Return the rule of an object that also carries its `type`."""
    return Obj({"type": Str(), **required}, optional, cross)


PLAIN, MRKDWN = "plain_text", "mrkdwn"


@dataclass(frozen=True)
class Text:
    """A text object; where both kinds are allowed Slack adds that no schema matched."""

    max: int = 3000
    kinds: tuple[str, ...] = (PLAIN, MRKDWN)

    def check(self, value: Any, at: str, found: Found) -> None:
        """Complain about the kind, the keys or the length of the text."""
        body = Str(self.max, 1)
        flags: dict[str, dict[str, Rule]] = {PLAIN: {"emoji": Bool()}, MRKDWN: {"verbatim": Bool()}}
        mine: Found = []
        Typed({kind: typed({"text": body}, flags[kind]) for kind in self.kinds}).check(value, at, mine)
        if mine and len(self.kinds) > 1:
            complain(found, "failed to match all allowed schemas", at)
        found.extend(mine)


def plain(length: int) -> Text:
    """Return the rule of a text object that must be `plain_text`."""
    return Text(length, (PLAIN,))
