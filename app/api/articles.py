"""Articles: the edited work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Crop, Id, PersonShown, Revision, Shape, Text
from app.auth import allow, can, guard, person_now, signed_in
from app.extensions import db
from editorial.articles import articles, assets, crops, search, themes
from editorial.articles.articles import Article
from editorial.articles.revisions import Content, Kind
from editorial.articles.revisions import Revision as RevisionRow
from editorial.articles.workflow import State
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.groups.kinds import FieldKind, Filled
from editorial.people.permissions import Action
from editorial.review.revising import revise

noun = Noun("articles")
N_ = str


class Crops(Body):
    """The parts of the cover that cards show, each `[left, top, right, bottom]` as fractions from the top left.

    `wide` has the shape 2.35 to 1 on the picture, `square` 1 to 1.
    """

    wide: Crop | None = None
    square: Crop | None = None


class NewArticle(Body):
    """An article to begin."""

    title: str
    body: str
    """Markdown."""
    origin_group: str
    """The slug of the group the story comes from."""
    digest: Text = ""
    """What the card shows below the title; the beginning of the text when left out."""
    author: Text = ""
    cover: Id | None = None
    """The id of a picture."""
    cover_crops: Crops | None = None
    source_url: Text = ""
    theme: str = "default"
    """One of the themes, or the short name of one of the house's own, which stands for its newest version. Left out, it is the
    one in which articles from this kind of group begin, if the house has said one."""
    fields: dict[str, str] | None = None
    """Answers to the form of the group's kind, by label. Left out, nothing is asked; given, all required ones must be there."""
    kind: Kind = "news"
    """`newspic` is a picture post: the body is a plain text and 1 to 20 pictures, the first of which is the cover."""
    comments_open: bool = False
    comments_fans_only: bool = False


class Patch(Body):
    """Fields to change of exactly this revision."""

    revision: Revision
    title: Text = ""
    body: Text = ""
    digest: Text = ""
    author: Text = ""
    cover: Id | None = None
    cover_crops: Crops | None = None
    """Left out, they stay with the cover and go with it."""
    source_url: Text = ""
    theme: str = "default"
    comments_open: bool = False
    comments_fans_only: bool = False
    kind: Kind = "news"


class Answer(Shape):
    """What was answered to one question of the form, as it was asked when the submission of this number came."""

    submission: str
    label: str
    kind: FieldKind
    answer: str


class ArticleShown(Shape):
    """An article without its text. `stage` is the review stage that waits."""

    id: str
    number: str
    state: State
    stage: str | None
    revision: int
    title: str
    origin_group: str
    contributor: PersonShown
    editor: PersonShown | None
    reason: str
    created_at: datetime
    updated_at: datetime


class FullArticle(ArticleShown):
    """An article with its newest revision. `content_hash` is what a sign-off names."""

    content_hash: str
    embargo_until: datetime | None = None
    body: str
    digest: str
    author: str
    cover: str | None
    cover_crops: Crops | None
    source_url: str
    theme: str
    comments_open: bool
    comments_fans_only: bool
    kind: Kind
    fields: list[Answer]


class ArticlesAsked(Page):
    """Which articles."""

    state: State | None = None
    group: Text = ""
    """The slug of the group they come from."""
    q: Text = ""
    """Words of their title, author or text."""


@noun.post("/articles", guard(Action.HAND_IN), status=201)
def write(body: NewArticle) -> FullArticle:
    """Begin an article; the original is kept under the same number."""
    with acting() as act:
        content = Content(**body.model_dump(exclude={"origin_group", "cover", "cover_crops", "fields"}))
        content = content.changed(theme=_theme(act.session, body), **_covered(act.session, content, body))
        filled = Filled(body.fields) if body.fields is not None else None
        saved = articles.write(act.session, content, origin_group=body.origin_group, by=person_now(), filled=filled)
        return act.done(full(act.session, saved.article))


