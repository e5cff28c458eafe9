"""Long connections: which applications are listened to, and how each connection stands."""

import sqlalchemy as sa
from alembic import op

revision = "0039_long_connections"
down_revision = "0038_kinds_of_groups"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("reception") as table:
        table.add_column(sa.Column("by_stream", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("reception") as table:
        table.alter_column("by_stream", server_default=None)
    op.create_table("listening",
        sa.Column("application_id", KEY, sa.ForeignKey("platform_application.id", name="fk_listening_application_id"),
                  autoincrement=False, nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("application_id", name="pk_listening"),
    )


def downgrade() -> None:
    op.drop_table("listening")
    with op.batch_alter_table("reception") as table:
        table.drop_column("by_stream")
