"""The second proof of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0022_second_factor"
down_revision = "0021_group_charters"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('second_factor',
        sa.Column('person_id', KEY, sa.ForeignKey('person.id', name='fk_second_factor_person_id'), nullable=False),
        sa.Column('sealed', sa.Text(), nullable=False),
        sa.Column('confirmed_at', INSTANT, nullable=True),
        sa.Column('last_step', sa.Integer(), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('shut_until', INSTANT, nullable=True),
        sa.Column('recovery', sa.JSON(), nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('person_id', name='pk_second_factor'),
    )


def downgrade() -> None:
    op.drop_table('second_factor')
