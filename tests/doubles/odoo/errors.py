"""The application errors of Odoo, by the names under which they travel in a JSON-RPC answer."""

from __future__ import annotations


class OdooError(Exception):
    """An error that a client sees as `error.data.name` and `error.data.message` of an answer."""

    name = "odoo.exceptions.UserError"

    def __init__(self, message: str, name: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if name is not None:
            self.name = name


class UserError(OdooError):
    """Something the person asked for that the application refuses."""


class AccessError(OdooError):
    """The caller lacks the right to do this to these records."""

    name = "odoo.exceptions.AccessError"


class AccessDenied(OdooError):
    """The caller's secret is wrong."""

    name = "odoo.exceptions.AccessDenied"

    def __init__(self) -> None:
        super().__init__("Access Denied")


class MissingError(OdooError):
    """A record is gone or never was."""

    name = "odoo.exceptions.MissingError"


class ValidationError(OdooError):
    """A constraint or a required field is violated."""

    name = "odoo.exceptions.ValidationError"


class SerializationFailure(Exception):
    """Another transaction changed the same row since this one began; the server tries again."""

    MESSAGE = "could not serialize access due to concurrent update\n"


def value_error(message: str) -> OdooError:
    """Return the plain Python ValueError with which Odoo answers most bad data."""
    return OdooError(message, "builtins.ValueError")


def attribute_error(message: str) -> OdooError:
    """Return the AttributeError with which Odoo answers an unknown method or stumbles over a gap."""
    return OdooError(message, "builtins.AttributeError")


def missing(model: str, record_id: int, uid: int) -> MissingError:
    """Return the error for a record that is not there."""
    return MissingError(
        f"Record does not exist or has been deleted.\n(Record: {model}({record_id},), User: {uid})"
    )
