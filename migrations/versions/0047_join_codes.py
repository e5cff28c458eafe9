"""Join codes of customer groups, and how many came by each."""

import sqlalchemy as sa
from alembic import op

revision = "0047_join_codes"
down_revision = "0046_spotlights"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "join_code",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("group_id", KEY, sa.ForeignKey("community_group.id", name="fk_join_code_group_id"), nullable=False),
        sa.Column(
            "application_id", KEY, sa.ForeignKey("platform_application.id", name="fk_join_code_application_id"), nullable=False,
        ),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("chats", sa.JSON(), nullable=False),
        sa.Column("opens_more", sa.Boolean(), nullable=False),
        sa.Column("base_name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("remote_id", sa.String(length=120), nullable=False),
        sa.Column("doing", sa.String(length=8), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_join_code"),
        sa.UniqueConstraint("state", name="uq_join_code_state"),
    )
    op.create_index("ix_join_code_group_id", "join_code", ["group_id"])
    op.create_table(
        "join_count",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column(
            "code_id", KEY, sa.ForeignKey("join_code.id", name="fk_join_count_code_id", ondelete="CASCADE"), nullable=False,
        ),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("joins", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_join_count"),
        sa.UniqueConstraint("code_id", "chat_id", "day", name="uq_join_count_code_id_chat_id_day"),
    )


def downgrade() -> None:
    op.drop_table("join_count")
    op.drop_table("join_code")
