"""An example or more of every view; a module here for each module of bot/views, found by itself.

Each module has `EXAMPLES`, a list of `Example`.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import bot.views
from bot.texts import Texts
from bot.views.kit import Home, Message

View = Callable[..., Any]
SHOWN = ("Message", "Home", "Modal")
"""What views return, by the name of the class."""


@dataclasses.dataclass(frozen=True)
class Example:
    """What `view` makes of some data in the language at hand; `facts` are what must be read, in English."""

    name: str
    view: View
    make: Callable[[Texts], Message | Home]
    facts: Sequence[str] = ()


def examples() -> list[Example]:
    """Return all examples."""
    found: list[Example] = []
    for one in sorted(pkgutil.iter_modules(__path__, f"{__name__}."), key=lambda one: one.name):
        found += importlib.import_module(one.name).EXAMPLES
    return found


def views() -> Iterator[View]:
    """Yield every public function of bot/views that returns something to show."""
    for one in pkgutil.iter_modules(bot.views.__path__, "bot.views."):
        module = importlib.import_module(one.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            mine = function.__module__ == module.__name__ and one.name != "bot.views.kit"
            if mine and not name.startswith("_") and function.__annotations__.get("return") in SHOWN:
                yield function
