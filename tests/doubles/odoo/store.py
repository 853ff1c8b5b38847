"""The tables of a database: rows by id, transactions that can be undone, and quick look-ups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from tests.doubles.odoo.errors import SerializationFailure
from tests.doubles.plain import plain_copy

Row = dict[str, Any]


class TableCopy(NamedTuple):
    """The rows of a table, and the id that the next one would get."""

    rows: dict[int, Row]
    next_id: int


class Transaction:
    """One request's work: the moment it started, which is the date its rows carry, and how to undo it."""

    def __init__(self, started: datetime) -> None:
        self.started = started
        self.undo: list[tuple[Table, int, Row | None]] = []

    def mark(self) -> int:
        """Return a savepoint for `rollback`."""
        return len(self.undo)

    def rollback(self, to: int = 0) -> None:
        """Take back everything done since a savepoint; ids given out stay used, as in PostgreSQL."""
        while len(self.undo) > to:
            table, record_id, before = self.undo.pop()
            table.restore(record_id, before)

    def commit(self, at: datetime) -> None:
        """Make the work final; rows touched count as changed at this moment."""
        for table, record_id, _ in self.undo:
            table.committed[record_id] = at
        self.undo.clear()


class Table:
    """The rows of one model; `links` are the columns by which rows are looked up often."""

    def __init__(self, links: Iterable[str] = ()) -> None:
        self.rows: dict[int, Row] = {}
        self.next_id = 1
        self.committed: dict[int, datetime] = {}
        self._children: dict[str, dict[Any, dict[int, None]]] = {link: defaultdict(dict) for link in links}

    def insert(self, transaction: Transaction, row: Row) -> int:
        """Add a row and return its id."""
        record_id = self.next_id
        self.next_id += 1
        transaction.undo.append((self, record_id, None))
        self._put(record_id, row | {"id": record_id})
        return record_id

    def update(self, transaction: Transaction, record_id: int, changes: Row) -> None:
        """Change a row.

        Raises:
            SerializationFailure: the row changed after this transaction started.
        """
        before = self._touch(transaction, record_id)
        self._put(record_id, before | changes)

    def delete(self, transaction: Transaction, record_id: int) -> None:
        """Remove a row; see `update`."""
        self._touch(transaction, record_id)
        self._drop(record_id)

    def children(self, link: str, parent: int | str) -> list[int]:
        """Return the ids of the rows whose column `link` holds `parent`, oldest first."""
        return sorted(self._children[link].get(parent, ()))

    def changed_since(self, record_id: int, moment: datetime) -> bool:
        """Say whether a row was changed by a transaction that ended after `moment`."""
        changed = self.committed.get(record_id)
        return changed is not None and changed > moment

    def restore(self, record_id: int, before: Row | None) -> None:
        """Bring a row back to what it was; None: it was not there."""
        if before is None:
            self._drop(record_id)
        else:
            self._put(record_id, before)

    def copy(self) -> TableCopy:
        """Return a copy for a backup."""
        return TableCopy(plain_copy(self.rows), self.next_id)

    def set_back(self, to: TableCopy) -> None:
        """Become what a copy holds."""
        for record_id in list(self.rows):
            self._drop(record_id)
        for record_id, row in plain_copy(to.rows).items():
            self._put(record_id, row)
        self.next_id = to.next_id
        self.committed.clear()

    def _touch(self, transaction: Transaction, record_id: int) -> Row:
        if self.changed_since(record_id, transaction.started):
            raise SerializationFailure(SerializationFailure.MESSAGE)
        before = self.rows[record_id]
        transaction.undo.append((self, record_id, before))
        return before

    def _put(self, record_id: int, row: Row) -> None:
        self._unlink(record_id)
        self.rows[record_id] = row
        for link, parents in self._children.items():
            if row.get(link):
                parents[row[link]][record_id] = None

    def _drop(self, record_id: int) -> None:
        self._unlink(record_id)
        del self.rows[record_id]

    def _unlink(self, record_id: int) -> None:
        row = self.rows.get(record_id)
        if row is None:
            return
        for link, parents in self._children.items():
            if row.get(link):
                parents[row[link]].pop(record_id, None)
