"""The versions of the database: which there are, which one a file has, and how it gets to the newest."""

from __future__ import annotations

import functools
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from sync.errors import Misconfigured

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Return Alembic's configuration for our migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@functools.cache
def revisions() -> tuple[frozenset[str], str | None]:
    """Return all versions that a database can have, and the newest."""
    scripts = ScriptDirectory.from_config(alembic_config())
    return frozenset(one.revision for one in scripts.walk_revisions()), scripts.get_current_head()


def upgrade(connection: sa.Connection) -> None:
    """Bring a database to the newest version, inside the transaction that is open."""
    config = alembic_config()
    config.attributes["connection"] = connection
    if version(connection) == revisions()[1]:
        return
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise Misconfigured("database_damaged", f"a row of {broken[0]} refers to none of {broken[2]}")


def version(connection: sa.Connection) -> str | None:
    """Return the version of a database, None while it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    at: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if at is not None and at not in revisions()[0]:
        raise Misconfigured("database_newer", f"its version is {at}")
    return at


def check(connection: sa.Connection) -> None:
    """Look for damage; a fifth of a second for 200 MB."""
    found = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    if found != "ok":
        raise Misconfigured("database_damaged", found)
