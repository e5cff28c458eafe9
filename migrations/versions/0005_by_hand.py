"""Links that persons gave back, settings of the console, corrections and take-downs."""

import sqlalchemy as sa
from alembic import op

revision = "0005_by_hand"
down_revision = "0004_official_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('console_item',
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('setting', sa.String(length=20), nullable=False),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('chosen_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.ForeignKeyConstraint(['chosen_by_id'], ['person.id'], name=op.f('fk_console_item_chosen_by_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_console_item_done_by_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_console_item_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_console_item')),
    sa.UniqueConstraint('edition_id', 'setting', name=op.f('uq_console_item_edition_id_setting'))
    )
    op.create_table('correction',
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('before', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('signed_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_correction_article_id')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_correction_done_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['person.id'], name=op.f('fk_correction_proposed_by_id')),
    sa.ForeignKeyConstraint(['signed_by_id'], ['person.id'], name=op.f('fk_correction_signed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index('ix_correction_article', 'correction', ['article_id', 'id'], unique=False)
    op.create_table('given_link',
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('article_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.String(length=1000), nullable=False),
    sa.Column('standing', sa.String(length=20), nullable=False),
    sa.Column('headline', sa.String(length=200), nullable=False),
    sa.Column('account_name', sa.String(length=80), nullable=False),
    sa.Column('biz', sa.String(length=80), nullable=False),
    sa.Column('likeness', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('given_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['official_account.id'], name=op.f('fk_given_link_account_id')),
    sa.ForeignKeyConstraint(['article_id'], ['article.id'], name=op.f('fk_given_link_article_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_given_link_edition_id')),
    sa.ForeignKeyConstraint(['given_by_id'], ['person.id'], name=op.f('fk_given_link_given_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_given_link'))
    )
    op.create_index('ix_given_link_account', 'given_link', ['account_id', 'id'], unique=False)
    op.create_index('ix_given_link_edition', 'given_link', ['edition_id', 'id'], unique=False)
    op.create_table('take_down',
    sa.Column('edition_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('remote_id', sa.String(length=200), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delivery_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_take_down_asked_by_id')),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_take_down_delivery_id')),
    sa.ForeignKeyConstraint(['edition_id'], ['edition.id'], name=op.f('fk_take_down_edition_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_take_down'))
    )
    op.create_index('ix_take_down_edition', 'take_down', ['edition_id', 'id'], unique=False)


def downgrade() -> None:
    for name in ('take_down', 'given_link', 'correction', 'console_item'):
        op.drop_table(name)
