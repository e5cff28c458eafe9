"""The way of an article through review: handing it over, opinions, what it will look like, and its whole trail."""

from __future__ import annotations

from typing import Literal

from flask_babel import gettext

from app import checking
from app.api.articles import seen
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Nothing, Revision, Shape, Text
from app.auth import allow, guard, person_now, signed_in
from app.extensions import db
from app.typesetting import digest_of, final_blockers, findings, rendering, typeset
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.errors import Stale
from editorial.people.permissions import Action
from editorial.review import stages
from editorial.review.stages import Decision

noun = Noun("reviews")


class Opinion(Body):
    """What a reviewer says about exactly this revision. `text` may be left out only with `approve`."""

    stage: str
    decision: Decision
    text: Text = ""
    revision: Revision


class Standing(Shape):
    """Where the article stands now; `stage` is null when no stage waits."""

    state: State
    stage: str | None


class FindingShown(Shape):
    """One remark of the renderer, of the platform's limits or of the house's rules."""

    rule: str
    severity: Literal["blocker", "advice"]
    where: str
    message: str
    suggestion: str


class RenderingShown(Shape):
    """The HTML that will be sent, its measures, and what stands in the way."""

    html: str
    plain: str
    digest: str
    bytes: int
    characters: int
    source_characters: int
    findings: list[FindingShown]


@noun.post("/articles/<id:article_id>/submission", guard(Action.SUBMIT_FOR_REVIEW))
def submit(article_id: int, body: Nothing) -> Standing:
    """Send an article for review."""
    article = seen(article_id)
    allow(Action.SUBMIT_FOR_REVIEW, article)
    revision = article.revision
    problems = final_blockers(db.session(), articles.newest(db.session(), article).content)
    with acting() as act:
        article = articles.get(act.session, article_id)
        if article.revision != revision:
            raise Stale()
        stages.submit(act.session, article, by=person_now(), blockers=problems)
        return act.done(_standing(article))


@noun.post("/articles/<id:article_id>/opinions", signed_in)
def decide(article_id: int, body: Opinion) -> Standing:
    """Give an opinion in one review stage."""
    article = seen(article_id)
    content = articles.newest(db.session(), article).content if article.revision == body.revision else None
    # Rendered before the transaction; the verb refuses any other revision than the one rendered.
    setting, problems = (typeset(db.session(), content), final_blockers(db.session(), content)) if content else (None, [])
    with acting() as act:
        article = articles.get(act.session, article_id)
        stages.decide(
            act.session, article, stage=body.stage, decision=body.decision, revision=body.revision, by=person_now(),
            text=body.text, typeset=setting, blockers=problems,
        )
        return act.done(_standing(article))


@noun.get("/articles/<id:article_id>/rendering", guard(Action.SEE_ARTICLE))
def show_rendering(article_id: int) -> RenderingShown:
    """What readers will see."""
    article = seen(article_id)
    content = articles.newest(db.session(), article).content
    rendered = rendering(db.session(), content)
    return RenderingShown(
        html=rendered.html, plain=rendered.plain, digest=digest_of(db.session(), content), bytes=rendered.bytes,
        characters=rendered.characters, source_characters=rendered.source_characters,
        findings=[
            FindingShown(
                rule=finding.rule, severity=finding.severity, where=finding.where,
                message=gettext(finding.message).format(**finding.params),
                suggestion=gettext(finding.suggestion).format(**finding.params) if finding.suggestion else "",
            ) for finding in [*findings(db.session(), content), *checking.remarks(db.session(), article)]
        ],
    )


def _standing(article: Article) -> Standing:
    return Standing(state=article.state, stage=article.stage or None)
