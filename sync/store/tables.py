"""The tables, as SQLAlchemy Core sees them; migrations/ builds the same (a test compares)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

T = TypeVar("T")
AT_ONCE = 500
"""How many values one statement names: SQLite and PostgreSQL both have a limit."""


ROWS_AT_ONCE = 100
"""How many rows one statement adds: to put it together keeps the event loop, 0.2 ms a row."""


def chunks(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield values in lots that fit into one statement."""
    left = list(values)
    for start in range(0, len(left), size):
        yield left[start : start + size]


class Moment(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, stored naive (SQLite knows no zones)."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def account_key(**options: Any) -> sa.Column[int]:
    """Return the column that says whose a row is; the row goes with the account."""
    return sa.Column("account_id", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, **options)


account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("team_id", sa.String, nullable=False),
    sa.Column("slack_user_id", sa.String, nullable=False),
    sa.Column("odoo_uid", sa.Integer, nullable=False, unique=True),
    sa.Column("odoo_partner_id", sa.Integer, nullable=False),
    sa.Column("odoo_login", sa.String, nullable=False),
    sa.Column("time_zone", sa.String, nullable=False),
    sa.Column("google_sub", sa.String, unique=True),
    sa.Column("google_email", sa.String),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("trouble", sa.String),
    sa.Column("halt", sa.String),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("deletions", sa.String, nullable=False, server_default="ask"),
    sa.Column("makes_meet", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("direction", sa.String, nullable=False, server_default="both"),
    sa.Column("window_past", sa.Integer),
    sa.Column("window_future", sa.Integer),
    sa.Column("left_out", sa.String, nullable=False, server_default=sa.text("''")),
    sa.Column("quiet_from", sa.Integer),
    sa.Column("quiet_until", sa.Integer),
    sa.Column("language", sa.String, nullable=False, server_default=sa.text("''")),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("synced_at", Moment),
    sa.Column("next_run_at", Moment, index=True),
    sa.Column("resync_at", Moment),
    sa.Column("paused_at", Moment),
    sa.Column("paused_by", sa.String),
    sa.Column("disconnected_at", Moment),
    sa.UniqueConstraint("team_id", "slack_user_id"),
)

grant = sa.Table(
    "grant",
    metadata,
    account_key(primary_key=True),
    sa.Column("refresh_token", sa.String, nullable=False),
    sa.Column("granted_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
)

# A token that is of no use but to be revoked is bound to nobody, so that forgetting a person can leave it.
revocation = sa.Table(
    "revocation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("token", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("owed_since", Moment, nullable=False),
    sa.Column("retry_at", Moment, nullable=False),
)

google_cursor = sa.Table(
    "google_cursor",
    metadata,
    account_key(primary_key=True),
    sa.Column("token", sa.String, nullable=False),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("listed_at", Moment, nullable=False),
)

odoo_feed = sa.Table(
    "odoo_feed",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("watermark", Moment, nullable=False),
)

odoo_database = sa.Table(
    "odoo_database",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("uuid", sa.String),
    sa.Column("newest_id", sa.Integer, nullable=False),
    sa.Column("newest_created", Moment),
    sa.Column("halt", sa.String),
    sa.Column("accepted", sa.Boolean, nullable=False),
)

odoo_memory = sa.Table(
    "odoo_memory",
    metadata,
    sa.Column("odoo_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("write_date", Moment, nullable=False),
    sa.Column("user_id", sa.Integer, nullable=False),
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    account_key(),
    sa.Column("odoo_id", sa.Integer, nullable=False),
    sa.UniqueConstraint("account_id", "odoo_id"),
    sqlite_autoincrement=True,
)

link = sa.Table(
    "link",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    account_key(),
    sa.Column("odoo_id", sa.Integer, nullable=False, index=True),
    sa.Column("google_id", sa.String, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("google_base", sa.JSON, nullable=False),
    sa.Column("odoo_base", sa.JSON, nullable=False),
    sa.Column("google_version", sa.String, nullable=False),
    sa.Column("google_zone", sa.String, nullable=False),
    sa.Column("ends_at", Moment),
    sa.Column("role", sa.String, nullable=False, server_default="home"),
    sa.Column("uid", sa.String, nullable=False, server_default=sa.text("''"), index=True),
    sa.Column("series", sa.JSON),
    sa.UniqueConstraint("account_id", "odoo_id"),
    sa.UniqueConstraint("account_id", "google_id"),
)

occurrence = sa.Table(
    "occurrence",
    metadata,
    sa.Column("link_id", sa.ForeignKey("link.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("odoo_id", sa.Integer, primary_key=True, autoincrement=False, index=True),
    sa.Column("start", sa.String, nullable=False),
)

intent = sa.Table(
    "intent",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    account_key(index=True),
    sa.Column("side", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("google_id", sa.String, nullable=False),
    sa.Column("odoo_id", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("google_base", sa.JSON, nullable=False),
    sa.Column("odoo_base", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("role", sa.String, nullable=False, server_default="home"),
    sa.Column("uid", sa.String, nullable=False, server_default=sa.text("''")),
    sa.Column("series", sa.JSON),
    sa.Column("kept", sa.String),
)

parked = sa.Table(
    "parked",
    metadata,
    account_key(primary_key=True),
    sa.Column("side", sa.String, primary_key=True),
    sa.Column("item", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("parked_at", Moment, nullable=False),
    sa.Column("retry_at", Moment, nullable=False),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    account_key(index=True),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("counts", sa.JSON, nullable=False),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    account_key(index=True),
    sa.Column("run", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("side", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("google_id", sa.String, nullable=False),
    sa.Column("odoo_id", sa.Integer, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("overruled", sa.String),
)

connect = sa.Table(
    "connect",
    metadata,
    sa.Column("id_hash", sa.String, primary_key=True),
    sa.Column("team_id", sa.String, nullable=False),
    sa.Column("slack_user_id", sa.String, nullable=False),
    sa.Column("profile", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("cookie_hash", sa.String),
    sa.Column("state_hash", sa.String, unique=True),
    sa.Column("code_verifier", sa.String),
    sa.Column("consent", sa.String),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sa.Column("expires_at", Moment, nullable=False),
)

secret = sa.Table(
    "secret",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
