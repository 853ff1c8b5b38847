"""A copy of a database, as a backup holds it, and setting the database back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.doubles.odoo.credentials import Secrets
from tests.doubles.odoo.store import TableCopy

if TYPE_CHECKING:
    from tests.doubles.odoo.database import Database


@dataclass(frozen=True)
class Backup:
    """All rows with the numbers their sequences had come to, and what opens the accounts.

    Mails are not among it: what was sent stays sent.
    """

    tables: Mapping[str, TableCopy]
    secrets: Secrets


def back_up(database: Database) -> Backup:
    """Copy a database."""
    return Backup({name: table.copy() for name, table in database.tables.items()}, database.secrets.copy())


def restore(database: Database, backup: Backup) -> None:
    """Set a database back: later rows are gone, and their ids will be given out anew."""
    for name, table in database.tables.items():
        table.set_back(backup.tables[name])
    database.secrets.set_back(backup.secrets)
