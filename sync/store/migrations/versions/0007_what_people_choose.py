"""What each person chooses about the sync, the language and quiet hours, and messages that wait for these."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("direction", sa.String(), nullable=False, server_default="both"))
        batch_op.add_column(sa.Column("window_past", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("window_future", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("left_out", sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("quiet_from", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("quiet_until", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("language", sa.String(), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "postponed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_postponed_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postponed")),
    )
    op.create_index(op.f("ix_postponed_account_id"), "postponed", ["account_id"])
    op.create_index(op.f("ix_postponed_due_at"), "postponed", ["due_at"])
