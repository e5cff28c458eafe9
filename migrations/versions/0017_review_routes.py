"""Review routes as versioned rows, rounds, recusals, substitutes, emergencies; the sealed end of the audit chain."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0017_review_routes"
down_revision = "0016_embargoes"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
REVIEWS = ["review_1", "review_2", "review_3"]


def upgrade() -> None:
    _routes()
    _rounds()
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("last_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    names = _house_route()
    version_id = _first_version(names)
    _running_rounds(version_id, names)
    _chain_end()


def downgrade() -> None:
    for index in ("ix_review_stage_due", "ix_review_stage_asks"):
        op.drop_index(index, table_name="review_stage")
    op.execute("DELETE FROM asked_person")
    op.execute("DELETE FROM review_stage WHERE state IN ('to_come', 'skipped')")
    for table in ("audit_head", "emergency", "substitution", "recusal", "asked_person", "review_round"):
        op.drop_table(table)
    with op.batch_alter_table("review_stage") as stage:
        stage.drop_constraint("fk_review_stage_decided_for_id", type_="foreignkey")
        for name in (
            "decided_for_id", "escalated_at", "due_at", "due_minutes", "joins", "asks", "title", "needed", "step", "track", "kind",
        ):
            stage.drop_column(name)
    for table in ("route_stage", "route_version", "review_route"):
        op.drop_table(table)


def _routes() -> None:
    op.create_table(
        "review_route",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("of_house", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("group_kinds", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_route"),
        sa.UniqueConstraint("name", name="uq_review_route_name"),
    )
    op.create_table(
        "route_version",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("route_id", KEY, sa.ForeignKey("review_route.id", name="fk_route_version_route_id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proofs_after", sa.Boolean(), nullable=False),
        sa.Column("saved_by_id", KEY, sa.ForeignKey("person.id", name="fk_route_version_saved_by_id"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_route_version"),
    )
    op.create_index("uq_route_version_number", "route_version", ["route_id", "number"], unique=True)
    op.create_table(
        "route_stage",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("version_id", KEY, sa.ForeignKey("route_version.id", name="fk_route_stage_version_id"), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("track", sa.String(length=10), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.Column("due_minutes", sa.Integer(), nullable=False),
        sa.Column("on_finding", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_route_stage"),
    )
    op.create_index("ix_route_stage_version_id", "route_stage", ["version_id"])


def _rounds() -> None:
    op.create_table(
        "review_round",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("article_id", KEY, sa.ForeignKey("article.id", name="fk_review_round_article_id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", KEY, sa.ForeignKey("route_version.id", name="fk_review_round_version_id"), nullable=True),
        sa.Column("because", sa.String(length=200), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("proofs_after", sa.Boolean(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_round"),
    )
    op.create_index("uq_review_round_number", "review_round", ["article_id", "number"], unique=True)
    op.create_index("ix_review_round_version_id", "review_round", ["version_id"])
    with op.batch_alter_table("review_stage") as stage:
        stage.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="review"))
        stage.add_column(sa.Column("track", sa.String(length=10), nullable=False, server_default="review"))
        stage.add_column(sa.Column("step", sa.Integer(), nullable=False, server_default="1"))
        stage.add_column(sa.Column("needed", sa.Integer(), nullable=False, server_default="0"))
        stage.add_column(sa.Column("title", sa.String(length=40), nullable=False, server_default=""))
        stage.add_column(sa.Column("asks", sa.String(length=20), nullable=False, server_default=""))
        stage.add_column(sa.Column("joins", sa.String(length=20), nullable=False, server_default=""))
        stage.add_column(sa.Column("due_minutes", sa.Integer(), nullable=False, server_default="0"))
        stage.add_column(sa.Column("due_at", INSTANT, nullable=True))
        stage.add_column(sa.Column("escalated_at", INSTANT, nullable=True))
        stage.add_column(sa.Column("decided_for_id", KEY, nullable=True))
        stage.create_foreign_key("fk_review_stage_decided_for_id", "person", ["decided_for_id"], ["id"])
    op.create_index("ix_review_stage_asks", "review_stage", ["asks", "state", "opened_at"])
    op.create_index("ix_review_stage_due", "review_stage", ["state", "due_at"])
    op.create_table(
        "asked_person",
        sa.Column("stage_id", KEY, sa.ForeignKey("review_stage.id", name="fk_asked_person_stage_id"), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_asked_person_person_id"), nullable=False),
        sa.PrimaryKeyConstraint("stage_id", "person_id", name="pk_asked_person"),
    )
    op.create_index("ix_asked_person_person_id", "asked_person", ["person_id"])
    op.create_table(
        "recusal",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("article_id", KEY, sa.ForeignKey("article.id", name="fk_recusal_article_id"), nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_recusal_person_id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recusal"),
    )
    op.create_index("uq_recusal_person", "recusal", ["article_id", "person_id"], unique=True)
    op.create_table(
        "substitution",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("person_id", KEY, sa.ForeignKey("person.id", name="fk_substitution_person_id"), nullable=False),
        sa.Column("substitute_id", KEY, sa.ForeignKey("person.id", name="fk_substitution_substitute_id"), nullable=False),
        sa.Column("begins_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
    )
    op.create_index("ix_substitution_person_id", "substitution", ["person_id"])
    op.create_index("ix_substitution_substitute_id", "substitution", ["substitute_id"])
    op.create_table(
        "emergency",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("article_id", KEY, sa.ForeignKey("article.id", name="fk_emergency_article_id"), nullable=False),
        sa.Column("declared_by_id", KEY, sa.ForeignKey("person.id", name="fk_emergency_declared_by_id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_emergency"),
    )
    op.create_index("ix_emergency_article_id", "emergency", ["article_id"])


def _house_route() -> list[str]:
    """The stages of the house's setting, which the first version of its route takes over."""
    found = op.get_bind().execute(sa.text("SELECT value FROM house_setting WHERE name = 'review_route'")).scalar()
    op.execute("DELETE FROM house_setting WHERE name = 'review_route'")
    if found is None:
        return REVIEWS
    return list(json.loads(found)) if isinstance(found, str) else list(found)


