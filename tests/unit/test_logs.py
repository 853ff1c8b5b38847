"""What is logged: one event a line, and of an exception its type and places but never its message."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs
from sync.errors import RetryLater

SECRET = "Surgery at nine"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    handlers, hook = root.handlers[:], sys.excepthook
    yield
    sys.excepthook = hook
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root.handlers[:] = handlers
    root.setLevel(level)


def fail() -> None:
    """Break with a secret in the message, and another in the cause."""
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        raise RetryLater("google_trouble", SECRET) from error


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_logged_without_its_message(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(as_json=as_json)
    try:
        fail()
    except RetryLater:
        structlog.get_logger().exception("run_broke")
    told = capsys.readouterr().err
    assert SECRET not in told
    assert "run_broke" in told
    assert "RetryLater" in told
    assert "test_logs.py:" in told
    assert told.count("\n") == 1


def test_an_event_is_one_json_object_with_its_time_level_and_context(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(as_json=True)
    with structlog.contextvars.bound_contextvars(account=7):
        structlog.get_logger().info("run", outcome="ok", counts={"merged": 1})
    entry = json.loads(capsys.readouterr().err)
    assert entry.pop("timestamp").endswith("Z")
    assert entry == {"event": "run", "level": "info", "account": 7, "outcome": "ok", "counts": {"merged": 1}}


def test_nothing_below_info_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(as_json=True)
    structlog.get_logger().debug("detail")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", ["googleapiclient.http", "google_auth_httplib2", "slack_bolt", "slack_sdk"])
def test_libraries_are_quiet_below_errors(name: str) -> None:
    logs.configure(as_json=True)
    assert not logging.getLogger(name).isEnabledFor(logging.WARNING)
    assert logging.getLogger(name).isEnabledFor(logging.ERROR)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the one event that was logged."""
    [line] = capsys.readouterr().err.splitlines()
    assert SECRET not in line
    entry: dict[str, Any] = json.loads(line)
    assert entry.pop("timestamp").endswith("Z")
    return entry


def begin() -> None:
    """Configure as a process does that has nothing configured; pytest's handlers would keep ours away."""
    logging.getLogger().handlers[:] = []
    logs.configure(as_json=True)


def test_a_librarys_event_is_one_of_ours_without_its_values(capsys: pytest.CaptureFixture[str]) -> None:
    begin()
    with structlog.contextvars.bound_contextvars(account=7, run="1a2b"):
        logging.getLogger("urllib3.connectionpool").warning("Retrying %s", SECRET)
    entry = told(capsys)
    assert entry.pop("place").startswith("test_logs.py:")
    assert entry == {
        "event": "library",
        "level": "warning",
        "logger": "urllib3.connectionpool",
        "message": "Retrying %s",
        "account": 7,
        "run": "1a2b",
    }


def test_a_message_that_was_put_together_before_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    """As Slack's library does: it cannot be known what is in it."""
    begin()
    try:
        fail()
    except RetryLater as error:
        logging.getLogger("slack_bolt.App").error(f"Failed to run listener (error: {error})", exc_info=True)
    entry = told(capsys)
    assert "message" not in entry
    assert (entry["logger"], entry["error"]) == ("slack_bolt.App", "RetryLater")
    assert "test_logs.py:" in entry["at"]


def test_a_task_that_nobody_waited_for_is_told_without_what_it_met(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begin()

    async def lose() -> None:
        task = asyncio.create_task(asyncio.to_thread(fail))
        await asyncio.wait([task])

    asyncio.run(lose())
    entry = told(capsys)
    assert (entry["logger"], entry["message"]) == ("asyncio", "Task exception was never retrieved")
    assert entry["error"] == "RetryLater"


def test_what_ends_the_process_is_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    begin()
    try:
        fail()
    except RetryLater:
        sys.excepthook(*sys.exc_info())
    entry = told(capsys)
    assert (entry["event"], entry["level"], entry["error"]) == ("ended_by_error", "critical", "RetryLater")
