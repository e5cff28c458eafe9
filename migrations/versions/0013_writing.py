"""Writing together: annotations, suggestions, who else wrote a version, names of versions, autosaves, open windows."""

import sqlalchemy as sa
from alembic import op

revision = "0013_writing"
down_revision = "0012_conduct"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('annotation',
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resolved_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('begin', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('before', sa.String(length=32), nullable=False),
    sa.Column('after', sa.String(length=32), nullable=False),
    sa.Column('lost', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_annotation_article_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_annotation_made_by_id')),
    sa.ForeignKeyConstraint(['resolved_by_id'], ['person.id'], name=op.f('fk_annotation_resolved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotation'))
    )
    op.create_index('ix_annotation_article', 'annotation', ['article_id', 'resolved_at'], unique=False)
    op.create_table('annotation_remark',
    sa.Column('annotation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['annotation_id'], ['annotation.id'], name=op.f('fk_annotation_remark_annotation_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_annotation_remark_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_annotation_remark'))
    )
    op.create_index(op.f('ix_annotation_remark_annotation_id'), 'annotation_remark', ['annotation_id'], unique=False)
    op.create_table('suggestion',
    sa.Column('replacement', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('made_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decided_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_in', sa.Integer(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('begin', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('before', sa.String(length=32), nullable=False),
    sa.Column('after', sa.String(length=32), nullable=False),
    sa.Column('lost', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_suggestion_article_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_suggestion_decided_by_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_suggestion_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion'))
    )
    op.create_index('ix_suggestion_article', 'suggestion', ['article_id', 'state'], unique=False)
    op.create_table('revision_writer',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_revision_writer_article_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_revision_writer_person_id')),
    sa.PrimaryKeyConstraint('article_id', 'number', 'person_id', name=op.f('pk_revision_writer'))
    )
    op.create_table('revision_name',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('named_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_revision_name_article_id')),
    sa.ForeignKeyConstraint(['named_by_id'], ['person.id'], name=op.f('fk_revision_name_named_by_id')),
    sa.PrimaryKeyConstraint('article_id', 'number', name=op.f('pk_revision_name'))
    )
    op.create_table('autosave',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('window', sa.String(length=24), nullable=False),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('saved_as', sa.Integer(), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_autosave_article_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_autosave_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_autosave'))
    )
    op.create_index('ix_autosave_article', 'autosave', ['article_id', 'person_id', 'ended_at'], unique=False)
    op.create_table('open_window',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('window', sa.String(length=24), nullable=False),
    sa.Column('writing', sa.Boolean(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_open_window_article_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_open_window_person_id')),
    sa.PrimaryKeyConstraint('article_id', 'person_id', 'window', name=op.f('pk_open_window'))
    )
    op.create_index('ix_open_window_seen', 'open_window', ['seen_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_open_window_seen', table_name='open_window')
    op.drop_table('open_window')
    op.drop_index('ix_autosave_article', table_name='autosave')
    op.drop_table('autosave')
    op.drop_table('revision_name')
    op.drop_table('revision_writer')
    op.drop_index('ix_suggestion_article', table_name='suggestion')
    op.drop_table('suggestion')
    op.drop_index(op.f('ix_annotation_remark_annotation_id'), table_name='annotation_remark')
    op.drop_table('annotation_remark')
    op.drop_index('ix_annotation_article', table_name='annotation')
    op.drop_table('annotation')
