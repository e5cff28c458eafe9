"""Whom a mass send reaches and what it does with a reprint; picture posts."""

import sqlalchemy as sa
from alembic import op

revision = "0006_mass_sends"
down_revision = "0005_by_hand"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('revision', sa.Column('kind', sa.String(length=8), nullable=False, server_default='news'))
    op.add_column('edition', sa.Column('tag_id', sa.Integer(), nullable=True))
    op.add_column('edition', sa.Column('tag_name', sa.String(length=60), nullable=False, server_default=''))
    op.add_column('edition', sa.Column('tag_followers', sa.Integer(), nullable=True))
    op.add_column('edition', sa.Column('despite_reprint', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for name in ('despite_reprint', 'tag_followers', 'tag_name', 'tag_id'):
        op.drop_column('edition', name)
    op.drop_column('revision', 'kind')
