"""The company's own applications on WeCom, DingTalk and Feishu."""

import sqlalchemy as sa
from alembic import op

revision = "0020_platform_applications"
down_revision = "0019_rights"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('platform_application',
        sa.Column('platform', sa.String(length=8), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('corp_id', sa.String(length=200), nullable=False),
        sa.Column('app_id', sa.String(length=200), nullable=False),
        sa.Column('agent_id', sa.String(length=200), nullable=False),
        sa.Column('robot_code', sa.String(length=200), nullable=False),
        sa.Column('secrets', sa.Text(), nullable=False),
        sa.Column('active', sa.Boolean(), nullable=False),
        sa.Column('trouble', sa.Text(), nullable=False),
        sa.Column('trouble_code', sa.String(length=40), nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_platform_application'),
        sa.UniqueConstraint('name', name='uq_platform_application_name'),
        sa.UniqueConstraint('platform', 'corp_id', 'app_id', 'agent_id', name='uq_platform_application_platform_corp_id_app_id_agent_id'),
    )


def downgrade() -> None:
    op.drop_table('platform_application')
