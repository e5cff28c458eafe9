"""Ways of signing in beside the password, who is known on them, and the company's lists of people."""

import sqlalchemy as sa
from alembic import op

revision = "0023_joining"
down_revision = "0022_second_factor"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table('sign_in_way',
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('issuer', sa.String(length=300), nullable=False),
        sa.Column('client_id', sa.String(length=200), nullable=False),
        sa.Column('secrets', sa.Text(), nullable=False),
        sa.Column('application_id', KEY, sa.ForeignKey('platform_application.id', name='fk_sign_in_way_application_id'), nullable=True),
        sa.Column('joins_by_mail', sa.Boolean(), nullable=False),
        sa.Column('admits', sa.Boolean(), nullable=False),
        sa.Column('domains', sa.JSON(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_sign_in_way'),
        sa.UniqueConstraint('name', name='uq_sign_in_way_name'),
    )
    op.create_table('identity',
        sa.Column('person_id', KEY, sa.ForeignKey('person.id', name='fk_identity_person_id'), nullable=False),
        sa.Column('way_id', KEY, sa.ForeignKey('sign_in_way.id', name='fk_identity_way_id'), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('label', sa.String(length=160), nullable=False),
        sa.Column('used_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_identity'),
    )
    op.create_index('ix_identity_person_id', 'identity', ['person_id'])
    op.create_index('uq_identity_subject', 'identity', ['way_id', 'subject'], unique=True)
    op.create_table('directory',
        sa.Column('kind', sa.String(length=8), nullable=False),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('application_id', KEY, sa.ForeignKey('platform_application.id', name='fk_directory_application_id'), nullable=True),
        sa.Column('seen', sa.Text(), nullable=True),
        sa.Column('seen_at', INSTANT, nullable=True),
        sa.Column('applied_at', INSTANT, nullable=True),
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('created_at', INSTANT, nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_directory'),
        sa.UniqueConstraint('name', name='uq_directory_name'),
    )
    op.create_table('directory_member',
        sa.Column('directory_id', KEY, sa.ForeignKey('directory.id', name='fk_directory_member_directory_id'), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('person_id', KEY, sa.ForeignKey('person.id', name='fk_directory_member_person_id'), nullable=False),
        sa.Column('present', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('directory_id', 'subject', name='pk_directory_member'),
    )
    op.create_index('ix_directory_member_person_id', 'directory_member', ['person_id'])


def downgrade() -> None:
    for name in ('directory_member', 'directory', 'identity', 'sign_in_way'):
        op.drop_table(name)
