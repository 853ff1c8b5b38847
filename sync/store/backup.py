"""A copy of an SQLite database that is in use: of one moment, looked through, there wholly or not at all."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sync.store.restored import COPIED

BESIDE = ("", "-wal", "-shm", "-journal", "-lock")
"""What the files of a database in use are called, after its own name."""

Why = Literal["no_database", "own", "exists", "no_place", "damaged", "failed"]


class NotCopied(Exception):
    """There is no copy, and what was in its place is as it was; `why` names the sentence."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why, self.detail = why, detail


@dataclasses.dataclass(frozen=True)
class Copy:
    """What a copy holds, as counted in it; `size` in bytes, `version` is that of the migrations."""

    size: int
    version: str
    accounts: int
    links: int


def copy(source: Path, target: Path, *, replace: bool = False) -> Copy:
    """Copy the database in the file `source` to `target`, which its owner alone may read.

    Others may read and write `source` meanwhile; what they commit after the beginning is not in the copy.
    Blocks. Nothing that was deleted is in it (`VACUUM INTO`, sqlite.org/lang_vacuum.html).

    Raises:
        NotCopied: `target` exists and is not to be replaced, or something is wrong with either.
    """
    _refuse(source, target, replace)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            _fill(source, part)
            _mark(part)
            found = _examined(part)
            _settle(part, target)
        finally:
            for left in (part, part.with_name(f"{part.name}-journal")):
                left.unlink(missing_ok=True)
    except OSError as error:
        raise NotCopied("no_place", f"{target}: {error.strerror}") from error
    return found


def _refuse(source: Path, target: Path, replace: bool) -> None:
    if not source.is_file():
        raise NotCopied("no_database", str(source))
    own = [source.with_name(source.name + ending).resolve() for ending in BESIDE]
    if target.resolve() in own:
        raise NotCopied("own", str(target))
    if target.is_dir() or not target.parent.is_dir():
        raise NotCopied("no_place", f"{target}: it has to be a file in a folder that exists")
    if target.exists() and not replace:
        raise NotCopied("exists", str(target))


def _fill(source: Path, part: Path) -> None:
    address = f"{source.absolute().as_uri()}?mode=rw"
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True, isolation_level=None)) as file:
            file.execute("VACUUM INTO ?", [str(part)])
    except sqlite3.Error as error:
        raise NotCopied(_why(error), str(error)) from error


def _mark(part: Path) -> None:
    """Let a copy say that it is one: a database that is set back has to know (`sync.store.restored`)."""
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    with contextlib.closing(sqlite3.connect(part)) as file, file, contextlib.suppress(sqlite3.Error):
        # One of the first versions had no switches, and one that is no database of ours is found out next.
        file.execute("DELETE FROM switch WHERE name = ?", [COPIED])
        file.execute('INSERT INTO switch (name, since, "by") VALUES (?, ?, ?)', [COPIED, now, ""])


def _why(error: sqlite3.Error) -> Why:
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return "damaged" if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) else "failed"


def _examined(part: Path) -> Copy:
    """Look through a copy, and count what is in it."""
    try:
        with contextlib.closing(sqlite3.connect(f"{part.absolute().as_uri()}?mode=ro", uri=True)) as file:
            [[word]] = file.execute("PRAGMA quick_check(1)").fetchall()
            if word != "ok" or file.execute("PRAGMA foreign_key_check").fetchone():
                raise NotCopied("damaged", str(word))
            version = _first(file, "SELECT version_num FROM alembic_version")
            accounts = _first(file, "SELECT count(*) FROM account")
            links = _first(file, "SELECT count(*) FROM link")
    except sqlite3.Error as error:
        # A file without our tables is somebody else's database.
        raise NotCopied("damaged", str(error)) from error
    return Copy(part.stat().st_size, str(version), int(accounts), int(links))


def _first(file: sqlite3.Connection, query: str) -> Any:
    [value] = file.execute(query).fetchone()
    return value


def _settle(part: Path, target: Path) -> None:
    """Give a copy its name once it is on the disk, and not only on its way there."""
    _sync(part)
    part.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
