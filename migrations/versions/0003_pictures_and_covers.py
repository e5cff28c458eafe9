"""What is known of a picture beside its bytes, and which part of a cover is shown."""

import sqlalchemy as sa
from alembic import op

revision = "0003_pictures_and_covers"
down_revision = "0002_house_themes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('asset', sa.Column('still', sa.String(length=64), nullable=False, server_default=''))
    op.add_column('asset', sa.Column('thumb', sa.String(length=64), nullable=False, server_default=''))
    op.add_column('asset', sa.Column('focus', sa.JSON(), nullable=False, server_default='[0.5, 0.5]'))
    op.add_column('asset', sa.Column('ai_generated', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('asset', sa.Column('licence', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('revision', sa.Column('cover_wide', sa.String(length=60), nullable=False, server_default=''))
    op.add_column('revision', sa.Column('cover_square', sa.String(length=60), nullable=False, server_default=''))


def downgrade() -> None:
    op.drop_column('revision', 'cover_square')
    op.drop_column('revision', 'cover_wide')
    for name in ('licence', 'ai_generated', 'focus', 'thumb', 'still'):
        op.drop_column('asset', name)