@noun.get("/articles", signed_in)
def index(query: ArticlesAsked) -> Listing[ArticleShown]:
    """Articles, the newest first; contributors find their own."""
    session = db.session()
    wanted = select(Article)
    if not can(Action.SEE_ARTICLE):
        wanted = wanted.where(Article.contributor_id == person_now().id)
    if query.state is not None:
        wanted = wanted.where(Article.state == query.state)
    if query.group:
        wanted = wanted.join(Group, Group.id == Article.group_id).where(Group.slug == query.group)
    found = bool(search.grams(query.q))
    if found:
        wanted = search.matching(session, wanted, query.q, Article.id)
    rows, following = rows_of(session, wanted, search.place(session, Article.id) if found else Article.id, query, newest_first=True)
    return Listing[ArticleShown](items=[ArticleShown(**_short(article)) for article in rows], next=following)


@noun.get("/articles/<id:article_id>", guard(Action.SEE_ARTICLE))
def one(article_id: int) -> FullArticle:
    """One article with its text."""
    return full(db.session(), seen(article_id))


@noun.patch("/articles/<id:article_id>", guard(Action.EDIT_ARTICLE))
def change(article_id: int, body: Patch) -> FullArticle:
    """Make the next revision. What is under review or signed off goes back to the first stage."""
    with acting() as act:
        article = articles.get(act.session, article_id)
        allow(Action.EDIT_ARTICLE, article)
        before = articles.newest(act.session, article).content
        changes = body.model_dump(exclude_unset=True, exclude={"revision", "cover", "cover_crops"})
        content = before.changed(**changes, **_covered(act.session, before, body))
        saved = revise(act.session, article, content, base=body.revision, by=person_now())
        return act.done(full(act.session, saved.article))


def seen(article_id: int) -> Article:
    """The article, if the present person may see it. Raises NotFound."""
    article = articles.get(db.session(), article_id)
    allow(Action.SEE_ARTICLE, article)
    return article


def full(session: Session, article: Article) -> FullArticle:
    """An article with everything a reader will see."""
    revision = articles.newest(session, article)
    cover = assets.by_hash(session, revision.cover) if revision.cover else None
    return FullArticle(
        **_short(article), content_hash=revision.content_hash,
        embargo_until=article.embargo_until, body=revision.body, digest=revision.digest,
        author=revision.author, cover=str(cover.id) if cover else None,
        cover_crops=_crops_shown(revision), source_url=revision.source_url,
        theme=revision.theme, comments_open=revision.comments_open, comments_fans_only=revision.comments_fans_only,
        kind=revision.content.kind,
        fields=[Answer(submission=one.submission.number, **said) for one in article.sources for said in one.submission.answers],
    )


def _short(article: Article) -> dict[str, object]:
    return {
        "id": str(article.id), "number": article.number, "state": article.state, "stage": article.stage or None,
        "revision": article.revision, "title": article.title, "origin_group": article.group.slug,
        "contributor": PersonShown.of(article.contributor), "editor": PersonShown.of(article.editor),
        "reason": article.reason, "created_at": article.created_at, "updated_at": article.updated_at,
    }


def _theme(session: Session, body: NewArticle) -> str:
    group = groups.by_slug(session, body.origin_group) if "theme" not in body.model_fields_set else None
    return (themes.of_kind(session, group.kind) if group else "") or body.theme


def _covered(session: Session, before: Content, body: NewArticle | Patch) -> dict[str, str]:
    """The cover and its crops after this call: crops belong to one picture and go with it. Raises Invalid."""
    sha256 = _cover(session, body.cover) if "cover" in body.model_fields_set else before.cover
    if "cover_crops" not in body.model_fields_set:
        return {"cover": sha256} if sha256 == before.cover else {"cover": sha256, "cover_wide": "", "cover_square": ""}
    asked = body.cover_crops or Crops()
    wide, square = (crops.written(one) if one else "" for one in (asked.wide, asked.square))
    if sha256:
        problems = assets.crop_problems(session, sha256, wide, square)
        if problems:
            raise Invalid(*problems)
    return {"cover": sha256, "cover_wide": wide, "cover_square": square}


def _crops_shown(revision: RevisionRow) -> Crops | None:
    wide, square = crops.read(revision.cover_wide), crops.read(revision.cover_square)
    return Crops(wide=wide, square=square) if wide or square else None


def _cover(session: Session, asset_id: str | None) -> str:
    if asset_id is None:
        return ""
    try:
        picture = assets.get(session, int(asset_id))
    except NotFound:
        picture = None
    if picture is None or not assets.may_use(person_now(), picture):
        raise Invalid(Problem("cover", N_("There is no such picture.")))
    return picture.sha256
