"""What the rules found in one content when it was decided on: kept with the version of every rule."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.base import Base, Dated, Numbered
from editorial.review.checks.found import Found


class CheckFinding(Numbered, Dated, Base):
    """One finding. `item` counts the items of a convention's class from 1; 0 where the rule has none.

    `begins` and `length` are characters of the field as its author wrote it.
    """

    __tablename__ = "check_finding"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    content_hash: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(12))
    class_code: Mapped[str] = mapped_column(String(20), default="")
    item: Mapped[int] = mapped_column(default=0)
    severity: Mapped[str] = mapped_column(String(8))
    field: Mapped[str] = mapped_column(String(20))
    begins: Mapped[int]
    length: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")
    suggestion: Mapped[str] = mapped_column(Text, default="")
    joins: Mapped[str] = mapped_column(String(20), default="")
    waiver_id: Mapped[int | None] = mapped_column(ForeignKey("check_waiver.id"))

    __table_args__ = (Index("ix_check_finding_article", "article_id", "content_hash"),)


def keep(session: Session, article_id: int, content_hash: str, found: Iterable[Found]) -> None:
    """Keep what was found in this content, once for each set of rules: the same rows are not kept again."""
    query = select(CheckFinding).where(CheckFinding.article_id == article_id, CheckFinding.content_hash == content_hash)
    known = {(row.rule, row.version, row.field, row.begins, row.waiver_id) for row in session.scalars(query)}
    for one in found:
        if (one.rule.code, one.rule.version, one.field, one.begins, one.waiver_id) not in known:
            session.add(CheckFinding(
                article_id=article_id, content_hash=content_hash, rule=one.rule.code, version=one.rule.version,
                class_code=one.rule.class_code, item=one.rule.item, severity=one.rule.severity, field=one.field,
                begins=one.begins, length=one.length, quote=one.quote, source=one.rule.source,
                suggestion=one.rule.suggestion, joins=one.rule.joins, waiver_id=one.waiver_id,
            ))
    session.flush()


def of(session: Session, article_id: int, content_hash: str) -> list[CheckFinding]:
    """What was found in this content when it was decided on, in the order of the text."""
    query = select(CheckFinding).where(CheckFinding.article_id == article_id, CheckFinding.content_hash == content_hash)
    return list(session.scalars(query.order_by(CheckFinding.field, CheckFinding.begins, CheckFinding.id)))
