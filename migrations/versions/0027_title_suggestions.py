"""Whether a suggestion is of the title."""

import sqlalchemy as sa
from alembic import op

revision = "0027_title_suggestions"
down_revision = "0026_life_of_groups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('suggestion', sa.Column('of_title', sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column('suggestion', 'of_title')
