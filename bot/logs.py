"""Logging: structured, and without what calendars say."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

FRAMES = 8
"""How many places of a traceback are told, from where it broke."""


def configure(*, as_json: bool) -> None:
    """Send our log to stderr, one event a line; libraries' own only from warnings up, and with their places.

    What ends the process by surprise is an event, too.
    """
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, bare_traceback, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    formatter = structlog.stdlib.ProcessorFormatter
    handler.setFormatter(
        formatter(
            foreign_pre_chain=shared,
            processors=[foreign, formatter.remove_processors_meta, renderer],
            use_get_message=False,
            pass_foreign_args=True,
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in ("googleapiclient.http", "google_auth_httplib2", "slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.ERROR)
    sys.excepthook = _surprise


def bare_traceback(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and places: its message may quote an event or a token."""
    if event.pop("exc_info", None):
        kind, _error, trace = sys.exc_info()
        _add_places(event, kind, trace)
    return event


def foreign(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Tell of a library's own event where it comes from, and of its message only what holds no values.

    Messages quote what the library worked on: bodies of requests, tokens, and exceptions with theirs.
    """
    record: logging.LogRecord = event["_record"]
    template, values = event["event"], event.pop("positional_args", ())
    place = f"{record.filename}:{record.lineno}"
    event.update(event="library", logger=record.name, place=place)
    if values:
        event["message"] = template
    elif record.name == "asyncio":
        event["message"] = template.partition("\n")[0]  # the objects concerned follow below it
    if met := event.pop("exc_info", None):
        kind, _error, trace = met
        _add_places(event, kind, trace)
    return event


def _add_places(event: EventDict, kind: type[BaseException] | None, trace: TracebackType | None) -> None:
    event["error"] = kind.__name__ if kind else "?"
    event["at"] = " < ".join(
        f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(trace)[-FRAMES:])
    )


def _surprise(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """Log what nobody caught as any other event; it ends the process."""
    event: EventDict = {}
    _add_places(event, kind, trace)
    structlog.get_logger().critical("ended_by_error", **event)
