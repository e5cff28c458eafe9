"""Templates of groups in versions, and which one a group was made from."""

import sqlalchemy as sa
from alembic import op

revision = "0029_group_templates"
down_revision = "0028_author_requests"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('group_template',
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('saved_by_id', KEY, sa.ForeignKey('person.id', name='fk_group_template_saved_by_id'), nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_group_template'),
    )
    op.create_index('uq_group_template_version', 'group_template', ['name', 'version'], unique=True)
    op.create_table('group_origin',
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_group_origin_group_id'), nullable=False),
        sa.Column('template_id', KEY, sa.ForeignKey('group_template.id', name='fk_group_origin_template_id'), nullable=False),
        sa.PrimaryKeyConstraint('group_id', name='pk_group_origin'),
    )
    op.create_index('ix_group_origin_template_id', 'group_origin', ['template_id'])


def downgrade() -> None:
    op.drop_table('group_origin')
    op.drop_table('group_template')
