"""Logging: structured, and without what calendars say."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict


def configure(*, as_json: bool) -> None:
    """Send our log to stderr, one event a line; libraries' own logs only from warnings up."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in ("googleapiclient.http", "google_auth_httplib2", "slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.ERROR)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            bare_traceback,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def bare_traceback(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and places: its message may quote an event or a token."""
    if event.pop("exc_info", None):
        kind, _error, trace = sys.exc_info()
        event["error"] = kind.__name__ if kind else "?"
        event["at"] = " < ".join(
            f"{'/'.join(frame.filename.rsplit('/', 2)[-2:])}:{frame.lineno}"
            for frame in reversed(traceback.extract_tb(trace)[-8:])
        )
    return event
