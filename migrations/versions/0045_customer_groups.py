"""Customer groups of WeCom, and what WeCom counted in them day by day."""

import sqlalchemy as sa
from alembic import op

revision = "0045_customer_groups"
down_revision = "0044_tiers"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
APPLICATION = "platform_application.id"


def upgrade() -> None:
    op.create_table(
        "customer_look",
        sa.Column("application_id", KEY, sa.ForeignKey(APPLICATION, name="fk_customer_look_application_id"), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_customer_look"),
    )
    op.create_table(
        "customer_group",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("application_id", KEY, sa.ForeignKey(APPLICATION, name="fk_customer_group_application_id"), nullable=False),
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_group"),
        sa.UniqueConstraint("application_id", "chat_id", name="uq_customer_group_application_id_chat_id"),
    )
    op.create_index("ix_customer_group_name", "customer_group", ["application_id", "gone_at", "name"])
    figures = ("new_chats", "chats", "active_chats", "new_members", "members", "active_members", "messages")
    op.create_table(
        "customer_day",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("application_id", KEY, sa.ForeignKey(APPLICATION, name="fk_customer_day_application_id"), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in figures),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_day"),
        sa.UniqueConstraint("application_id", "owner", "day", name="uq_customer_day_application_id_owner_day"),
    )


def downgrade() -> None:
    for table in ("customer_day", "customer_group", "customer_look"):
        op.drop_table(table)
