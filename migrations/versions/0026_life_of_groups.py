"""The stage of life and the flags of every group, and its review after 80 days."""

import sqlalchemy as sa
from alembic import op

revision = "0026_life_of_groups"
down_revision = "0025_groups_by_the_hundred"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('group_standing',
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_group_standing_group_id'), nullable=False),
        sa.Column('stage', sa.String(length=8), nullable=False),
        sa.Column('reasons', sa.JSON(), nullable=False),
        sa.Column('flags', sa.JSON(), nullable=False),
        sa.Column('age_days', sa.Integer(), nullable=False),
        sa.Column('found_at', INSTANT, nullable=False),
        sa.Column('said_stage', sa.String(length=8), nullable=True),
        sa.Column('said_reason', sa.Text(), nullable=False),
        sa.Column('said_by_id', KEY, sa.ForeignKey('person.id', name='fk_group_standing_said_by_id'), nullable=True),
        sa.Column('said_at', INSTANT, nullable=True),
        sa.PrimaryKeyConstraint('group_id', name='pk_group_standing'),
    )
    op.create_index('ix_group_standing_stage', 'group_standing', ['stage'])
    op.create_index('ix_group_standing_found_at', 'group_standing', ['found_at'])
    op.create_table('group_review',
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_group_review_group_id'), nullable=False),
        sa.Column('figures', sa.JSON(), nullable=False),
        sa.Column('outcome', sa.String(length=8), nullable=True),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('answered_by_id', KEY, sa.ForeignKey('person.id', name='fk_group_review_answered_by_id'), nullable=True),
        sa.Column('answered_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_group_review'),
        sa.UniqueConstraint('group_id', name='uq_group_review_group_id'),
    )
    op.create_index('ix_group_review_answered_at', 'group_review', ['answered_at'])


def downgrade() -> None:
    op.drop_table('group_review')
    op.drop_table('group_standing')
