"""WeChat's figures by day, the questions that bring them, and what readers wrote."""

import sqlalchemy as sa
from alembic import op

revision = "0007_figures_and_comments"
down_revision = "0006_mass_sends"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('day_figures',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('msgid', sa.String(length=60), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('sources', sa.JSON(), nullable=False),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_day_figures_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_figures')),
    sa.UniqueConstraint('account_id', 'msgid', 'kind', 'day', name=op.f('uq_day_figures_account_id_msgid_kind_day'))
    )
    op.create_table('figure_question',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('interface', sa.String(length=24), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('still', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_figure_question_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figure_question')),
    sa.UniqueConstraint('account_id', 'interface', 'day', name=op.f('uq_figure_question_account_id_interface_day'))
    )
    op.create_index('ix_figure_question_next', 'figure_question', ['account_id', 'next_at'], unique=False)
    op.create_table('figure_round',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('calls', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_figure_round_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_figure_round'))
    )
    op.create_table('article_message',
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('msg_data_id', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('published_on', sa.Date(), nullable=False),
    sa.Column('comments_open', sa.Boolean(), nullable=True),
    sa.Column('comments_total', sa.Integer(), nullable=True),
    sa.Column('comments_read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('comments_next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('comments_reason', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_article_message_account_id')),
    sa.ForeignKeyConstraint(['place_id'], ['edition_article.id'], name=op.f('fk_article_message_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article_message')),
    sa.UniqueConstraint('place_id', name=op.f('uq_article_message_place_id'))
    )
    op.create_index('ix_article_message_account', 'article_message', ['account_id', 'published_on'], unique=False)
    op.create_index('ix_article_message_comments', 'article_message', ['comments_next_at'], unique=False)
    op.create_table('reader_comment',
    sa.Column('message_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=40), nullable=False),
    sa.Column('reader', sa.String(length=8), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('featured', sa.Boolean(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=False),
    sa.Column('replied_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submission_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['article_message.id'], name=op.f('fk_reader_comment_message_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_reader_comment_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reader_comment')),
    sa.UniqueConstraint('message_id', 'remote_id', name=op.f('uq_reader_comment_message_id_remote_id'))
    )
    op.create_index('ix_reader_comment_message', 'reader_comment', ['message_id', 'written_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_reader_comment_message', table_name='reader_comment')
    op.drop_table('reader_comment')
    op.drop_index('ix_article_message_comments', table_name='article_message')
    op.drop_index('ix_article_message_account', table_name='article_message')
    op.drop_table('article_message')
    op.drop_table('figure_round')
    op.drop_index('ix_figure_question_next', table_name='figure_question')
    op.drop_table('figure_question')
    op.drop_table('day_figures')
