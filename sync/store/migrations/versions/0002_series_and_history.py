"""Series, roles in meetings, and the history of what was written."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("google_id", sa.String(), nullable=False),
        sa.Column("odoo_id", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("overruled", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_history_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_history_at"), ["at"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("makes_meet", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(), server_default="home", nullable=False))
        batch_op.add_column(sa.Column("uid", sa.String(), server_default=sa.text("''"), nullable=False))

    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(), server_default="home", nullable=False))
        batch_op.add_column(sa.Column("uid", sa.String(), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("series", sa.JSON(), nullable=True))
        batch_op.create_index(batch_op.f("ix_link_uid"), ["uid"], unique=False)

    op.create_table(
        "occurrence",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("odoo_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["link.id"], name=op.f("fk_occurrence_link_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", "odoo_id", name=op.f("pk_occurrence")),
    )
    with op.batch_alter_table("occurrence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occurrence_odoo_id"), ["odoo_id"], unique=False)
