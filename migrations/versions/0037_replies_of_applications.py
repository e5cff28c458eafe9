"""Auto replies belong to an official account or to an application."""

import sqlalchemy as sa
from alembic import op

revision = "0037_replies_of_applications"
down_revision = "0036_smart_robots"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("auto_reply") as table:
        table.alter_column("account_id", existing_type=KEY, nullable=True)
        table.add_column(sa.Column("application_id", KEY, nullable=True))
        table.create_foreign_key("fk_auto_reply_application_id", "platform_application", ["application_id"], ["id"])
        table.create_index("ix_auto_reply_application_id", ["application_id"])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM auto_reply WHERE account_id IS NULL"))
    with op.batch_alter_table("auto_reply") as table:
        table.drop_index("ix_auto_reply_application_id")
        table.drop_constraint("fk_auto_reply_application_id", type_="foreignkey")
        table.drop_column("application_id")
        table.alter_column("account_id", existing_type=KEY, nullable=False)
