"""What persons report, the cases made of it, penalties, appeals, later versions of the convention."""

import sqlalchemy as sa
from alembic import op

revision = "0012_conduct"
down_revision = "0011_checks"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('person', sa.Column('suspended_until', INSTANT, nullable=True))
    op.create_table('convention_version',
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('rules', sa.JSON(), nullable=False),
        sa.Column('note', sa.String(length=300), nullable=False),
        sa.Column('published_by_id', KEY, sa.ForeignKey('person.id', name='fk_convention_version_published_by_id'), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_convention_version'),
        sa.UniqueConstraint('number', name='uq_convention_version_number'),
    )
    op.create_table('conduct_case',
        sa.Column('kind', sa.String(length=12), nullable=False),
        sa.Column('thing', sa.String(length=20), nullable=False),
        sa.Column('thing_id', sa.Integer(), nullable=True),
        sa.Column('title', sa.String(length=200), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('about_id', KEY, sa.ForeignKey('person.id', name='fk_conduct_case_about_id'), nullable=True),
        sa.Column('state', sa.String(length=16), nullable=False),
        sa.Column('open_key', sa.String(length=60), nullable=True),
        sa.Column('decided_by_id', KEY, sa.ForeignKey('person.id', name='fk_conduct_case_decided_by_id'), nullable=True),
        sa.Column('decided_at', INSTANT, nullable=True),
        sa.Column('second_by_id', KEY, sa.ForeignKey('person.id', name='fk_conduct_case_second_by_id'), nullable=True),
        sa.Column('outcome', sa.String(length=20), nullable=False),
        sa.Column('item', sa.String(length=40), nullable=False),
        sa.Column('convention_number', sa.Integer(), nullable=True),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('measure', sa.String(length=16), nullable=False),
        sa.Column('scope', sa.String(length=8), nullable=False),
        sa.Column('aggravations', sa.JSON(), nullable=False),
        sa.Column('aggravation_reason', sa.Text(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_conduct_case'),
        sa.UniqueConstraint('open_key', name='uq_conduct_case_open_key'),
    )
    op.create_index('ix_conduct_case_about', 'conduct_case', ['about_id', 'id'])
    op.create_index('ix_conduct_case_item', 'conduct_case', ['item', 'id'])
    op.create_index('ix_conduct_case_state', 'conduct_case', ['state', 'id'])
    op.create_table('conduct_report',
        sa.Column('case_id', KEY, sa.ForeignKey('conduct_case.id', name='fk_conduct_report_case_id'), nullable=False),
        sa.Column('reporter_id', KEY, sa.ForeignKey('person.id', name='fk_conduct_report_reporter_id'), nullable=True),
        sa.Column('item', sa.String(length=40), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('outsider', sa.Text(), nullable=True),
        sa.Column('wants_freeze', sa.Boolean(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_conduct_report'),
    )
    op.create_index('ix_conduct_report_reporter_id', 'conduct_report', ['reporter_id'])
    op.create_index('uq_conduct_report_reporter', 'conduct_report', ['case_id', 'reporter_id'], unique=True)
    op.create_table('penalty',
        sa.Column('case_id', KEY, sa.ForeignKey('conduct_case.id', name='fk_penalty_case_id'), nullable=False),
        sa.Column('person_id', KEY, sa.ForeignKey('person.id', name='fk_penalty_person_id'), nullable=False),
        sa.Column('measure', sa.String(length=16), nullable=False),
        sa.Column('scope', sa.String(length=8), nullable=False),
        sa.Column('begins_at', INSTANT, nullable=False),
        sa.Column('ends_at', INSTANT, nullable=True),
        sa.Column('rule', sa.String(length=240), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('lifted_at', INSTANT, nullable=True),
        sa.Column('lifted_by_id', KEY, sa.ForeignKey('person.id', name='fk_penalty_lifted_by_id'), nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_penalty'),
    )
    op.create_index('ix_penalty_case_id', 'penalty', ['case_id'])
    op.create_index('ix_penalty_person', 'penalty', ['person_id', 'begins_at'])
    op.create_table('appeal',
        sa.Column('case_id', KEY, sa.ForeignKey('conduct_case.id', name='fk_appeal_case_id'), nullable=False),
        sa.Column('by_id', KEY, sa.ForeignKey('person.id', name='fk_appeal_by_id'), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('outcome', sa.String(length=12), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('decided_by_id', KEY, sa.ForeignKey('person.id', name='fk_appeal_decided_by_id'), nullable=True),
        sa.Column('decided_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_appeal'),
        sa.UniqueConstraint('case_id', name='uq_appeal_case_id'),
    )


def downgrade() -> None:
    for name in ('appeal', 'penalty', 'conduct_report', 'conduct_case', 'convention_version'):
        op.drop_table(name)
    op.drop_column('person', 'suspended_until')
