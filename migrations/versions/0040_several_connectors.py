"""Several ways into one group, one of them preferred; a call for stories takes each that is marked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0040_several_connectors"
down_revision = "0039_long_connections"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("group_connector") as table:
        table.drop_constraint("uq_group_connector_group_id", type_="unique")
        for name in ("preferred", "for_calls", "active"):
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_index("ix_group_connector_group_id", "group_connector", ["group_id"])
    preferred = sa.text("preferred")
    op.create_index("uq_group_connector_preferred", "group_connector", ["group_id"], unique=True, sqlite_where=preferred,
                    postgresql_where=preferred)
    op.add_column("delivery", sa.Column("connector_id", KEY, nullable=True))
    with op.batch_alter_table("story_call_target") as table:
        table.add_column(sa.Column("connector_id", KEY, nullable=False, server_default="0"))
        table.drop_constraint("uq_story_call_target_call_id_group_id", type_="unique")
        table.create_unique_constraint(
            "uq_story_call_target_call_id_group_id_connector_id", ["call_id", "group_id", "connector_id"],
        )


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM group_connector WHERE NOT preferred"))
    _one_target_for_each_group()
    with op.batch_alter_table("story_call_target") as table:
        table.drop_constraint("uq_story_call_target_call_id_group_id_connector_id", type_="unique")
        table.drop_column("connector_id")
        table.create_unique_constraint("uq_story_call_target_call_id_group_id", ["call_id", "group_id"])
    op.drop_column("delivery", "connector_id")
    op.drop_index("uq_group_connector_preferred", table_name="group_connector")
    op.drop_index("ix_group_connector_group_id", table_name="group_connector")
    with op.batch_alter_table("group_connector") as table:
        for name in ("active", "for_calls", "preferred"):
            table.drop_column(name)
        table.create_unique_constraint("uq_group_connector_group_id", ["group_id"])


def _one_target_for_each_group() -> None:
    """Answers stay with their call and group; what the further ways were told is forgotten."""
    first = (
        "(SELECT min(first.id) FROM story_call_target first JOIN story_call_target own "
        "ON first.call_id = own.call_id AND first.group_id = own.group_id WHERE own.id = {})"
    )
    op.execute(sa.text(f"UPDATE story_call_answer SET target_id = {first.format('story_call_answer.target_id')}"))
    further = f"SELECT id FROM story_call_target t WHERE t.id <> {first.format('t.id')}"
    op.execute(sa.text(f"DELETE FROM story_call_message WHERE target_id IN ({further})"))
    op.execute(sa.text(f"DELETE FROM story_call_target WHERE id IN ({further})"))
