"""The tables of alerts, messages that wait, and switches, besides those of `sync.store.tables`."""

from __future__ import annotations

import sqlalchemy as sa

from sync.store.tables import Moment, account_key, metadata

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("fingerprint", sa.String, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("loud", sa.Boolean, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    sa.Column("channel", sa.String),
    sa.Column("ts", sa.String),
    sa.Column("stale", sa.Boolean, nullable=False),
    sa.Column("shown_at", Moment),
    sa.Column("muted_until", Moment),
    sa.Column("muted_by", sa.String),
)

told = sa.Table(
    "told",
    metadata,
    account_key(primary_key=True),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("told_at", Moment, nullable=False),
)

postponed = sa.Table(
    "postponed",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    account_key(index=True),
    sa.Column("due_at", Moment, nullable=False, index=True),
    sa.Column("message", sa.String, nullable=False),
)

switch = sa.Table(
    "switch",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("by", sa.String, nullable=False),
)
