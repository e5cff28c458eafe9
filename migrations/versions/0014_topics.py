"""Topics with their discussion and assignments, columns, kept searches, and words to find everything by."""

import re
import unicodedata
from itertools import pairwise

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014_topics"
down_revision = "0013_writing"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
FINDABLE = {
    "submission": "SELECT id, title || ' ' || byline || ' ' || body FROM submission WHERE id > :after ORDER BY id LIMIT 1000",
    "asset": "SELECT id, alt_text FROM asset WHERE id > :after ORDER BY id LIMIT 1000",
    "topic": "",
}
PIECE = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff]+")


def upgrade() -> None:
    op.create_table('editorial_column',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('goal', sa.String(length=12), nullable=True),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('checklist', sa.JSON(), nullable=False),
    sa.Column('route', sa.String(length=60), nullable=False),
    sa.Column('route_id', KEY, nullable=True),
    sa.Column('theme', sa.String(length=60), nullable=False),
    sa.Column('account_id', KEY, nullable=True),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('id', KEY, autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_editorial_column_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_editorial_column')),
    sa.UniqueConstraint('name', name=op.f('uq_editorial_column_name'))
    )
    op.create_table('output_plan',
    sa.Column('group_id', KEY, nullable=False),
    sa.Column('types', sa.JSON(), nullable=False),
    sa.Column('silent_days', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_output_plan_group_id')),
    sa.PrimaryKeyConstraint('group_id', name=op.f('pk_output_plan'))
    )
    op.create_table('topic',
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('source_words', sa.Text(), nullable=False),
    sa.Column('source_thing', sa.String(length=20), nullable=False),
    sa.Column('source_id', KEY, nullable=True),
    sa.Column('predecessor_id', KEY, nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('group_id', KEY, nullable=True),
    sa.Column('column_id', KEY, nullable=True),
    sa.Column('goal', sa.String(length=12), nullable=True),
    sa.Column('wanted_on', sa.Date(), nullable=True),
    sa.Column('pitched_by_id', KEY, nullable=False),
    sa.Column('decided_by_id', KEY, nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', KEY, autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['community_group.id'], name=op.f('fk_topic_group_id')),
    sa.ForeignKeyConstraint(['column_id'], ['editorial_column.id'], name=op.f('fk_topic_column_id')),
    sa.ForeignKeyConstraint(['pitched_by_id'], ['person.id'], name=op.f('fk_topic_pitched_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_topic_decided_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic'))
    )
    op.create_index('ix_topic_state', 'topic', ['state', 'id'], unique=False)
    op.create_index('ix_topic_column', 'topic', ['column_id', 'state', 'id'], unique=False)
    op.create_index('ix_topic_group', 'topic', ['group_id', 'id'], unique=False)
    op.create_index('ix_topic_pitched_by', 'topic', ['pitched_by_id', 'id'], unique=False)
    op.create_index('ix_topic_created', 'topic', ['created_at', 'source'], unique=False)
    op.create_index('uq_topic_source', 'topic', ['source_thing', 'source_id'], unique=True)
    op.create_table('topic_comment',
    sa.Column('topic_id', KEY, nullable=False),
    sa.Column('person_id', KEY, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('id', KEY, autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_comment_topic_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_topic_comment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic_comment'))
    )
    op.create_index('ix_topic_comment_topic', 'topic_comment', ['topic_id', 'id'], unique=False)
    op.create_table('topic_vote',
    sa.Column('topic_id', KEY, nullable=False),
    sa.Column('person_id', KEY, nullable=False),
    sa.Column('vote', sa.String(length=8), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_topic_vote_topic_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_topic_vote_person_id')),
    sa.PrimaryKeyConstraint('topic_id', 'person_id', name=op.f('pk_topic_vote'))
    )
    op.create_table('assignment',
    sa.Column('topic_id', KEY, nullable=False),
    sa.Column('person_id', KEY, nullable=False),
    sa.Column('substitute_id', KEY, nullable=True),
    sa.Column('offered_by_id', KEY, nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('id', KEY, autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_assignment_topic_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assignment_person_id')),
    sa.ForeignKeyConstraint(['substitute_id'], ['person.id'], name=op.f('fk_assignment_substitute_id')),
    sa.ForeignKeyConstraint(['offered_by_id'], ['person.id'], name=op.f('fk_assignment_offered_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    op.create_index(op.f('ix_assignment_topic_id'), 'assignment', ['topic_id'], unique=False)
    op.create_index('ix_assignment_person', 'assignment', ['person_id', 'state', 'due_at'], unique=False)
    op.create_index('ix_assignment_due', 'assignment', ['state', 'due_at'], unique=False)
    op.create_index('ix_assignment_remind', 'assignment', ['remind_at'], unique=False)
    op.create_table('saved_view',
    sa.Column('person_id', KEY, nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('asked', sa.JSON(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('id', KEY, autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_saved_view_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view'))
    )
    op.create_index('ix_saved_view_person', 'saved_view', ['person_id', 'id'], unique=False)
    op.create_index('ix_saved_view_shared', 'saved_view', ['shared', 'id'], unique=False)
    op.add_column('article', sa.Column('column_id', KEY, nullable=True))
    op.add_column('article', sa.Column('topic_id', KEY, nullable=True))
    op.add_column('article', sa.Column('type', sa.String(length=20), nullable=True))
    op.add_column('article', sa.Column('goal', sa.String(length=12), nullable=True))
    op.add_column('article', sa.Column('details', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('article', sa.Column('ticked', sa.JSON(), nullable=False, server_default='[]'))
    op.create_index('ix_article_column', 'article', ['column_id', 'id'], unique=False)
    op.create_index('ix_article_topic', 'article', ['topic_id'], unique=False)
    op.create_index('ix_article_type', 'article', ['type', 'id'], unique=False)
    op.create_index('ix_article_created', 'article', ['created_at', 'id'], unique=False)
    op.add_column('asset', sa.Column('file_name', sa.String(length=120), nullable=False, server_default=''))
    op.add_column('asset', sa.Column('caption', sa.String(length=300), nullable=False, server_default=''))
    op.create_index('ix_asset_created', 'asset', ['created_at', 'id'], unique=False)
    op.create_index('ix_asset_brought_by', 'asset', ['brought_by_id', 'id'], unique=False)
    op.create_index('ix_edition_published', 'edition', ['published_at'], unique=False)
    op.create_index('ix_submission_group', 'submission', ['group_id', 'id'], unique=False)
    for kind, query in FINDABLE.items():
        _make_findable(kind, query)


def downgrade() -> None:
    for kind in FINDABLE:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {kind}_fts")
        op.drop_index(f'ix_{kind}_grams', table_name=f'{kind}_grams', postgresql_using='gin')
        op.drop_table(f'{kind}_grams')
    op.drop_index('ix_submission_group', table_name='submission')
    op.drop_index('ix_edition_published', table_name='edition')
    op.drop_index('ix_asset_brought_by', table_name='asset')
    op.drop_index('ix_asset_created', table_name='asset')
    for name in ('caption', 'file_name'):
        op.drop_column('asset', name)
    for name in ('ix_article_created', 'ix_article_type', 'ix_article_topic', 'ix_article_column'):
        op.drop_index(name, table_name='article')
    for name in ('ticked', 'details', 'goal', 'type', 'topic_id', 'column_id'):
        op.drop_column('article', name)
    for table in ('saved_view', 'assignment', 'topic_vote', 'topic_comment', 'topic', 'output_plan', 'editorial_column'):
        op.drop_table(table)


def _make_findable(kind, query):
    """The words of one kind of thing, of what is there already too. Pairs of characters, as editorial/search.py has them."""
    connection, sqlite = op.get_bind(), op.get_bind().dialect.name == "sqlite"
    op.create_table(f'{kind}_grams',
    sa.Column(f'{kind}_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('grams', postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite"), nullable=False),
    sa.PrimaryKeyConstraint(f'{kind}_id', name=op.f(f'pk_{kind}_grams'))
    )
    op.create_index(f'ix_{kind}_grams', f'{kind}_grams', ['grams'], unique=False, postgresql_using='gin')
    if sqlite:
        op.execute(f"CREATE VIRTUAL TABLE {kind}_fts USING fts5(grams)")
    target = f"{kind}_fts(rowid, grams) VALUES (:id, :grams)" if sqlite else f"{kind}_grams VALUES (:id, CAST(:grams AS tsvector))"
    after = 0
    while query and (rows := connection.execute(sa.text(query), {"after": after}).all()):
        after = rows[-1][0]
        made = [{"id": thing, "grams": " ".join(_grams(words)) if sqlite else _vector(_grams(words))} for thing, words in rows]
        connection.execute(sa.text(f"INSERT INTO {target}"), made)


def _grams(words):
    found = []
    for piece in PIECE.findall(unicodedata.normalize("NFKC", words).lower()):
        found.extend([piece] if piece.isascii() or len(piece) == 1 else [a + b for a, b in pairwise(piece)])
    return found[:16_000]


def _vector(pieces):
    places = {}
    for place, piece in enumerate(pieces, start=1):
        places.setdefault(piece, []).append(place)
    return " ".join(f"'{piece}':{','.join(map(str, spots[:255]))}" for piece, spots in places.items())
