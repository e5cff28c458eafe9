"""Tags of groups, the operator a group is assigned to, changes of many groups that can be taken back, kept questions by page."""

import sqlalchemy as sa
from alembic import op

revision = "0025_groups_by_the_hundred"
down_revision = "0024_departures"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('community_group', sa.Column('operator_id', KEY, nullable=True))
    op.create_index('ix_community_group_operator_id', 'community_group', ['operator_id'])
    op.add_column('saved_view', sa.Column('place', sa.String(length=12), nullable=False, server_default='search'))
    op.create_table('group_tag',
        sa.Column('taxonomy', sa.String(length=30), nullable=False),
        sa.Column('name', sa.String(length=30), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_group_tag'),
    )
    op.create_index('uq_group_tag_name', 'group_tag', ['taxonomy', 'name'], unique=True)
    op.create_table('group_tagging',
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_group_tagging_group_id'), nullable=False),
        sa.Column('tag_id', KEY, sa.ForeignKey('group_tag.id', name='fk_group_tagging_tag_id'), nullable=False),
        sa.PrimaryKeyConstraint('group_id', 'tag_id', name='pk_group_tagging'),
    )
    op.create_index('ix_group_tagging_tag', 'group_tagging', ['tag_id', 'group_id'])
    op.create_table('bulk_change',
        sa.Column('act', sa.String(length=8), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('after', sa.JSON(), nullable=True),
        sa.Column('by_id', KEY, sa.ForeignKey('person.id', name='fk_bulk_change_by_id'), nullable=False),
        sa.Column('undone_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_bulk_change'),
    )
    op.create_index('ix_bulk_change_by', 'bulk_change', ['by_id', 'id'])


def downgrade() -> None:
    op.drop_table('bulk_change')
    op.drop_table('group_tagging')
    op.drop_table('group_tag')
    op.drop_column('saved_view', 'place')
    op.drop_index('ix_community_group_operator_id', 'community_group')
    op.drop_column('community_group', 'operator_id')
