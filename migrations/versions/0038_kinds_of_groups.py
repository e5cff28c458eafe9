"""What each kind of group brings with it: its form and theme, the columns its stories usually stand in, answers of submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0038_kinds_of_groups"
down_revision = "0037_replies_of_applications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("group_kind",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_group_kind"),
    )
    op.add_column("submission", sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("editorial_column", sa.Column("group_kinds", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("editorial_column", "group_kinds")
    op.drop_column("submission", "answers")
    op.drop_table("group_kind")
