"""Flash groups: each occasion with its start, its end and its report."""

import sqlalchemy as sa
from alembic import op

revision = "0048_flash_groups"
down_revision = "0047_join_codes"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "flash_run",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("group_id", KEY, sa.ForeignKey("community_group.id", name="fk_flash_run_group_id"), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.Column("by_id", KEY, sa.ForeignKey("person.id", name="fk_flash_run_by_id"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_flash_run"),
    )
    op.create_index("ix_flash_run_group", "flash_run", ["group_id", "id"])
    op.create_index("ix_flash_run_final", "flash_run", ["final"])


def downgrade() -> None:
    op.drop_table("flash_run")
