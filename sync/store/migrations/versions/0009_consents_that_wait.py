"""Consents that wait for their person's word, tries at a code, and when Google ends a grant."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    with op.batch_alter_table("connect", schema=None) as batch_op:
        batch_op.add_column(sa.Column("consent", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("tries", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(), nullable=True))

    op.execute("UPDATE connect SET state = 'confirmed' WHERE state = 'connected'")
    op.execute("UPDATE connect SET state = 'cancelled' WHERE state = 'refused'")
