"""Fixtures that tests of the assembled product share."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import pytest
import stamina
from google.auth import _exponential_backoff

HELPERS = ("busy", "calendars", "linking", "stage", "found", "alerting")
pytest.register_assert_rewrite("tests.world", "tests.shown", *(f"tests.scenarios.{name}" for name in HELPERS))

from tests.doubles.server import LATE  # noqa: E402
from tests.live.real_odoo import RealOdoo, missing, service_key  # noqa: E402
from tests.prepared import prepared  # noqa: E402
from tests.world import World, make_world  # noqa: E402 (asserts in it are rewritten on import)

Worlds = Callable[..., AbstractAsyncContextManager[World]]
"""Makes a world, by a folder and settings that differ."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switches to a real Odoo and to slow doubles."""
    told = "run the tests marked on_real_odoo, and no others, on the Odoo that the environment names"
    parser.addoption("--live", action="store_true", help=told)
    told = (
        "seconds that each answer of a double (google, odoo, slack) is late: a test that does not wait fails"
    )
    parser.addoption("--late", action="append", default=[], metavar="DOUBLE=SECONDS", help=told)


def pytest_configure(config: pytest.Config) -> None:
    """With `--late`, let doubles do at once what they are asked, and say so later."""
    for one in config.getoption("--late"):
        name, _, seconds = one.partition("=")
        LATE[name] = float(seconds)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `--live`, leave only what runs on a real Odoo; the mark of a test beats that of its module."""
    if not config.getoption("--live"):
        return
    if absent := missing():
        raise pytest.UsageError(f"no real Odoo: set {', '.join(absent)}")
    chosen, others = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        mark = item.get_closest_marker("on_real_odoo")
        (chosen if mark and mark.args != (False,) else others).append(item)
    config.hook.pytest_deselected(items=others)
    items[:] = chosen


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking through thousands of tests, which all stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_pauses() -> object:
    """Let short retries happen without their pauses."""
    stamina.set_testing(True, attempts=3, cap=True)
    with mock.patch.object(_exponential_backoff, "time", SimpleNamespace(sleep=lambda _seconds: None)):
        yield  # google-auth repeats what its token endpoint does not answer
    stamina.set_testing(False)


@pytest.fixture(autouse=True)
def _prepared(request: pytest.FixtureRequest) -> Iterator[None]:
    """Make once what is always the same, but for tests of just this."""
    if request.node.get_closest_marker("unprepared"):
        yield
    else:
        with prepared():
            yield


@pytest.fixture
def worlds(request: pytest.FixtureRequest) -> Worlds:
    """Make worlds, in which Odoo is the double of version 18 or, with `--live`, a real one."""
    if not request.config.getoption("--live"):
        return make_world
    return lambda folder, **more: make_world(
        folder, odoo=cast(Any, RealOdoo()), odoo_api_key=service_key(), **more
    )


@pytest.fixture
async def world(worlds: Worlds, tmp_path: Path) -> AsyncIterator[World]:
    """The doubles with people in them; calsync runs when a test says so."""
    async with worlds(tmp_path) as made:
        yield made


@pytest.fixture
async def connected(world: World) -> AsyncIterator[World]:
    """A running world in which alice is connected and her first sync is done."""
    async with world.run():
        await world.connect("alice")
        await world.sync("alice")
        yield world
