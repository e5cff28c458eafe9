"""Writing circles: the circle with its rule, pauses, members, rounds off, pieces, comment duties, peer comments."""

import sqlalchemy as sa
from alembic import op

revision = "0035_writing_circles"
down_revision = "0034_members_of_groups"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table("writing_circle",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("group_id", KEY, sa.ForeignKey("community_group.id", name="fk_writing_circle_group_id"), nullable=True),
        sa.Column("steward_id", KEY, sa.ForeignKey("person.id", name="fk_writing_circle_steward_id"), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_time", sa.String(length=5), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("remind_hours", sa.Integer(), nullable=False),
        sa.Column("off_after", sa.Integer(), nullable=False),
        sa.Column("out_after", sa.Integer(), nullable=False),
        sa.Column("like_id", KEY, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_writing_circle"),
    )
    op.create_index("ix_writing_circle_group_id", "writing_circle", ["group_id"])
    op.create_index("ix_writing_circle_look", "writing_circle", ["next_look_at"])
    op.create_table("circle_pause",
        sa.Column("circle_id", KEY, sa.ForeignKey("writing_circle.id", name="fk_circle_pause_circle_id"), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_circle_pause"),
    )
    op.create_index("ix_circle_pause_circle_id", "circle_pause", ["circle_id"])
    _members()
    _pieces()


def downgrade() -> None:
    for table in ("peer_comment", "circle_duty", "circle_hand_in", "circle_break", "circle_member", "circle_pause", "writing_circle"):
        op.drop_table(table)


def _members() -> None:
    op.create_table("circle_member",
        sa.Column("circle_id", KEY, sa.ForeignKey("writing_circle.id", name="fk_circle_member_circle_id"), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_circle_member_person_id"), nullable=False),
        sa.Column("first_round", sa.Integer(), nullable=False),
        sa.Column("last_round", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_circle_member"),
    )
    op.create_index("uq_circle_member_spell", "circle_member", ["circle_id", "person_id", "first_round"], unique=True)
    op.create_index("ix_circle_member_person", "circle_member", ["person_id", "left_at"])
    op.create_table("circle_break",
        sa.Column("member_id", KEY, sa.ForeignKey("circle_member.id", name="fk_circle_break_member_id"), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by_rule", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "round", name="pk_circle_break"),
    )


def _pieces() -> None:
    op.create_table("circle_hand_in",
        sa.Column("circle_id", KEY, sa.ForeignKey("writing_circle.id", name="fk_circle_hand_in_circle_id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_circle_hand_in_person_id"), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("submission_id", KEY, sa.ForeignKey("submission.id", name="fk_circle_hand_in_submission_id"), nullable=True),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_circle_hand_in"),
    )
    op.create_index("uq_circle_hand_in_round", "circle_hand_in", ["circle_id", "round", "person_id"], unique=True)
    op.create_table("circle_duty",
        sa.Column("circle_id", KEY, sa.ForeignKey("writing_circle.id", name="fk_circle_duty_circle_id"), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("writer_id", KEY, sa.ForeignKey("person.id", name="fk_circle_duty_writer_id"), nullable=False),
        sa.Column("author_id", KEY, sa.ForeignKey("person.id", name="fk_circle_duty_author_id"), nullable=False),
        sa.PrimaryKeyConstraint("circle_id", "round", "writer_id", "author_id", name="pk_circle_duty"),
    )
    op.create_table("peer_comment",
        sa.Column("hand_in_id", KEY, sa.ForeignKey("circle_hand_in.id", name="fk_peer_comment_hand_in_id"), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_peer_comment_person_id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_peer_comment"),
    )
    op.create_index("ix_peer_comment_hand_in", "peer_comment", ["hand_in_id", "id"])
