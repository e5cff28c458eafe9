"""A house in which every word that anybody could hand in is hostile, made with the real verbs and published to the sandbox."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from editorial import accounts, clock
from editorial.articles import articles, assets
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.calendar import editions
from editorial.groups import groups
from editorial.groups.connectors import GroupConnector
from editorial.intake import submissions, triage
from editorial.people import people
from editorial.people.people import Person, Role
from editorial.release import releases
from editorial.review import stages
from editorial.review.sign_offs import Typeset
from publishers.rendering import render
from tests import vectors
from tests.instances import CONNECTORS

ROLES = ("contributor", "desk_editor", "department_head", "editor_in_chief", "publisher", "operator", "admin")
SHORT = 60
# The doors refuse these: no database stores them.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
AN_EDITION = 8
AUTHOR = 16
TITLE = 32


@dataclass
class House:
    """What was made. `words` are those that were taken, by the number of their canary."""

    everyone: dict[str, Person] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    article_ids: list[int] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    edition_ids: list[int] = field(default_factory=list)


def furnish(session: Session) -> House:
    """Fill an empty database: people, groups, pictures, submissions, articles in every stage, editions that are due."""
    house = House(words={
        number: word for number, raw in enumerate(vectors.of("words"))
        if len(word := vectors.numbered(raw, number).strip()) <= SHORT
    })
    names = list(house.words.values())
    for role, name in zip(ROLES, names, strict=False):
        house.everyone[role] = people.add(
            session, email=f"{role}@example.com", name=name, roles=[Role(role)], department=names[-1],
        )
    accounts.record_rights(session, _account(session, names[3]), {"draft": True, "release": True, "mass_send": True})
    # The platform would refuse a picture of somebody else's, and with it the whole edition.
    bodies = [body for body in vectors.everything()[::5] if not _UNSTORABLE.search(body) and not render(body).images]
    for number, word in house.words.items():
        _one_of_all(session, house, number, word, vectors.numbered(bodies[number], number))
    _publish(session, house)
    session.commit()
    return house


def more_bodies(session: Session, house: House, every: int) -> list[int]:
    """Articles with every n-th vector as their body; their ids."""
    author = house.everyone["contributor"]
    made = []
    for number in range(0, len(vectors.everything()), every):
        body = vectors.numbered(vectors.everything()[number], number) + "\n"
        if _UNSTORABLE.search(body):
            continue
        saved = articles.write(session, Content(title=f"第 {number} 篇", body=body), origin_group="g0", by=author)
        made.append(saved.article.id)
    session.commit()
    return made


def _account(session: Session, name: str) -> Any:
    return accounts.add(session, name=name, account_type="subscription", app_id="wx0123456789abcdef", app_secret="right")


def _one_of_all(session: Session, house: House, number: int, word: str, body: str) -> None:
    contributor, editor = house.everyone["contributor"], house.everyone["desk_editor"]
    slug = f"g{number}"
    group = groups.add(session, name=word, slug=slug, kind="training", purpose=word, steward="operator@example.com")
    settings = dict(CONNECTORS[number % len(CONNECTORS)])
    group.connector = GroupConnector(kind=settings.pop("kind"), settings=settings)
    people.add(session, email=f"v{number}@example.com", name=word, roles=[Role.CONTRIBUTOR], department=word)
    picture = assets.keep(
        session, sha256=f"{number:064x}", content_type="image/png", width=9, height=9, size=9, alt_text=word, by=contributor,
    )
    handed_in = submissions.receive(
        session, title=word, body=f"{word}\n\n{body}", origin_group=slug, by=contributor, byline=word[:40],
        pictures=[picture.sha256],
    )
    if number % 3 == 1:
        triage.return_for_revision(session, handed_in, by=editor, reason=word)
    house.numbers.append(handed_in.number)
    content = Content(title=word, body=f"正文。\n\n{body}\n\n![{word}]({picture.url})", author=word[:AUTHOR], digest=word)
    article = articles.write(session, content, origin_group=slug, by=contributor).article
    changed = content.changed(body=f"{body}\n\n{'' if render(word).images else word}\n\n换了一段。", digest=word + " ")
    articles.save(session, article, changed, base=1, by=contributor)
    house.article_ids.append(article.id)
    stages.submit(session, article, by=contributor, blockers=[])
    if number % 3:
        _decide(session, house, article, word, "desk_editor", "return" if number % 3 == 2 else "approve_with_comment")


def _decide(session: Session, house: House, article: Article, word: str, role: str, decision: str) -> None:
    body = articles.newest(session, article).content.body
    stages.decide(
        session, article, stage=article.stage, decision=decision, revision=article.revision, by=house.everyone[role], text=word,
        typeset=Typeset(html=render(body).html, digest=word),
    )


def _publish(session: Session, house: House) -> None:
    """Those that nobody has decided yet and that WeChat would take pass all three reviews and go out, so many in an edition."""
    chosen = []
    for article_id, word in zip(house.article_ids, house.words.values(), strict=True):
        article = session.get_one(Article, article_id)
        if article.stage == "review_1" and article.state == "in_review" and len(word) <= TITLE:
            for role in ("desk_editor", "department_head", "editor_in_chief"):
                _decide(session, house, article, word, role, "approve_with_comment")
            chosen.append(str(article_id))
    account = str(accounts.everyone(session)[0].id)
    for first in range(0, len(chosen), AN_EDITION):
        edition = editions.plan(
            session, account=account, mode="release", article_ids=chosen[first : first + AN_EDITION], share_to=None,
            by=house.everyone["publisher"],
        )
        releases.schedule(session, edition, clock.now() - timedelta(milliseconds=1), by=house.everyone["publisher"])
        house.edition_ids.append(edition.id)
