"""Indexes for the figures: when a stage was opened, when a delivery was settled."""

from alembic import op

revision = "0032_times_of_figures"
down_revision = "0031_group_habits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_review_stage_opened", "review_stage", ["opened_at"], unique=False)
    op.create_index("ix_delivery_settled", "delivery", ["purpose", "settled_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_delivery_settled", table_name="delivery")
    op.drop_index("ix_review_stage_opened", table_name="review_stage")
