"""What Odoo answers over JSON-2 when it says no: told apart by name, hardly ever by status."""

from __future__ import annotations

from typing import Any

import pytest

from sync import errors
from sync.errors import SyncError
from sync.odoo.errors import from_json2
from tests.unit.test_odoo_errors import DATABASE, SECRET, TABLE


def json2(status: int, name: str = "", message: str = SECRET, kind: str = "application/json") -> SyncError:
    """Say what an answer of JSON-2 means; without a name it is a page."""
    body = {"name": name, "message": message, "debug": SECRET, "arguments": [message], "context": {}}
    return from_json2(status, {"Content-Type": kind}, body if name else None, DATABASE)


WERKZEUG = "werkzeug.exceptions."
# By name, whatever the status: 404 need not be a record that is gone, nor 500 a server in trouble.
JSON2: list[tuple[int, str, type[SyncError], str]] = [
    (400, WERKZEUG + "BadRequest", errors.Rejected, "odoo_refuses"),
    (401, WERKZEUG + "Unauthorized", errors.Misconfigured, "odoo_login_refused"),
    (403, "odoo.exceptions.AccessError", errors.Rejected, "odoo_forbids"),
    (403, "odoo.exceptions.AccessDenied", errors.Misconfigured, "odoo_login_refused"),
    (404, "odoo.exceptions.MissingError", errors.Gone, "odoo_missing"),
    (404, WERKZEUG + "NotFound", errors.Rejected, "odoo_refuses"),
    (405, WERKZEUG + "MethodNotAllowed", errors.Rejected, "odoo_refuses"),
    (409, "odoo.exceptions.LockError", errors.RetryLater, "odoo_busy"),
    (415, WERKZEUG + "UnsupportedMediaType", errors.Rejected, "odoo_refuses"),
    (422, "odoo.exceptions.ValidationError", errors.Rejected, "odoo_refuses"),
    (422, "odoo.exceptions.UserError", errors.Rejected, "odoo_refuses"),
    (422, WERKZEUG + "UnprocessableEntity", errors.Rejected, "odoo_refuses"),
    (500, "builtins.ValueError", errors.Rejected, "odoo_refuses"),
    (500, "pytz.exceptions.UnknownTimeZoneError", errors.Rejected, "odoo_refuses"),
    (500, "psycopg2.errors.SerializationFailure", errors.RetryLater, "odoo_busy"),
    (500, "builtins.MemoryError", errors.RetryLater, "odoo_trouble"),
    (503, WERKZEUG + "ServiceUnavailable", errors.RetryLater, "odoo_trouble"),
]


@pytest.mark.parametrize(("status", "name", "kind", "expected"), JSON2)
def test_json2_is_read_by_name_too(status: int, name: str, kind: type[SyncError], expected: str) -> None:
    meant = json2(status, name)
    assert (type(meant), meant.code) == (kind, expected)
    assert SECRET not in str(meant)


@pytest.mark.parametrize(("name", "kind", "expected"), TABLE)
@pytest.mark.parametrize("status", [404, 500])
def test_the_status_of_json2_changes_nothing(
    status: int, name: str, kind: type[SyncError], expected: str
) -> None:
    meant = json2(status, name)
    assert (type(meant), meant.code) == (kind, expected)


HTML = "text/html; charset=utf-8"
PAGES: list[tuple[int, str, type[SyncError], str]] = [
    (401, HTML, errors.Misconfigured, "odoo_login_refused"),
    (403, HTML, errors.RetryLater, "odoo_trouble"),
    (404, HTML, errors.Misconfigured, "odoo_database_unknown"),
    (404, "text/plain", errors.RetryLater, "odoo_trouble"),  # a proxy in front of nothing
    (413, HTML, errors.Rejected, "odoo_refuses"),
    (415, HTML, errors.Rejected, "odoo_refuses"),
    (500, HTML, errors.RetryLater, "odoo_trouble"),
    (502, HTML, errors.RetryLater, "odoo_trouble"),
]


@pytest.mark.parametrize(("status", "content_type", "kind", "expected"), PAGES)
def test_pages_in_the_place_of_json2(
    status: int, content_type: str, kind: type[SyncError], expected: str
) -> None:
    meant = json2(status, kind=content_type)
    assert (type(meant), meant.code) == (kind, expected)


@pytest.mark.parametrize("body", [[], "text", 7, {}, {"name": ""}, {"name": 5}, {"error": SECRET}])
def test_json_that_names_no_error_counts_as_a_page(body: Any) -> None:
    meant = from_json2(502, {}, body, DATABASE)
    assert (type(meant), meant.code, meant.detail) == (errors.RetryLater, "odoo_trouble", "HTTP 502")


def test_a_wrong_database_is_told_over_json2_too() -> None:
    unknown = json2(500, "psycopg2.OperationalError", 'FATAL:  database "company" does not exist')
    assert (type(unknown), unknown.code) == (errors.Misconfigured, "odoo_database_unknown")
