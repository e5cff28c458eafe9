"""How WeChat kept one fixed draft, account by account."""

import sqlalchemy as sa
from alembic import op

revision = "0009_canaries"
down_revision = "0008_followers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('canary',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('sings', sa.Boolean(), nullable=False),
    sa.Column('mark', sa.String(length=32), nullable=False),
    sa.Column('memory', sa.JSON(), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sung_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('rid', sa.String(length=80), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_canary_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_canary'))
    )
    op.create_index(op.f('ix_canary_next_at'), 'canary', ['next_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_canary_next_at'), table_name='canary')
    op.drop_table('canary')
