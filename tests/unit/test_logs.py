"""What is logged: one event a line, and of an exception its type and places but never its message."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs
from sync.errors import RetryLater

SECRET = "Surgery at nine"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    handlers = root.handlers[:]
    yield
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
