"""How much one group hears from us, when, and in which words."""

import sqlalchemy as sa
from alembic import op

revision = "0031_group_habits"
down_revision = "0030_ways_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("group_habit",
    sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
    sa.Column("week_messages", sa.Integer(), nullable=True),
    sa.Column("quiet_from", sa.String(length=5), nullable=False),
    sa.Column("quiet_until", sa.String(length=5), nullable=False),
    sa.Column("opening_words", sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_group_habit_group_id_community_group")),
    sa.PrimaryKeyConstraint("group_id", name=op.f("pk_group_habit"))
    )


def downgrade() -> None:
    op.drop_table("group_habit")
