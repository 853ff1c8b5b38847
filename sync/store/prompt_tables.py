"""The table of questions in Slack, besides those of `sync.store.tables`."""

from __future__ import annotations

import sqlalchemy as sa

from sync.store.tables import Moment, account_key, metadata

prompt = sa.Table(
    "prompt",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("team_id", sa.String, nullable=False),
    sa.Column("slack_user_id", sa.String, nullable=False),
    account_key(index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False, index=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("channel", sa.String, nullable=False),
    sa.Column("ts", sa.String, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
)
