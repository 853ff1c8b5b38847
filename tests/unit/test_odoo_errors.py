"""Every way in which Odoo says no, told apart by name, and what we do next."""

from __future__ import annotations

import http.client
import io
import urllib.error
from email.message import Message
from typing import Any

import pytest
from odoorpc.error import InternalError, RPCError

from bot.texts import Texts
from sync import errors
from sync.errors import SyncError
from sync.odoo.errors import error_name, from_json2, translate
from sync.odoo.gateway import encoded, read_version

SECRET = "Surgery at nine"
DATABASE = "company"


def refusal(name: str, message: str = SECRET, *, code: int = 200) -> RPCError:
    """Return odoorpc's error for an answer with this `data.name`."""
    data = {"name": name, "message": message, "debug": SECRET, "arguments": [message], "context": {}}
    return RPCError(message, {"code": code, "message": "Odoo Server Error", "data": data})


def page(status: int, **headers: str) -> urllib.error.HTTPError:
    """Return urllib's error for an HTML page with this status."""
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return urllib.error.HTTPError("http://odoo", status, SECRET, message, io.BytesIO(b"<html></html>"))


REJECTED = [
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.UserError",
    "builtins.ValueError",
    "builtins.AttributeError",
    "builtins.KeyError",
    "builtins.TypeError",
    "builtins.IndexError",
    "builtins.OverflowError",
    "builtins.UnicodeEncodeError",
    "odoo.exceptions.RedirectWarning",
    "psycopg2.errors.CheckViolation",
    "psycopg2.errors.DatetimeFieldOverflow",
    "psycopg2.errors.ForeignKeyViolation",
    "psycopg2.errors.InvalidDatetimeFormat",
    "psycopg2.errors.InvalidTextRepresentation",
    "psycopg2.errors.NotNullViolation",
    "psycopg2.errors.NumericValueOutOfRange",
    "psycopg2.errors.StringDataRightTruncation",
    "psycopg2.errors.UniqueViolation",
    "pytz.exceptions.UnknownTimeZoneError",
]
PASSING = [
    "psycopg2.errors.SerializationFailure",
    "psycopg2.errors.DeadlockDetected",
    "psycopg2.errors.LockNotAvailable",
    "odoo.exceptions.LockError",
]
TABLE: list[tuple[str, type[SyncError], str]] = [
    ("odoo.exceptions.MissingError", errors.Gone, "odoo_missing"),
    ("odoo.exceptions.AccessError", errors.Rejected, "odoo_forbids"),
    ("odoo.exceptions.AccessDenied", errors.Misconfigured, "odoo_login_refused"),
    *((name, errors.Rejected, "odoo_refuses") for name in REJECTED),
    *((name, errors.RetryLater, "odoo_busy") for name in PASSING),
    ("builtins.MemoryError", errors.RetryLater, "odoo_trouble"),
    ("some.module.NewError", errors.RetryLater, "odoo_trouble"),
]


@pytest.mark.parametrize("code", [0, 200])
@pytest.mark.parametrize(("name", "kind", "expected"), TABLE)
def test_every_name_of_the_table(name: str, kind: type[SyncError], expected: str, code: int) -> None:
    meant = translate(refusal(name, code=code), DATABASE)
    assert type(meant) is kind
    assert meant.code == expected
    assert SECRET not in str(meant)


def test_a_refused_login_has_no_name() -> None:
    meant = translate(RPCError("Wrong login ID or password"), DATABASE)
    assert type(meant) is errors.Misconfigured
    assert meant.code == "odoo_login_refused"


def test_a_database_that_does_not_exist_is_told_from_one_that_is_down() -> None:
    name = "psycopg2.OperationalError"
    unknown = translate(refusal(name, 'FATAL:  database "company" does not exist'), DATABASE)
    assert (type(unknown), unknown.code) == (errors.Misconfigured, "odoo_database_unknown")
    down = translate(refusal(name, "could not connect to server: Connection refused"), DATABASE)
    assert (type(down), down.code) == (errors.RetryLater, "odoo_trouble")
    other = translate(refusal(name, 'role "odoo" does not exist'), DATABASE)
    assert (type(other), other.code) == (errors.RetryLater, "odoo_trouble")


