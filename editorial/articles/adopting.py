"""From submission to article and, for a few minutes, back: adopting a story, joining one with an article, undoing it."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from editorial import audit
from editorial.articles import articles, search
from editorial.articles.articles import Article, ArticleSource, Saved
from editorial.articles.revisions import Content, Revision
from editorial.articles.workflow import State
from editorial.errors import WrongState
from editorial.intake import triage
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.people import Person


def adopt(session: Session, submission: Submission, *, by: Person, body: str) -> Saved:
    """Make an article of a submission; its first version is the contributor's own text. `by` becomes its editor.

    What was joined with the submission belongs to the article too, and its by-line where it is to be named.
    """
    triage.accept(session, submission, by=by)
    content = Content(
        title=submission.title, body=body, author=triage.named_with(session, submission), theme="",
        cover=submission.pictures[0] if submission.pictures else "",
    )
    saved = articles.begin(session, submission, content, submission.contributor)
    saved.article.editor_id = by.id
    for one in triage.joined(session, submission):
        session.add(ArticleSource(article_id=saved.article.id, submission_id=one.id))
    session.flush()
    return saved


def join(session: Session, submission: Submission, *, into: Submission, by: Person, named: bool = False) -> None:
    """Join a submission with another one, and with the article that one stands in. Raises Invalid, WrongState."""
    triage.join(session, submission, into=into, by=by, named=named)
    main = submission.merged_into
    article = of_submission(session, main) if main is not None else None
    if article is not None:
        session.add(ArticleSource(article_id=article.id, submission_id=submission.id))
        session.flush()


def undo(session: Session, submission: Submission, *, by: Person) -> None:
    """Take one's own last decision back while nothing was built on it. Raises WrongState."""
    if submission.state != SubmissionState.IN_ARTICLE:
        session.execute(delete(ArticleSource).where(ArticleSource.submission_id == submission.id))
        triage.undo(session, submission, by=by)
        return
    article = of_submission(session, submission)
    if article is None or (article.state, article.revision, article.round) != (State.DRAFTING, 1, 0):
        raise WrongState()
    triage.reopen(session, submission, by=by)
    _unmake(session, article)
    audit.record(session, "unmake", "article", article.id, by=by, details={"number": submission.number})


def of_submission(session: Session, submission: Submission) -> Article | None:
    """The article a submission stands in."""
    query = select(Article).join(ArticleSource, ArticleSource.article_id == Article.id)
    return session.scalar(query.where(ArticleSource.submission_id == submission.id).order_by(Article.id).limit(1))


def _unmake(session: Session, article: Article) -> None:
    """Delete an article that is nothing but the submission's own text. Whatever refers to it makes it more than that."""
    try:
        with session.begin_nested():
            session.execute(delete(ArticleSource).where(ArticleSource.article_id == article.id))
            session.execute(delete(Revision).where(Revision.article_id == article.id))
            search.index(session, article.id, "")
            session.execute(delete(Article).where(Article.id == article.id))
    except IntegrityError:
        raise WrongState() from None
    session.expunge(article)
