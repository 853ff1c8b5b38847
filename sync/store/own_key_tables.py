"""The tables of people's own keys for Odoo, and of the links by which they are entered."""

from __future__ import annotations

import sqlalchemy as sa

from sync.store.tables import Moment, account_key, metadata

own_key = sa.Table(
    "own_key",
    metadata,
    account_key(primary_key=True),
    sa.Column("secret", sa.String),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("ends_at", Moment),
    sa.Column("reminded_at", Moment),
    sa.Column("stopped_at", Moment),
    sa.Column("told_at", Moment),
)

key_link = sa.Table(
    "key_link",
    metadata,
    account_key(primary_key=True),
    sa.Column("id_hash", sa.String, nullable=False, unique=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)
