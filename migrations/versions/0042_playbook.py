"""The playbook: what a house does in each stage of a group's life, and the dated tasks that come of it."""

import sqlalchemy as sa
from alembic import op

revision = "0042_playbook"
down_revision = "0041_welcome_messages"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("group_standing", sa.Column("proposed_stage", sa.String(length=8), nullable=True))
    op.add_column("group_standing", sa.Column("changes", sa.Integer(), nullable=False, server_default="0"))
    # Only what changes from now on is proposed: nobody is told of a thousand groups at once.
    op.execute(sa.text("UPDATE group_standing SET proposed_stage = coalesce(said_stage, stage)"))
    op.create_table(
        "playbook_stage",
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("stage", name="pk_playbook_stage"),
    )
    op.create_table(
        "group_task",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("group_id", KEY, sa.ForeignKey("community_group.id", name="fk_group_task_group_id"), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("doer", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("decided_by_id", KEY, sa.ForeignKey("person.id", name="fk_group_task_decided_by_id"), nullable=True),
        sa.Column("done_by_id", KEY, sa.ForeignKey("person.id", name="fk_group_task_done_by_id"), nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_group_task"),
        sa.UniqueConstraint("group_id", "change", "position", name="uq_group_task_group_id_change_position"),
    )
    op.create_index("ix_group_task_group", "group_task", ["group_id", "state"])
    op.create_index("ix_group_task_due", "group_task", ["state", "due_on"])


def downgrade() -> None:
    op.drop_table("group_task")
    op.drop_table("playbook_stage")
    with op.batch_alter_table("group_standing") as table:
        table.drop_column("changes")
        table.drop_column("proposed_stage")
