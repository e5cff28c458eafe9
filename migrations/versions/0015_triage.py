"""Triage: the clock of the first answer, the story bank, joined submissions, marks of texts, events at key nodes."""

import sqlalchemy as sa
from alembic import op

revision = "0015_triage"
down_revision = "0014_topics"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
INSTANTS = ('answer_due_at', 'answered_at', 'overdue_told_at', 'banked_at')
OTHERS = ('merged_into_id', 'follows_id')
INDEXES = (
    ('ix_submission_due', ['state', 'answer_due_at']), ('ix_submission_answered', ['answered_at']),
    ('ix_submission_created', ['created_at']), ('ix_submission_decider', ['decided_by_id', 'decided_at']),
)


def upgrade() -> None:
    for name in INSTANTS:
        op.add_column('submission', sa.Column(name, INSTANT, nullable=True))
    op.add_column('submission', sa.Column('named', sa.Boolean(), nullable=False, server_default=sa.false()))
    kind = KEY.compile(op.get_bind().dialect)
    for name in OTHERS:
        # Alembic adds no column with a foreign key on SQLite without copying the table; SQL does.
        op.execute(f'ALTER TABLE submission ADD COLUMN {name} {kind} CONSTRAINT fk_submission_{name} REFERENCES submission (id)')
        op.create_index(f'ix_submission_{name}', 'submission', [name])
    for name, columns in INDEXES:
        op.create_index(name, 'submission', columns)
    op.execute("UPDATE submission SET answered_at = decided_at WHERE state <> 'withdrawn'")
    op.create_table('text_mark',
        sa.Column('mark', sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column('submission_id', KEY, sa.ForeignKey('submission.id', name='fk_text_mark_submission_id'), nullable=False),
        sa.PrimaryKeyConstraint('mark', 'submission_id', name='pk_text_mark'),
    )
    op.create_index('ix_text_mark_submission_id', 'text_mark', ['submission_id'])
    op.create_table('event',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('at', INSTANT, nullable=False),
        sa.Column('node', sa.String(length=16), nullable=False),
        sa.Column('actor', sa.String(length=12), nullable=False),
        sa.Column('group_id', KEY, sa.ForeignKey('community_group.id', name='fk_event_group_id'), nullable=True),
        sa.Column('thing', sa.String(length=20), nullable=False),
        sa.Column('thing_id', sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_event'),
    )
    op.create_index('ix_event_at', 'event', ['at'])
    op.create_index('ix_sign_off_created', 'sign_off', ['created_at'])
    op.create_index('ix_click_at', 'click', ['kind', 'at', 'link_id'])
    op.create_index('ix_reader_comment_written', 'reader_comment', ['written_at'])


def downgrade() -> None:
    op.drop_index('ix_reader_comment_written', table_name='reader_comment')
    op.drop_index('ix_click_at', table_name='click')
    op.drop_index('ix_sign_off_created', table_name='sign_off')
    for name in ('event', 'text_mark'):
        op.drop_table(name)
    for name, _columns in INDEXES:
        op.drop_index(name, table_name='submission')
    for name in OTHERS:
        op.drop_index(f'ix_submission_{name}', table_name='submission')
    if op.get_bind().dialect.name == 'sqlite':
        op.execute('PRAGMA defer_foreign_keys = ON')
    with op.batch_alter_table('submission') as table:
        for name in OTHERS:
            table.drop_column(name)
        for name in ('named', *INSTANTS):
            table.drop_column(name)
