"""What is known of an official account: its pause, its callbacks, its tags, its calls of the day."""

import sqlalchemy as sa
from alembic import op

revision = "0004_official_accounts"
down_revision = "0003_pictures_and_covers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('official_account', sa.Column('probe_code', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('official_account', sa.Column('outgoing_address', sa.String(length=64), nullable=False, server_default=''))
    op.add_column('official_account', sa.Column('check_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('official_account', sa.Column('tags', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('official_account', sa.Column('tags_at', sa.DateTime(timezone=True), nullable=True))
    # Whoever was asked before is asked again soon: rights may have changed since.
    op.execute("UPDATE official_account SET check_at = probed_at")
    op.add_column('hold', sa.Column('cause', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('hold', sa.Column('rid', sa.String(length=80), nullable=False, server_default=''))
    op.create_table('callback_contact',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('mode', sa.String(length=12), nullable=False),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_reason', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_callback_contact_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_callback_contact'))
    )
    op.create_table('platform_call',
    sa.Column('app_id', sa.String(length=64), nullable=False),
    sa.Column('day', sa.String(length=10), nullable=False),
    sa.Column('path', sa.String(length=80), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.Column('limit', sa.Integer(), nullable=True),
    sa.Column('used', sa.Integer(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('app_id', 'day', 'path', name=op.f('pk_platform_call'))
    )


def downgrade() -> None:
    op.drop_table('platform_call')
    op.drop_table('callback_contact')
    op.drop_column('hold', 'rid')
    op.drop_column('hold', 'cause')
    for name in ('tags_at', 'tags', 'check_at', 'outgoing_address', 'probe_code'):
        op.drop_column('official_account', name)
