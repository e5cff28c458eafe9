"""Where a machine had a part in an article: declared for the whole, a passage or a picture, and shown by a label in its text.

The label is a block of the Markdown (`::: ai`), so a sign-off covers it. A declaration stands until somebody takes it back with a
reason; while it stands, a text without its label goes nowhere. Source: 人工智能生成合成内容标识办法 (2025), GB 45438-2025.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import assets, picture_rights
from editorial.articles.articles import Article
from editorial.articles.assets import shown_in
from editorial.articles.revisions import Content
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.people.people import Person

SHORTEST_PASSAGE, LONGEST_PASSAGE = 6, 200
LABEL = re.compile(r" {0,3}:{3,}[ \t]*\{?\.?(?:ai|AI)\b")
_FRONT = re.compile(r"\A---\n(?:.*\n)*?ai:[ \t]*(?:true|yes|on|1|是)[ \t]*\n(?:.*\n)*?---\n", re.IGNORECASE)
_GAPS = re.compile(r"\n[ \t]*\n+")


class Degree(StrEnum):
    """How much of it a machine made."""

    ASSISTED = "assisted"
    GENERATED = "generated"


class Part(StrEnum):
    """What of the article it is about."""

    ARTICLE = "article"
    PASSAGE = "passage"
    PICTURE = "picture"


WORDS = {
    (Part.ARTICLE, Degree.ASSISTED): "本文由 AI 辅助生成", (Part.ARTICLE, Degree.GENERATED): "本文由 AI 生成",
    (Part.PASSAGE, Degree.ASSISTED): "本段由 AI 辅助生成", (Part.PASSAGE, Degree.GENERATED): "本段由 AI 生成",
    (Part.PICTURE, Degree.ASSISTED): "本图由 AI 辅助生成", (Part.PICTURE, Degree.GENERATED): "本图由 AI 生成",
}
"""What readers see."""
NO_LABEL = {
    Part.ARTICLE: "The article is declared as made with AI, and its label is gone from the text.",
    Part.PASSAGE: "A passage is declared as made with AI, and it or the label under it is gone: “{place}”.",
    Part.PICTURE: "The picture {place} is made with AI, and the label under it is missing.",
}
REMEDY = "Put the label back under “AI use”, or take the declaration back there with a reason."


class AiUse(Numbered, Dated, Base):
    """One declaration. `place`: the words of the passage, or the hash of the picture."""

    __tablename__ = "ai_use"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    part: Mapped[Part] = mapped_column(String(8))
    place: Mapped[str] = mapped_column(Text, default="")
    degree: Mapped[Degree] = mapped_column(String(10))
    tool: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    declared_by: Mapped[Person] = relationship(foreign_keys=[declared_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id])


def declare(
    session: Session, article: Article, content: Content, *, part: str, degree: str, by: Person, place: str = "", tool: str = "",
    note: str = "",
) -> Content:
    """Keep a declaration; the answer is the content with its label, which the caller saves. Raises Invalid naming the field."""
    problems = list(_problems(content, part, degree, place))
    if problems:
        raise Invalid(*problems)
    use = AiUse(
        article_id=article.id, part=Part(part), place=place.strip(), degree=Degree(degree), tool=tool.strip()[:80],
        note=note.strip()[:200], declared_by_id=by.id,
    )
    session.add(use)
    asset = assets.by_hash(session, use.place) if use.part == Part.PICTURE else None
    if asset is not None:
        asset.ai_use, asset.ai_tool = use.degree, use.tool
    session.flush()
    audit.record(session, "declare_ai", "article", article.id, by=by, details={"part": part, "degree": degree, "name": use.tool})
    return content.changed(body=labelled(content.body, use.part, use.place, use.degree))


def take_back(session: Session, use: AiUse, *, reason: str, by: Person) -> None:
    """A declaration was wrong or what it was about is gone; its label is not taken out of the text. Raises Invalid, WrongState."""
    if use.withdrawn_at is not None:
        raise WrongState()
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why it is taken back: the reason is kept with your name."))
    use.withdrawn_at, use.withdrawn_by_id, use.withdrawn_reason = clock.now(), by.id, reason.strip()
    asset = assets.by_hash(session, use.place) if use.part == Part.PICTURE else None
    if asset is not None:
        asset.ai_use = "none"
    session.flush()
    audit.record(session, "take_back_ai", "article", use.article_id, by=by, details={"part": use.part, "reason": reason.strip()})


def with_labels(session: Session, article: Article, content: Content) -> Content:
    """The content with every label that stands declared and is missing."""
    body = content.body
    for use in standing(session, article):
        if use.part == Part.ARTICLE or _block_of(body, use.part, use.place) is not None:
            body = labelled(body, use.part, use.place, use.degree)
    for asset in picture_rights.pictures_in(session, content):
        if asset.is_ai_made and asset.sha256 in shown_in(body) and not _is_labelled(body, Part.PICTURE, asset.sha256):
            degree = Degree.ASSISTED if asset.ai_use == "assisted" else Degree.GENERATED
            body = labelled(body, Part.PICTURE, asset.sha256, degree)
    return content.changed(body=body)


def labelled(body: str, part: Part, place: str, degree: Degree) -> str:
    """The text with the label: at its end for the whole, under the block of the passage or picture."""
    if _is_labelled(body, part, place):
        return body
    label = f"::: ai\n{WORDS[part, degree]}\n:::"
    blocks = _GAPS.split(body.strip("\n"))
    at = len(blocks) if part == Part.ARTICLE else (_block_of(body, part, place) or 0) + 1
    return "\n\n".join([*blocks[:at], label, *blocks[at:]]) + "\n"


def problems(session: Session, article: Article, content: Content) -> Iterator[Problem]:
    """Declarations of an article whose label is gone; of pictures, `picture_problems` knows by the picture itself."""
    for use in standing(session, article):
        if use.part != Part.PICTURE and not _is_labelled(content.body, use.part, use.place):
            yield Problem("body", NO_LABEL[use.part], {"place": use.place[:40]}, REMEDY)


def picture_problems(session: Session, content: Content) -> Iterator[Problem]:
    """Pictures that are marked as made with AI and stand in the text without their label."""
    in_text = shown_in(content.body)
    for asset in picture_rights.pictures_in(session, content):
        if asset.is_ai_made and asset.sha256 in in_text and not _is_labelled(content.body, Part.PICTURE, asset.sha256):
            yield Problem("body", NO_LABEL[Part.PICTURE], {"place": picture_rights.named(asset)}, REMEDY)


def of_article(session: Session, article: Article) -> list[AiUse]:
    """Every declaration of an article, those taken back included, in order."""
    return list(session.scalars(select(AiUse).where(AiUse.article_id == article.id).order_by(AiUse.id)))


def standing(session: Session, article: Article) -> list[AiUse]:
    """The declarations that nobody has taken back."""
    return [use for use in of_article(session, article) if use.withdrawn_at is None]


def of_id(session: Session, article_id: int, use_id: int) -> AiUse:
    """The declaration of this article with this id. Raises NotFound."""
    use = session.get(AiUse, use_id)
    if use is None or use.article_id != article_id:
        raise NotFound()
    return use


def _is_labelled(body: str, part: Part, place: str) -> bool:
    blocks = _GAPS.split(body.strip("\n"))
    if part == Part.ARTICLE:
        return bool(_FRONT.match(body)) or any(LABEL.match(block) and "本文" in block for block in blocks)
    at = _block_of(body, part, place)
    return at is not None and at + 1 < len(blocks) and LABEL.match(blocks[at + 1]) is not None


def _block_of(body: str, part: Part, place: str) -> int | None:
    """The block of the text in which the passage or picture stands."""
    wanted = f"/assets/{place}." if part == Part.PICTURE else _plain(place)
    for at, block in enumerate(_GAPS.split(body.strip("\n"))):
        if wanted in (block if part == Part.PICTURE else _plain(block)):
            return at
    return None


def _plain(text: str) -> str:
    """Words without spaces and marks, so that a passage is found when only its layout has changed."""
    return re.sub(r"[\s*_`~#>]+", "", text)


def _problems(content: Content, part: str, degree: str, place: str) -> Iterator[Problem]:
    if part not in set(Part):
        yield Problem("part", "Choose one of: {choices}.", {"choices": ", ".join(Part)})
        return
    if degree not in set(Degree):
        yield Problem("degree", "Choose one of: {choices}.", {"choices": ", ".join(Degree)})
    if part == Part.PASSAGE and not SHORTEST_PASSAGE <= len(place.strip()) <= LONGEST_PASSAGE:
        limits: dict[str, object] = {"least": SHORTEST_PASSAGE, "most": LONGEST_PASSAGE}
        yield Problem("place", "Copy {least} to {most} characters of the passage.", limits)
    elif part != Part.ARTICLE and _block_of(content.body, Part(part), place.strip()) is None:
        yield Problem("place", "This does not stand in the text.")
