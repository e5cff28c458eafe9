"""What the house's rules find: their versions, findings, waivers, facts to be proved, what codes in pictures say."""

import sqlalchemy as sa
from alembic import op

revision = "0011_checks"
down_revision = "0010_special_days"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('check_rule_version',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('code', sa.String(length=40), nullable=False),
        sa.Column('version', sa.String(length=12), nullable=False),
        sa.Column('said', sa.JSON(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('made_by_id', KEY, sa.ForeignKey('person.id', name='fk_check_rule_version_made_by_id'), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_check_rule_version'),
    )
    op.create_index('uq_check_rule_version', 'check_rule_version', ['code', 'version'], unique=True)
    op.create_table('check_waiver',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_check_waiver_article_id'), nullable=False),
        sa.Column('content_hash', sa.String(length=64), nullable=False),
        sa.Column('rule', sa.String(length=40), nullable=False),
        sa.Column('version', sa.String(length=12), nullable=False),
        sa.Column('place', sa.String(length=64), nullable=False),
        sa.Column('quote', sa.Text(), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('asked_by_id', KEY, sa.ForeignKey('person.id', name='fk_check_waiver_asked_by_id'), nullable=False),
        sa.Column('granted', sa.Boolean(), nullable=True),
        sa.Column('decided_by_id', KEY, sa.ForeignKey('person.id', name='fk_check_waiver_decided_by_id'), nullable=True),
        sa.Column('decided_at', INSTANT, nullable=True),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_check_waiver'),
    )
    op.create_index('ix_check_waiver_article', 'check_waiver', ['article_id', 'place'])
    op.create_table('check_finding',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_check_finding_article_id'), nullable=False),
        sa.Column('content_hash', sa.String(length=64), nullable=False),
        sa.Column('rule', sa.String(length=40), nullable=False),
        sa.Column('version', sa.String(length=12), nullable=False),
        sa.Column('class_code', sa.String(length=20), nullable=False),
        sa.Column('item', sa.Integer(), nullable=False),
        sa.Column('severity', sa.String(length=8), nullable=False),
        sa.Column('field', sa.String(length=20), nullable=False),
        sa.Column('begins', sa.Integer(), nullable=False),
        sa.Column('length', sa.Integer(), nullable=False),
        sa.Column('quote', sa.Text(), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('suggestion', sa.Text(), nullable=False),
        sa.Column('joins', sa.String(length=20), nullable=False),
        sa.Column('waiver_id', KEY, sa.ForeignKey('check_waiver.id', name='fk_check_finding_waiver_id'), nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_check_finding'),
    )
    op.create_index('ix_check_finding_article', 'check_finding', ['article_id', 'content_hash'])
    op.create_table('check_fact',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_check_fact_article_id'), nullable=False),
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('quote', sa.String(length=200), nullable=False),
        sa.Column('source', sa.Text(), nullable=False),
        sa.Column('marked_by_id', KEY, sa.ForeignKey('person.id', name='fk_check_fact_marked_by_id'), nullable=False),
        sa.Column('sourced_by_id', KEY, sa.ForeignKey('person.id', name='fk_check_fact_sourced_by_id'), nullable=True),
        sa.Column('sourced_at', INSTANT, nullable=True),
        sa.Column('dropped_at', INSTANT, nullable=True),
        sa.PrimaryKeyConstraint('id', name='pk_check_fact'),
    )
    op.create_index('ix_check_fact_article_id', 'check_fact', ['article_id'])
    op.create_table('picture_codes',
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('codes', sa.JSON(), nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('sha256', name='pk_picture_codes'),
    )


def downgrade() -> None:
    for name in ('picture_codes', 'check_fact', 'check_finding', 'check_waiver', 'check_rule_version'):
        op.drop_table(name)