@pytest.mark.parametrize(
    ("said", "after"), [("120", 120.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)]
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_time_to_wait_is_kept(status: int, said: str, after: float | None) -> None:
    for meant in (
        translate(page(status, Retry_After=said), DATABASE),
        from_json2(status, {"Retry-After": said}, None, DATABASE),
    ):
        assert isinstance(meant, errors.RetryLater)
        assert meant.after == after


@pytest.mark.parametrize("status", [301, 308])
def test_an_address_that_leads_elsewhere_is_named(status: int) -> None:
    there = "https://odoo.example.com/jsonrpc"
    for meant in (
        translate(page(status, Location=there), DATABASE),
        from_json2(status, {"Location": there}, None, DATABASE),
    ):
        assert (type(meant), meant.code, meant.detail) == (errors.Misconfigured, "odoo_moved", there)


def test_half_a_surrogate_pair_is_refused_before_it_is_sent() -> None:
    """Odoo's page about it cannot be told from one about real trouble, so it would be sent for ever."""
    with pytest.raises(errors.Rejected, match="odoo_refuses"):
        encoded({"vals": {"name": "a\ud800b"}})
    assert encoded({"name": "😀"}) == '{"name": "😀"}'.encode()


@pytest.mark.parametrize(
    ("info", "major"), [([19, 0, 0, "final", 0, ""], 19), (["saas~18", 2, 0, "final", 0, ""], 18)]
)
def test_versions_are_read(info: Any, major: int) -> None:
    assert read_version(info, "text") == (major, "text")


@pytest.mark.parametrize("info", [None, [], {}, "19", ["next"], 19])
def test_what_is_no_version_means_that_nothing_is_known(info: Any) -> None:
    with pytest.raises(errors.RetryLater, match="odoo_unreadable"):
        read_version(info, "text")


@pytest.mark.parametrize("status", [400, 413, 415])
def test_a_request_that_odoo_cannot_read_is_the_items_fault(status: int) -> None:
    meant = translate(page(status), DATABASE)
    assert (type(meant), meant.code) == (errors.Rejected, "odoo_refuses")


@pytest.mark.parametrize("status", [404, 429, 500, 502, 503, 504])
def test_pages_of_gateways_are_tried_again(status: int) -> None:
    meant = translate(page(status), DATABASE)
    assert (type(meant), meant.code) == (errors.RetryLater, "odoo_trouble")
    assert SECRET not in str(meant)


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError(SECRET),
        TimeoutError(SECRET),
        ConnectionResetError(SECRET),
        http.client.RemoteDisconnected(SECRET),
        http.client.IncompleteRead(b""),
        http.client.BadStatusLine(SECRET),
    ],
)
def test_a_connection_that_fails_is_tried_again(error: Exception) -> None:
    meant = translate(error, DATABASE)
    assert (type(meant), meant.code) == (errors.RetryLater, "odoo_unreachable")
    assert SECRET not in str(meant)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError(SECRET), "odoo_unreadable"),
        (InternalError(SECRET), "odoo_trouble"),
        (KeyError(), "odoo_trouble"),
    ],
)
def test_broken_answers_are_tried_again(error: Exception, code: str) -> None:
    meant = translate(error, DATABASE)
    assert (type(meant), meant.code) == (errors.RetryLater, code)
    assert SECRET not in str(meant)


@pytest.mark.parametrize("info", [False, None, "", [], {}, "text"])
def test_errors_without_data_have_no_name(info: Any) -> None:
    assert error_name(RPCError(SECRET, info)) == ""


def test_what_stops_a_run_and_what_parks_an_item_has_its_sentence() -> None:
    t = Texts()
    for _, kind, code in TABLE:
        if kind is errors.Rejected:
            assert t.has(f"reason.{code}")
        elif kind is not errors.Gone:
            assert t.has(f"trouble.{code}")
