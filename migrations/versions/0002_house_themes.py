"""Themes that a house makes itself, every version a row."""

import sqlalchemy as sa
from alembic import op

revision = "0002_house_themes"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('house_theme',
    sa.Column('name', sa.String(length=24), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=40), nullable=False),
    sa.Column('recipe', sa.JSON(), nullable=False),
    sa.Column('own', sa.JSON(), nullable=False),
    sa.Column('styles', sa.JSON(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('saved_by_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['saved_by_id'], ['person.id'], name=op.f('fk_house_theme_saved_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_house_theme'))
    )
    op.create_index('uq_house_theme_version', 'house_theme', ['name', 'version'], unique=True)


def downgrade() -> None:
    op.drop_index('uq_house_theme_version', table_name='house_theme')
    op.drop_table('house_theme')
