"""Smart robots: the application that names their senders, the chats they are called in, who is behind an encrypted id."""

import sqlalchemy as sa
from alembic import op

revision = "0036_smart_robots"
down_revision = "0035_writing_circles"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("platform_application") as table:
        table.add_column(sa.Column("companion_id", KEY, nullable=True))
        table.create_foreign_key("fk_platform_application_companion_id", "platform_application", ["companion_id"], ["id"])
    op.create_table("robot_chat",
        sa.Column("application_id", KEY, sa.ForeignKey("platform_application.id", name="fk_robot_chat_application_id"), nullable=False),
        sa.Column("chat_id", sa.String(length=200), nullable=False),
        sa.Column("group_id", KEY, sa.ForeignKey("community_group.id", name="fk_robot_chat_group_id"), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_robot_chat"),
    )
    op.create_index("uq_robot_chat_id", "robot_chat", ["application_id", "chat_id"], unique=True)
    op.create_table("robot_sender",
        sa.Column("application_id", KEY, sa.ForeignKey("platform_application.id", name="fk_robot_sender_application_id"),
                  autoincrement=False, nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("held", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("application_id", "sender", name="pk_robot_sender"),
    )


def downgrade() -> None:
    op.drop_table("robot_sender")
    op.drop_table("robot_chat")
    with op.batch_alter_table("platform_application") as table:
        table.drop_constraint("fk_platform_application_companion_id", type_="foreignkey")
        table.drop_column("companion_id")
