"""Rules that move people a step as authors, and whom they moved."""

import sqlalchemy as sa
from alembic import op

revision = "0044_tiers"
down_revision = "0043_anti_harassment"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tier_rule",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("steps_back", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", KEY, sa.ForeignKey("person.id", name="fk_tier_rule_made_by_id"), nullable=True),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tier_rule"),
    )
    op.create_index("ix_tier_rule_active", "tier_rule", ["active"])
    op.create_table(
        "tier_move",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("rule_id", KEY, sa.ForeignKey("tier_rule.id", name="fk_tier_move_rule_id"), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_tier_move_person_id"), nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tier_move"),
    )
    op.create_index("ix_tier_move_person", "tier_move", ["person_id", "rule_id", "id"])


def downgrade() -> None:
    op.drop_table("tier_move")
    op.drop_table("tier_rule")
