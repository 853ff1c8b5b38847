"""Which Odoo database the links are bound to, its newest rows, and what stops an account."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "odoo_database",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("uuid", sa.String(), nullable=True),
        sa.Column("newest_id", sa.Integer(), nullable=False),
        sa.Column("newest_created", sa.DateTime(), nullable=True),
        sa.Column("halt", sa.String(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_odoo_database")),
    )
    op.create_table(
        "odoo_memory",
        sa.Column("odoo_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("write_date", sa.DateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("odoo_id", name=op.f("pk_odoo_memory")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("halt", sa.String(), nullable=True))

    # The links there are belong to the database that was polled last.
    op.execute(
        "INSERT INTO odoo_database (source, newest_id, accepted) "
        "SELECT source, 0, FALSE FROM odoo_feed ORDER BY watermark DESC LIMIT 1"
    )
