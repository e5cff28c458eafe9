"""Welcome messages of customer groups: what people want WeCom to keep, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0041_welcome_messages"
down_revision = "0040_several_connectors"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table("welcome_message",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("group_id", KEY, nullable=True),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("remote_id", sa.String(length=120), nullable=False),
        sa.Column("doing", sa.String(length=8), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name="fk_welcome_message_group_id"),
        sa.ForeignKeyConstraint(["application_id"], ["platform_application.id"], name="fk_welcome_message_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_welcome_message"),
        sa.UniqueConstraint("application_id", "kind", name="uq_welcome_message_application_id_kind"),
    )


def downgrade() -> None:
    op.drop_table("welcome_message")
