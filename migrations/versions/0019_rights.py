"""The rights of pictures and stories, who is shown and agreed, AI declarations, what is held back, and the uses that exist so far."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0019_rights"
down_revision = "0018_notices_and_review_links"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)
IN_TEXT = re.compile(r"/assets/([0-9a-f]{64})\.(?:jpg|png|gif)")


def upgrade() -> None:
    op.add_column('asset', sa.Column('licence_status', sa.String(length=8), nullable=False, server_default='unknown'))
    for name, length in (('licence_source', 200), ('licensor', 200), ('attribution', 200), ('ai_use', 10), ('ai_tool', 80), ('marked', 64)):
        op.add_column('asset', sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
    op.add_column('asset', sa.Column('licensed_until', sa.Date(), nullable=True))
    op.add_column('asset', sa.Column('shows_minor', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('asset') as batch:
        batch.add_column(sa.Column('rights_by_id', KEY, sa.ForeignKey('person.id', name='fk_asset_rights_by_id'), nullable=True))
    op.add_column('asset', sa.Column('rights_at', INSTANT, nullable=True))
    op.create_index('ix_asset_licence_status', 'asset', ['licence_status', 'id'])
    op.create_index('ix_asset_licensed_until', 'asset', ['licensed_until'])
    op.create_table('portrait_consent',
        sa.Column('asset_id', KEY, sa.ForeignKey('asset.id', name='fk_portrait_consent_asset_id'), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('is_minor', sa.Boolean(), nullable=False),
        sa.Column('guardian', sa.String(length=80), nullable=False),
        sa.Column('scopes', sa.JSON(), nullable=False),
        sa.Column('given_on', sa.Date(), nullable=True),
        sa.Column('until', sa.Date(), nullable=True),
        sa.Column('evidence', sa.String(length=200), nullable=False),
        sa.Column('withdrawn_at', INSTANT, nullable=True),
        sa.Column('withdrawn_reason', sa.Text(), nullable=False),
        sa.Column('noted_by_id', KEY, sa.ForeignKey('person.id', name='fk_portrait_consent_noted_by_id'), nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_portrait_consent'),
    )
    op.create_index('ix_portrait_consent_asset', 'portrait_consent', ['asset_id', 'id'])
    op.create_index('ix_portrait_consent_name', 'portrait_consent', ['name', 'id'])
    op.create_index('ix_portrait_consent_until', 'portrait_consent', ['until'])
    op.create_table('picture_use',
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_picture_use_article_id'), nullable=False),
        sa.Column('first_revision', sa.Integer(), nullable=False),
        sa.Column('last_revision', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('sha256', 'article_id', name='pk_picture_use'),
    )
    op.create_index('ix_picture_use_article_id', 'picture_use', ['article_id'])
    op.create_table('story_rights',
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_story_rights_article_id'), nullable=False),
        sa.Column('author_statement', sa.Text(), nullable=False),
        sa.Column('originality', sa.String(length=10), nullable=False),
        sa.Column('reprint', sa.String(length=12), nullable=False),
        sa.Column('reprint_source', sa.String(length=300), nullable=False),
        sa.Column('tells_of_minor', sa.Boolean(), nullable=False),
        sa.Column('guardian', sa.String(length=80), nullable=False),
        sa.Column('consent_on', sa.Date(), nullable=True),
        sa.Column('evidence', sa.String(length=200), nullable=False),
        sa.Column('noted_by_id', KEY, sa.ForeignKey('person.id', name='fk_story_rights_noted_by_id'), nullable=False),
        sa.Column('noted_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('article_id', name='pk_story_rights'),
    )
    op.create_table('ai_use',
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_ai_use_article_id'), nullable=False),
        sa.Column('part', sa.String(length=8), nullable=False),
        sa.Column('place', sa.Text(), nullable=False),
        sa.Column('degree', sa.String(length=10), nullable=False),
        sa.Column('tool', sa.String(length=80), nullable=False),
        sa.Column('note', sa.String(length=200), nullable=False),
        sa.Column('declared_by_id', KEY, sa.ForeignKey('person.id', name='fk_ai_use_declared_by_id'), nullable=False),
        sa.Column('withdrawn_at', INSTANT, nullable=True),
        sa.Column('withdrawn_by_id', KEY, sa.ForeignKey('person.id', name='fk_ai_use_withdrawn_by_id'), nullable=True),
        sa.Column('withdrawn_reason', sa.Text(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_ai_use'),
    )
    op.create_index('ix_ai_use_article_id', 'ai_use', ['article_id'])
    op.create_table('rights_task',
        sa.Column('asset_id', KEY, sa.ForeignKey('asset.id', name='fk_rights_task_asset_id'), nullable=False),
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_rights_task_article_id'), nullable=False),
        sa.Column('cause', sa.String(length=20), nullable=False),
        sa.Column('key', sa.String(length=80), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('decided_by_id', KEY, sa.ForeignKey('person.id', name='fk_rights_task_decided_by_id'), nullable=True),
        sa.Column('decided_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_rights_task'),
        sa.UniqueConstraint('key', name='uq_rights_task_key'),
    )
    op.create_index('ix_rights_task_article_id', 'rights_task', ['article_id'])
    op.create_index('ix_rights_task_asset_id', 'rights_task', ['asset_id'])
    op.create_index('ix_rights_task_state', 'rights_task', ['state', 'id'])
    op.create_table('redistribution_freeze',
        sa.Column('article_id', KEY, sa.ForeignKey('article.id', name='fk_redistribution_freeze_article_id'), nullable=False),
        sa.Column('case_id', KEY, sa.ForeignKey('conduct_case.id', name='fk_redistribution_freeze_case_id'), nullable=False),
        sa.Column('lifted_at', INSTANT, nullable=True),
        sa.Column('lifted_by_id', KEY, sa.ForeignKey('person.id', name='fk_redistribution_freeze_lifted_by_id'), nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_redistribution_freeze'),
    )
    op.create_index('ix_redistribution_freeze_article', 'redistribution_freeze', ['article_id', 'lifted_at'])
    _note_uses(op.get_bind())


def downgrade() -> None:
    for name in ('redistribution_freeze', 'rights_task', 'ai_use', 'story_rights', 'picture_use', 'portrait_consent'):
        op.drop_table(name)
    op.drop_index('ix_asset_licensed_until', table_name='asset')
    op.drop_index('ix_asset_licence_status', table_name='asset')
    with op.batch_alter_table('asset') as batch:
        batch.drop_constraint('fk_asset_rights_by_id', type_='foreignkey')
        for name in (
            'rights_at', 'rights_by_id', 'shows_minor', 'licensed_until', 'marked', 'ai_tool', 'ai_use', 'attribution', 'licensor',
            'licence_source', 'licence_status',
        ):
            batch.drop_column(name)


def _note_uses(connection: sa.Connection) -> None:
    """Which article shows which picture, from every version that was kept so far."""
    revision = sa.table('revision', *map(sa.column, ('article_id', 'number', 'body', 'cover')))
    use = sa.table('picture_use', *map(sa.column, ('sha256', 'article_id', 'first_revision', 'last_revision')))
    found: dict[tuple[str, int], list[int]] = {}
    for row in connection.execute(sa.select(revision).order_by(revision.c.article_id, revision.c.number)):
        for sha256 in {*IN_TEXT.findall(row.body), *([row.cover] if row.cover else [])}:
            found.setdefault((sha256, row.article_id), []).append(row.number)
    rows = [
        {'sha256': sha256, 'article_id': article_id, 'first_revision': numbers[0], 'last_revision': numbers[-1]}
        for (sha256, article_id), numbers in found.items()
    ]
    for start in range(0, len(rows), 1000):
        connection.execute(sa.insert(use), rows[start:start + 1000])
