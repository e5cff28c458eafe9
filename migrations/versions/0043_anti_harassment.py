"""Rules against spam in customer groups, and whether an application may be asked for them."""

import sqlalchemy as sa
from alembic import op

revision = "0043_anti_harassment"
down_revision = "0042_playbook"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("platform_application", sa.Column("chat_rules", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table("anti_harassment_rule",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("words", "links", "sorts", "users", "departments")),
        sa.Column("stops", sa.Boolean(), nullable=False),
        sa.Column("suggestion", sa.String(length=8), nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("remote_id", sa.String(length=120), nullable=False),
        sa.Column("doing", sa.String(length=8), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["platform_application.id"], name="fk_anti_harassment_rule_application_id"),
        sa.PrimaryKeyConstraint("id", name="pk_anti_harassment_rule"),
        sa.UniqueConstraint("application_id", "name", name="uq_anti_harassment_rule_application_id_name"),
    )


def downgrade() -> None:
    op.drop_table("anti_harassment_rule")
    op.drop_column("platform_application", "chat_rules")
