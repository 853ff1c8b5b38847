"""The tables of resets and undos, besides those of `sync.store.tables`."""

from __future__ import annotations

import sqlalchemy as sa

from sync.store.tables import Moment, account_key, metadata

job = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    account_key(index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("existing", sa.String),
    sa.Column("next", sa.String),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=False),
    sa.Column("run", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("google_sub", sa.String),
    sa.Column("undo_of", sa.ForeignKey("job.id", ondelete="SET NULL")),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("stock", sa.JSON),
    sa.Column("google_pending", sa.Boolean, nullable=False),
    sa.Column("undone", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False, index=True),
    sa.Column("ended_at", Moment),
)

removal = sa.Table(
    "removal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job_id", sa.ForeignKey("job.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("undo_id", sa.Integer, index=True),
    sa.Column("side", sa.String, nullable=False),
    sa.Column("google_id", sa.String, nullable=False),
    sa.Column("odoo_id", sa.Integer, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("link", sa.JSON),
    sa.Column("label", sa.String),
    sa.Column("snapshot", sa.String),
    sa.Column("removed_at", Moment),
)

left_alone = sa.Table(
    "left_alone",
    metadata,
    account_key(primary_key=True),
    sa.Column("side", sa.String, primary_key=True),
    sa.Column("item", sa.String, primary_key=True),
    sa.Column("pending", sa.Boolean, primary_key=True),
    sa.Column("job_id", sa.ForeignKey("job.id", ondelete="SET NULL"), index=True),
    sa.Column("hashes", sa.JSON, nullable=False),
    sa.Column("until", Moment, nullable=False),
)
