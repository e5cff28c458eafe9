"""The charter of a group in versions, whether it is a task group, and its last day."""

import sqlalchemy as sa
from alembic import op

revision = "0021_group_charters"
down_revision = "0020_platform_applications"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('community_group', sa.Column('charter_version', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('community_group', sa.Column('mode', sa.String(length=8), nullable=False, server_default='lasting'))
    op.add_column('community_group', sa.Column('ends_on', sa.Date(), nullable=True))
    op.create_table('group_charter',
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_group_charter_group_id'), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('audience', sa.Text(), nullable=False),
        sa.Column('purpose', sa.Text(), nullable=False),
        sa.Column('output', sa.Text(), nullable=False),
        sa.Column('rules', sa.Text(), nullable=False),
        sa.Column('kpi', sa.Text(), nullable=False),
        sa.Column('written_by_id', KEY, sa.ForeignKey('person.id', name='fk_group_charter_written_by_id'), nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_group_charter'),
    )
    op.create_index('uq_group_charter_version', 'group_charter', ['group_id', 'version'], unique=True)


def downgrade() -> None:
    op.drop_table('group_charter')
    for name in ('ends_on', 'mode', 'charter_version'):
        op.drop_column('community_group', name)
