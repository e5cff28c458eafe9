"""One person and one article put in the light of one group."""

import sqlalchemy as sa
from alembic import op

revision = "0046_spotlights"
down_revision = "0045_customer_groups"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINKED = {
    "group_id": "community_group", "article_id": "article", "person_id": "person", "link_id": "tracked_link", "by_id": "person",
}


def upgrade() -> None:
    op.create_table(
        "spotlight",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        *(sa.Column(name, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_spotlight_{name}"), nullable=False)
          for name, table in LINKED.items()),
        sa.Column("delivery_id", KEY, sa.ForeignKey("delivery.id", name="fk_spotlight_delivery_id"), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spotlight"),
    )
    op.create_index("ix_spotlight_group", "spotlight", ["group_id", "id"])
    for name in ("article_id", "person_id", "delivery_id"):
        op.create_index(f"ix_spotlight_{name}", "spotlight", [name])


def downgrade() -> None:
    op.drop_table("spotlight")
