"""What followers send and ask: letter boxes, letters, auto replies, who came and went; events that are taken over later."""

import sqlalchemy as sa
from alembic import op

revision = "0008_followers"
down_revision = "0007_figures_and_comments"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('callback_event', sa.Column('look_at', INSTANT, nullable=True))
    op.create_index('ix_callback_event_look_at', 'callback_event', ['look_at'])
    op.create_table('letter_box',
        sa.Column('account_id', KEY, sa.ForeignKey('official_account.id', name='fk_letter_box_account_id'), nullable=False),
        sa.Column('is_open', sa.Boolean(), nullable=False),
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_letter_box_group_id'), nullable=True),
        sa.Column('opening_word', sa.String(length=20), nullable=False),
        sa.Column('only_sealed', sa.Boolean(), nullable=False),
        sa.Column('contributor_id', KEY, sa.ForeignKey('person.id', name='fk_letter_box_contributor_id'), nullable=True),
        sa.PrimaryKeyConstraint('account_id', name='pk_letter_box'),
    )
    op.create_table('auto_reply',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('account_id', KEY, sa.ForeignKey('official_account.id', name='fk_auto_reply_account_id'), nullable=False),
        sa.Column('words', sa.JSON(), nullable=False),
        sa.Column('whole', sa.Boolean(), nullable=False),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_auto_reply'),
    )
    op.create_index('ix_auto_reply_account_id', 'auto_reply', ['account_id'])
    op.create_table('letter',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('account_id', KEY, sa.ForeignKey('official_account.id', name='fk_letter_account_id'), nullable=False),
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_letter_group_id'), nullable=False),
        sa.Column('contributor_id', KEY, sa.ForeignKey('person.id', name='fk_letter_contributor_id'), nullable=False),
        sa.Column('follower', sa.String(length=64), nullable=False),
        sa.Column('number', sa.String(length=20), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('submission_id', KEY, sa.ForeignKey('submission.id', name='fk_letter_submission_id'), nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_letter'),
        sa.UniqueConstraint('number', name='uq_letter_number'),
    )
    op.create_index('ix_letter_follower', 'letter', ['account_id', 'follower', 'id'])
    op.create_index('ix_letter_submission_id', 'letter', ['submission_id'])
    op.create_table('letter_part',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('account_id', KEY, sa.ForeignKey('official_account.id', name='fk_letter_part_account_id'), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('letter_id', KEY, sa.ForeignKey('letter.id', name='fk_letter_part_letter_id'), nullable=False),
        sa.Column('is_first', sa.Boolean(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('content', sa.Text(), nullable=False),
        sa.Column('due_at', INSTANT, nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_letter_part'),
    )
    op.create_index('ix_letter_part_letter_id', 'letter_part', ['letter_id'])
    op.create_index('ix_letter_part_due_at', 'letter_part', ['due_at'])
    op.create_index('uq_letter_part_key', 'letter_part', ['account_id', 'key'], unique=True)
    op.create_table('following_day',
        sa.Column('account_id', KEY, sa.ForeignKey('official_account.id', name='fk_following_day_account_id'), nullable=False),
        sa.Column('day', sa.String(length=10), nullable=False),
        sa.Column('began', sa.Integer(), nullable=False),
        sa.Column('ceased', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('account_id', 'day', name='pk_following_day'),
    )


def downgrade() -> None:
    for name in ('following_day', 'letter_part', 'letter', 'auto_reply', 'letter_box'):
        op.drop_table(name)
    op.drop_index('ix_callback_event_look_at', table_name='callback_event')
    op.drop_column('callback_event', 'look_at')
