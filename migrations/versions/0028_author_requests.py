"""Who asks for the next step as an author, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0028_author_requests"
down_revision = "0027_title_suggestions"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('author_request',
        sa.Column('person_id', KEY, sa.ForeignKey('person.id', name='fk_author_request_person_id'), nullable=True),
        sa.Column('way_id', KEY, sa.ForeignKey('sign_in_way.id', name='fk_author_request_way_id'), nullable=True),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('role', sa.String(length=20), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('state', sa.String(length=8), nullable=False),
        sa.Column('criterion', sa.String(length=300), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('due_at', INSTANT, nullable=False),
        sa.Column('decided_by_id', KEY, sa.ForeignKey('person.id', name='fk_author_request_decided_by_id'), nullable=True),
        sa.Column('decided_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_author_request'),
    )
    op.create_index('ix_author_request_person_id', 'author_request', ['person_id'])
    op.create_index('ix_author_request_state', 'author_request', ['state'])


def downgrade() -> None:
    op.drop_table('author_request')
