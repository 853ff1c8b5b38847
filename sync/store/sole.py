"""An SQLite database belongs to one working process: two would make the same events at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from sync.errors import Misconfigured


@contextmanager
def sole(url: str) -> Iterator[None]:
    """Hold the database at `url` for this process alone, which lasts until the block or the process ends.

    What is held is a file beside it: locks on its own file are SQLite's. Containers that share a volume see
    each other's, though each has addresses of its own to listen on. Databases on a server are not held.

    Raises:
        Misconfigured: another process works with it, or nothing can be written where it is.
    """
    path = file_of(url)
    if path is None:
        yield
        return
    lock = path.with_name(f"{path.name}-lock")
    try:
        held = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured("database_unusable", f"{lock}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Misconfigured("database_in_use", str(path)) from error
        except OSError as error:
            raise Misconfigured("database_unusable", f"{lock}: {error.strerror}") from error
        yield
    finally:
        os.close(held)


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None of one in memory, and of others, which have a server."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        return None
    return Path(str(parts.database).removeprefix("file:"))  # SQLite's own kind of address, with uri=true
