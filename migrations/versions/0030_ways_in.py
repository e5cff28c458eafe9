"""Ways in: the mailbox, conversations and what arrives in them, the receptions of applications."""

import sqlalchemy as sa
from alembic import op

revision = "0030_ways_in"
down_revision = "0029_group_templates"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('mailbox',
        sa.Column('address', sa.String(length=254), nullable=False),
        sa.Column('settings', sa.Text(), nullable=False),
        sa.Column('is_open', sa.Boolean(), nullable=False),
        sa.Column('strangers', sa.String(length=8), nullable=False),
        sa.Column('group_id', KEY, nullable=True),
        sa.Column('contributor_id', KEY, nullable=True),
        sa.Column('uid_validity', sa.BigInteger(), nullable=True),
        sa.Column('last_uid', sa.BigInteger(), nullable=False),
        sa.Column('looked_at', INSTANT, nullable=True),
        sa.Column('next_at', INSTANT, nullable=True),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.ForeignKeyConstraint(['contributor_id'], ['person.id'], name=op.f('fk_mailbox_contributor_id')),
        sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_mailbox_group_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mailbox'))
    )
    op.create_table('conversation',
        sa.Column('way', sa.String(length=24), nullable=False),
        sa.Column('sender', sa.String(length=64), nullable=False),
        sa.Column('person_id', KEY, nullable=True),
        sa.Column('contributor_id', KEY, nullable=False),
        sa.Column('group_id', KEY, nullable=False),
        sa.Column('number', sa.String(length=20), nullable=False),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('byline', sa.String(length=40), nullable=False),
        sa.Column('subject', sa.String(length=64), nullable=False),
        sa.Column('answer_to', sa.Text(), nullable=False),
        sa.Column('has_words', sa.Boolean(), nullable=False),
        sa.Column('follows_id', KEY, nullable=True),
        sa.Column('submission_id', KEY, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.ForeignKeyConstraint(['contributor_id'], ['person.id'], name=op.f('fk_conversation_contributor_id')),
        sa.ForeignKeyConstraint(['follows_id'], ['submission.id'], name=op.f('fk_conversation_follows_id')),
        sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_conversation_group_id')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_conversation_person_id')),
        sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_conversation_submission_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation')),
        sa.UniqueConstraint('number', name=op.f('uq_conversation_number'))
    )
    op.create_index('ix_conversation_sender', 'conversation', ['way', 'sender', 'id'], unique=False)
    op.create_index(op.f('ix_conversation_submission_id'), 'conversation', ['submission_id'], unique=False)
    op.create_table('arrival',
        sa.Column('way', sa.String(length=24), nullable=False),
        sa.Column('key', sa.String(length=64), nullable=False),
        sa.Column('conversation_id', KEY, nullable=True),
        sa.Column('is_first', sa.Boolean(), nullable=False),
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('content', sa.Text(), nullable=False),
        sa.Column('original', sa.String(length=64), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('aside', sa.String(length=12), nullable=False),
        sa.Column('due_at', INSTANT, nullable=True),
        sa.Column('tries', sa.Integer(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_arrival_conversation_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival'))
    )
    op.create_index('ix_arrival_aside', 'arrival', ['aside', 'id'], unique=False)
    op.create_index(op.f('ix_arrival_conversation_id'), 'arrival', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_arrival_due_at'), 'arrival', ['due_at'], unique=False)
    op.create_index('uq_arrival_key', 'arrival', ['way', 'key'], unique=True)
    op.create_table('reception',
        sa.Column('application_id', KEY, autoincrement=False, nullable=False),
        sa.Column('is_open', sa.Boolean(), nullable=False),
        sa.Column('group_id', KEY, nullable=True),
        sa.Column('contributor_id', KEY, nullable=True),
        sa.Column('received_at', INSTANT, nullable=True),
        sa.Column('refused_at', INSTANT, nullable=True),
        sa.Column('refused_reason', sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(['application_id'], ['platform_application.id'], name=op.f('fk_reception_application_id')),
        sa.ForeignKeyConstraint(['contributor_id'], ['person.id'], name=op.f('fk_reception_contributor_id')),
        sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_reception_group_id')),
        sa.PrimaryKeyConstraint('application_id', name=op.f('pk_reception'))
    )


def downgrade() -> None:
    op.drop_table('reception')
    op.drop_index('uq_arrival_key', table_name='arrival')
    op.drop_index(op.f('ix_arrival_due_at'), table_name='arrival')
    op.drop_index(op.f('ix_arrival_conversation_id'), table_name='arrival')
    op.drop_index('ix_arrival_aside', table_name='arrival')
    op.drop_table('arrival')
    op.drop_index(op.f('ix_conversation_submission_id'), table_name='conversation')
    op.drop_index('ix_conversation_sender', table_name='conversation')
    op.drop_table('conversation')
    op.drop_table('mailbox')
