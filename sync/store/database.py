"""The database connection: many readers, one writer, migrations at start."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sync.base import Hasher
from sync.errors import DatabaseTrouble, Misconfigured
from sync.store import alert_tables, tables, versions
from sync.store.roster import Rosters
from sync.store.trouble import translate
from sync.vault import Vault, VaultError

SYNCHRONOUS = "NORMAL"
"""SQLite's: after a power cut the file is whole, though perhaps without its last transactions."""
PROBE = 2**16
"""Characters that a database without room has no pages for."""
BUSY = 5000
"""Milliseconds that a statement waits for another program's lock."""
_WRITING = {"calsync_writing": True}
PATIENCE = 1.0
"""Seconds that closing waits for transactions under way: a connection cut off in one outlives its loop."""


class Store:
    """Opens transactions on the database at `url` (an SQLAlchemy URL with an asyncio driver).

    `read()` gives a connection for looking, `write()` the only one for changing: it commits at the end of
    its block, or rolls back when the block raises or is cancelled. What the database itself fails at is
    raised as `DatabaseTrouble`, and stays in `trouble` until `works_again`.
    """

    def __init__(self, url: str, vault: Vault) -> None:
        self.vault = vault
        self.roster = Rosters()
        self.engine = create_async_engine(url)
        self.trouble: DatabaseTrouble | None = None
        """What the database met last, None when it works."""
        self._writer = asyncio.Lock()
        self._open = 0
        self._unused = asyncio.Event()
        self._unused.set()
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine.sync_engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for reading; what it sees does not change while it is open."""
        async with self._connection() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open the writing transaction, waiting for the one before it."""
        async with self._writer, self._connection() as plain:
            connection = await plain.execution_options(**_WRITING)
            async with connection.begin():
                yield connection

    async def migrate(self) -> None:
        """Bring the database to the newest form, wholly or not at all.

        Raises:
            Misconfigured: it was made by a newer calsync than this one, is damaged, or cannot be opened.
        """
        try:
            async with self._rebuilding() as connection:
                if self.engine.dialect.name == "sqlite":
                    await connection.run_sync(versions.check)
                await connection.run_sync(versions.upgrade)
        except (DatabaseTrouble, sa.exc.DBAPIError) as error:
            raise _refusal(error) from error
        if self.engine.dialect.name == "sqlite":
            await self._refuse_read_only()

    @asynccontextmanager
    async def _rebuilding(self) -> AsyncIterator[AsyncConnection]:
        """Open the writing transaction for migrations.

        They make some tables of SQLite's anew. Were foreign keys in force, dropping the old one would take
        along all rows that refer to it (sqlite.org/lang_altertable.html). That can be said only before a
        transaction begins.
        """
        async with self._writer, self._connection() as plain:
            driver: Any = None
            if self.engine.dialect.name == "sqlite":
                driver = (await plain.get_raw_connection()).driver_connection
                await driver.execute_fetchall("PRAGMA foreign_keys=OFF")
            try:
                connection = await plain.execution_options(**_WRITING)
                async with connection.begin():
                    yield connection
            finally:
                if driver is not None:
                    await driver.execute_fetchall("PRAGMA foreign_keys=ON")

    async def _refuse_read_only(self) -> None:
        """Write a little: one in its newest form was only read so far. Room may come back while we run."""
        try:
            async with self.write() as tx:
                await tx.exec_driver_sql("PRAGMA user_version=0")
        except DatabaseTrouble as error:
            if error.code == "database_readonly":
                raise Misconfigured(error.code, error.detail) from error

    async def works_again(self) -> bool:
        """Say whether the database takes writes, by one that needs new pages; if so, the trouble is over."""
        blank = sa.insert(alert_tables.switch).values(name="probe", since=datetime.now(UTC), by=" " * PROBE)
        try:
            async with self.write() as tx:
                await tx.execute(blank)
                await tx.execute(sa.delete(alert_tables.switch).filter_by(name="probe"))
        except DatabaseTrouble:
            return False
        self.trouble = None
        return True

    async def version(self) -> tuple[str | None, str | None]:
        """Return the version of the database, None while it is empty, and the newest; nothing is changed.

        Raises:
            Misconfigured: it was made by a newer calsync than this one, or cannot be opened.
        """
        _, newest = versions.revisions()
        if self.engine.dialect.name == "sqlite" and self.engine.url.database and not self.files:
            _require_folder(Path(self.engine.url.database))
            return None, newest
        try:
            async with self._connection() as connection:
                return await connection.run_sync(versions.version), newest
        except (DatabaseTrouble, sa.exc.DBAPIError) as error:
            raise _refusal(error) from error

    async def hasher(self) -> Hasher:
        """Return the hasher of field values, making its key once and keeping it wrapped by the vault.

        Raises:
            Misconfigured: the key is there but no configured vault key opens it.
        """
        async with self.write() as tx:
            row = (await tx.execute(sa.select(tables.secret.c.value).filter_by(name="hash_key"))).scalar()
            if row is None:
                key = secrets.token_hex(32)
                wrapped = self.vault.encrypt("calsync", "hash_key", key)
                await tx.execute(sa.insert(tables.secret).values(name="hash_key", value=wrapped))
                return Hasher(bytes.fromhex(key))
        try:
            return Hasher(bytes.fromhex(self.vault.decrypt("calsync", "hash_key", row)))
        except VaultError as error:
            raise Misconfigured("vault_key_missing", str(error)) from error

    @property
    def files(self) -> list[Path]:
        """Return the files of an SQLite database; none of another, whose files are its server's."""
        if self.engine.dialect.name != "sqlite" or not self.engine.url.database:
            return []
        main = Path(self.engine.url.database)
        return [one for one in (main, main.with_name(f"{main.name}-wal")) if one.exists()]

    async def size(self) -> int | None:
        """Return the bytes of an SQLite database's files; None of another, whose server watches its own."""
        files = self.files
        return await asyncio.to_thread(lambda: sum(_bytes_of(one) for one in files)) if files else None

    async def scrub(self) -> None:
        """Let SQLite write what was deleted out of its files; other databases do so in their own time."""
        if self.engine.dialect.name == "sqlite":
            async with self._writer, self.engine.connect() as plain:
                # Neither works inside a transaction, which every statement of SQLAlchemy's own would begin.
                driver: Any = (await plain.get_raw_connection()).driver_connection
                for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    await driver.execute_fetchall(statement)

    async def close(self) -> None:
        """Close all connections, once the transactions under way are over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._unused.wait(), PATIENCE)
        await self.engine.dispose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        self._open += 1
        self._unused.clear()
        try:
            async with self.engine.connect() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            trouble = translate(error)
            if trouble is None:
                raise
            self.trouble = trouble
            raise trouble from error
        finally:
            self._open -= 1
            if not self._open:
                self._unused.set()


def _refusal(error: DatabaseTrouble | sa.exc.DBAPIError) -> Misconfigured:
    if isinstance(error, sa.exc.DBAPIError):
        return Misconfigured("database_unusable", str(error.orig))
    code = "database_unusable" if error.code == "database_failing" else error.code
    return Misconfigured(code, error.detail)


def _bytes_of(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # SQLite takes its log away when it closes
        return 0


def _require_folder(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise Misconfigured("database_unusable", f"there is no folder {path.absolute().parent}")


def _prepare_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # SQLAlchemy, not the driver, says BEGIN: the driver would start transactions late.
        connection.isolation_level = None
        cursor = connection.cursor()
        # With secure_delete, what was let go of does not linger in free pages.
        pragmas = (
            *(f"synchronous={SYNCHRONOUS}", "journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY}"),
            "secure_delete=ON",
        )
        try:
            for pragma in pragmas:
                cursor.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()  # the pool does not know it yet, and its thread would outlive everything
            raise
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("calsync_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
