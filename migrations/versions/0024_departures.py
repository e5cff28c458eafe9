"""What somebody who left passes on, and to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0024_departures"
down_revision = "0023_joining"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('departure',
        sa.Column('leaver_id', KEY, sa.ForeignKey('person.id', name='fk_departure_leaver_id'), nullable=False),
        sa.Column('by_id', KEY, sa.ForeignKey('person.id', name='fk_departure_by_id'), nullable=True),
        sa.Column('ended_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_departure'),
    )
    op.create_index('ix_departure_leaver_id', 'departure', ['leaver_id'])
    op.create_index('ix_departure_ended_at', 'departure', ['ended_at'])
    op.create_table('hand_over',
        sa.Column('departure_id', KEY, sa.ForeignKey('departure.id', name='fk_hand_over_departure_id'), nullable=False),
        sa.Column('part', sa.String(length=12), nullable=False),
        sa.Column('thing_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=200), nullable=False),
        sa.Column('standing', sa.String(length=8), nullable=False),
        sa.Column('to_id', KEY, sa.ForeignKey('person.id', name='fk_hand_over_to_id'), nullable=True),
        sa.Column('settled_at', INSTANT, nullable=True),
        sa.Column('note', sa.String(length=200), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_hand_over'),
    )
    op.create_index('uq_hand_over_thing', 'hand_over', ['departure_id', 'part', 'thing_id', 'name'], unique=True)
    op.create_index('ix_hand_over_open', 'hand_over', ['standing', 'part', 'created_at'])


def downgrade() -> None:
    op.drop_table('hand_over')
    op.drop_table('departure')
