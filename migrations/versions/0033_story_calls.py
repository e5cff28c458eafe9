"""Calls for stories: the call, its groups, what was promised to them, what was handed in for it."""

import sqlalchemy as sa
from alembic import op

revision = "0033_story_calls"
down_revision = "0032_times_of_figures"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('story_call',
        sa.Column('title', sa.String(length=60), nullable=False),
        sa.Column('prompt', sa.Text(), nullable=False),
        sa.Column('due_at', INSTANT, nullable=False),
        sa.Column('reminds', sa.Boolean(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('owner_id', KEY, sa.ForeignKey('person.id', name='fk_story_call_owner_id'), nullable=False),
        sa.Column('nonce', sa.String(length=64), nullable=True),
        sa.Column('closed_at', INSTANT, nullable=True),
        sa.Column('closed_by_id', KEY, sa.ForeignKey('person.id', name='fk_story_call_closed_by_id'), nullable=True),
        sa.Column('summary', sa.Text(), nullable=False),
        sa.Column('summary_sent_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_story_call'),
    )
    op.create_index('ix_story_call_state', 'story_call', ['state', 'due_at'])
    op.create_index('uq_story_call_nonce', 'story_call', ['owner_id', 'nonce'], unique=True)
    op.create_table('story_call_target',
        sa.Column('call_id', KEY, sa.ForeignKey('story_call.id', name='fk_story_call_target_call_id'), nullable=False),
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_story_call_target_group_id'), nullable=False),
        sa.Column('code', sa.String(length=16), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_story_call_target'),
        sa.UniqueConstraint('call_id', 'group_id', name='uq_story_call_target_call_id_group_id'),
        sa.UniqueConstraint('code', name='uq_story_call_target_code'),
    )
    op.create_index('ix_story_call_target_group_id', 'story_call_target', ['group_id'])
    op.create_table('story_call_message',
        sa.Column('target_id', KEY, sa.ForeignKey('story_call_target.id', name='fk_story_call_message_target_id'), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('delivery_id', KEY, sa.ForeignKey('delivery.id', name='fk_story_call_message_delivery_id'), nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_story_call_message'),
        sa.UniqueConstraint('target_id', 'kind', name='uq_story_call_message_target_id_kind'),
    )
    op.create_index('ix_story_call_message_delivery_id', 'story_call_message', ['delivery_id'])
    op.create_table('story_call_answer',
        sa.Column('submission_id', KEY, sa.ForeignKey('submission.id', name='fk_story_call_answer_submission_id'), nullable=False),
        sa.Column('target_id', KEY, sa.ForeignKey('story_call_target.id', name='fk_story_call_answer_target_id'), nullable=False),
        sa.PrimaryKeyConstraint('submission_id', name='pk_story_call_answer'),
    )
    op.create_index('ix_story_call_answer_target_id', 'story_call_answer', ['target_id'])


def downgrade() -> None:
    op.drop_table('story_call_answer')
    op.drop_table('story_call_message')
    op.drop_table('story_call_target')
    op.drop_table('story_call')
