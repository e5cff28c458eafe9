"""Days that the house itself writes into its calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0010_special_days"
down_revision = "0009_canaries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("special_day",
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("name", sa.String(length=100), nullable=False),
    sa.Column("begins_on", sa.Date(), nullable=False),
    sa.Column("ends_on", sa.Date(), nullable=False),
    sa.Column("yearly", sa.Boolean(), nullable=False),
    sa.Column("from_time", sa.String(length=5), nullable=False),
    sa.Column("to_time", sa.String(length=5), nullable=False),
    sa.Column("note", sa.Text(), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_special_day"))
    )
    op.create_index("ix_special_day_ends", "special_day", ["ends_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_special_day_ends", table_name="special_day")
    op.drop_table("special_day")
