"""Embargoes of articles, plans without an edition, calendar feeds, and where a person is."""

import sqlalchemy as sa
from alembic import op

revision = "0016_embargoes"
down_revision = "0015_triage"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('article', sa.Column('embargo_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('article', sa.Column('embargo_wall', sa.String(length=19), nullable=False, server_default=''))
    op.add_column('article', sa.Column('embargo_zone', sa.String(length=40), nullable=False, server_default=''))
    op.create_index(op.f('ix_article_embargo_until'), 'article', ['embargo_until'], unique=False)
    op.add_column('person', sa.Column('zone', sa.String(length=40), nullable=False, server_default=''))
    op.create_index('ix_edition_sends', 'edition', ['account_id', 'mode', 'publish_at'], unique=False)
    op.create_table('calendar_feed',
    sa.Column('person_id', KEY, nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_feed_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_calendar_feed')),
    sa.UniqueConstraint('digest', name=op.f('uq_calendar_feed_digest'))
    )
    op.create_table('planned_item',
    sa.Column('id', KEY, autoincrement=True, nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('planned_at', sa.String(length=5), nullable=False),
    sa.Column('account_id', KEY, nullable=True),
    sa.Column('column_name', sa.String(length=60), nullable=False),
    sa.Column('department', sa.String(length=80), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('uid', sa.String(length=255), nullable=True),
    sa.Column('planned_by_id', KEY, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_planned_item_account_id')),
    sa.ForeignKeyConstraint(['planned_by_id'], ['person.id'], name=op.f('fk_planned_item_planned_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planned_item')),
    sa.UniqueConstraint('uid', name=op.f('uq_planned_item_uid'))
    )
    op.create_index(op.f('ix_planned_item_planned_on'), 'planned_item', ['planned_on'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_planned_item_planned_on'), table_name='planned_item')
    op.drop_table('planned_item')
    op.drop_table('calendar_feed')
    op.drop_index('ix_edition_sends', table_name='edition')
    op.drop_column('person', 'zone')
    op.drop_index(op.f('ix_article_embargo_until'), table_name='article')
    for name in ('embargo_zone', 'embargo_wall', 'embargo_until'):
        op.drop_column('article', name)