def _first_version(names: list[str]) -> int:
    bind, now = op.get_bind(), datetime.now(UTC)
    route = sa.table("review_route", *map(sa.column, ("id", "name", "of_house", "active", "version")),
                     sa.column("group_kinds", sa.JSON()))
    version = sa.table("route_version", *map(sa.column, ("id", "route_id", "number", "proofs_after")),
                       sa.column("created_at", INSTANT))
    stage = sa.table("route_stage", sa.column("people", sa.JSON()), *map(sa.column, (
        "version_id", "name", "kind", "track", "step", "title", "needed", "due_minutes", "on_finding")))
    bind.execute(route.insert().values(name="三审", of_house=True, active=True, version=1, group_kinds=[]))
    route_id = bind.execute(sa.text("SELECT max(id) FROM review_route")).scalar_one()
    bind.execute(version.insert().values(route_id=route_id, number=1, proofs_after=False, created_at=now))
    version_id = int(bind.execute(sa.text("SELECT max(id) FROM route_version")).scalar_one())
    for step, name in enumerate(names, 1):
        bind.execute(stage.insert().values(
            version_id=version_id, name=name, kind=name.split("_")[0], track="review", step=step, title="", people=[],
            needed=0, due_minutes=480, on_finding=""))
    return version_id


def _running_rounds(version_id: int, names: list[str]) -> None:
    """Rounds under way get the stages that they have still before them."""
    bind, now = op.get_bind(), datetime.now(UTC)
    bind.execute(sa.text("UPDATE review_stage SET asks = name, step = CAST(substr(name, 8) AS INTEGER) WHERE name LIKE 'review_%'"))
    bind.execute(sa.text("UPDATE review_stage SET asks = 'proofread', kind = 'proof' WHERE name LIKE 'proof_%'"))
    stage = sa.table("review_stage", sa.column("opened_at", INSTANT), *map(sa.column, (
        "article_id", "round", "name", "kind", "track", "step", "needed", "title", "asks", "joins", "due_minutes", "state",
        "text", "content_hash")))
    turn = sa.table("review_round", sa.column("params", sa.JSON()), sa.column("opened_at", INSTANT), *map(sa.column, (
        "article_id", "number", "version_id", "because", "proofs_after", "emergency")))
    under_way = bind.execute(sa.text("SELECT id, round FROM article WHERE state IN ('in_review', 'in_proof')")).all()
    for article_id, number in under_way:
        bind.execute(turn.insert().values(
            article_id=article_id, number=number, version_id=version_id, because="", params={}, proofs_after=False,
            emergency=False, opened_at=now))
        known = set(bind.execute(
            sa.text("SELECT name FROM review_stage WHERE article_id = :article AND round = :number"),
            {"article": article_id, "number": number}).scalars())
        for step, name in enumerate(names, 1):
            bind.execute(
                sa.text("UPDATE review_stage SET step = :step WHERE article_id = :article AND round = :number AND name = :name"),
                {"step": step, "article": article_id, "number": number, "name": name})
            if name not in known:
                proof = name.startswith("proof_")
                bind.execute(stage.insert().values(
                    article_id=article_id, round=number, name=name, kind="proof" if proof else "review", track="review",
                    step=step, needed=0, title="", asks="proofread" if proof else name, joins="", due_minutes=480,
                    state="to_come", text="", content_hash="", opened_at=now))


def _chain_end() -> None:
    """The entries are chained already; what was missing is a row that says where the chain ends."""
    bind = op.get_bind()
    entries = bind.execute(sa.text("SELECT count(*) FROM audit_entry")).scalar_one()
    if entries:
        last_id, digest = bind.execute(sa.text("SELECT id, digest FROM audit_entry ORDER BY id DESC LIMIT 1")).one()
        bind.execute(
            sa.text("INSERT INTO audit_head (id, entries, last_id, digest, seal) VALUES (1, :entries, :last, :digest, '')"),
            {"entries": entries, "last": last_id, "digest": digest})
