"""Of which rule and start a series is that is being made, and which exceptions a change must not cost."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("series", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("kept", sa.String(), nullable=True))
