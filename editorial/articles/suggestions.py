"""Suggestions: changes somebody proposes without making them. Each is taken or refused; nothing of them is in the text before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from editorial import audit, clock
from editorial.articles import anchors, articles, revisions
from editorial.articles.anchors import Anchor
from editorial.articles.articles import Article
from editorial.articles.passages import Fate, Suggestion
from editorial.articles.revisions import Content, Revision
from editorial.articles.workflow import Move, after
from editorial.errors import Invalid, Problem, WrongState
from editorial.notices import tell
from editorial.people.people import Person

MOST_AT_ONCE = 200
NEAR = 8
"""Changes of one sentence that are so few characters apart are one."""
_ENDS = re.compile("[\n。！？!?；;]")
_ONLY_MARKS = re.compile(r"[*_~`#>\[\]()!|\s-]*")

Edit = tuple[int, int, str]
"""From, up to, and what stands there instead."""


def suggest(session: Session, article: Article, title: str, body: str, *, base: int, by: Person) -> list[Suggestion]:
    """Propose what `title` and `body` change in version `base`; changes of what is no longer as it was are lost ones.

    Raises Invalid when nothing is changed, WrongState when the article can no longer be changed.
    """
    if after(article.state, Move.SAVE) is None and after(article.state, Move.REOPEN) is None:
        raise WrongState()
    present, title = revisions.numbered(session, article.id, base).content, title.strip()
    before, retitled = present.body, title != present.title.strip()
    if retitled:
        _check_title(present.changed(title=title))
    found = list(edits(before, body))
    if not found and not retitled:
        raise Invalid(Problem("body", "Nothing is changed yet: change the text as you would have it."))
    if len(found) > MOST_AT_ONCE:
        raise Invalid(Problem(
            "body", "At most {limit} changes at once, now {count}.", {"limit": MOST_AT_ONCE, "count": len(found)}
        ))
    rows = [
        _row(article, base, by, anchors.at(before, begin, end), replacement) for begin, end, replacement in found
    ]
    if retitled:
        rows.insert(0, _row(article, base, by, Anchor(0, len(present.title), present.title), title, of_title=True))
    if article.revision != base:
        _bring_forward(rows, before, articles.newest(session, article))
    session.add_all(rows)
    session.flush()
    audit.record(session, "suggest", "article", article.id, by=by, details={"suggestions": len(rows)})
    if article.editor is not None and article.editor.id != by.id:
        tell(session, article.editor, "{name} suggests {count} changes of “{title}”.", cause=f"suggested:{rows[0].id}",
             thing="article", thing_id=article.id, name=by.name, count=len(rows), title=article.title)
    return rows


def edits(before: str, after_it: str) -> Iterator[Edit]:
    """The changes between two texts as people would name them: near ones are one, marks of layout stay together."""
    gathered: list[tuple[int, int, int, int]] = []
    for gap in _gaps(before, after_it):
        if gathered and _belong_together(before, after_it, gathered[-1], gap):
            first = gathered.pop()
            gathered.append((first[0], gap[1], first[2], gap[3]))
        else:
            gathered.append(gap)
    for a, b, c, d in gathered:
        yield a, b, after_it[c:d]


def still_open(session: Session, article_id: int) -> list[Suggestion]:
    """What nobody decided yet, titles first and then as it stands in the text, the lost ones last."""
    query = select(Suggestion).options(joinedload(Suggestion.made_by)).where(
        Suggestion.article_id == article_id, Suggestion.state == Fate.OPEN
    )
    return list(session.scalars(query.order_by(Suggestion.lost, Suggestion.of_title.desc(), Suggestion.begin, Suggestion.id)))


def applied(content: Content, rows: Iterable[Suggestion]) -> tuple[Content, list[Suggestion]]:
    """The content with these changes, and those of them that could be made: one that is lost or overlaps another cannot."""
    standing = [one for one in rows if not one.lost]
    titles = [row for row in standing if row.of_title and row.quote == content.title][:1]
    body, made = _applied_to(content.body, (row for row in standing if not row.of_title))
    title = titles[0].replacement if titles else content.title
    return content.changed(title=title, body=body), [*titles, *made]


def take(session: Session, article: Article, rows: list[Suggestion], revision: Revision, *, by: Person) -> None:
    """These changes stand in `revision`, which `by` saved; their authors count among its writers."""
    for row in rows:
        revisions.add_writer(session, revision, row.made_by_id)
        _close(row, Fate.TAKEN, by)
        row.taken_in = revision.number
    audit.record(session, "take_suggestions", "article", article.id, by=by, details={
        "suggestions": [row.id for row in rows], "revision": revision.number,
    })
    _tell_authors(session, article, rows, by, "{name} took {count} of your suggestions for “{title}”.")


def refuse(session: Session, article: Article, rows: list[Suggestion], *, by: Person) -> None:
    """These changes are not made; their authors are told. One's own are taken back."""
    for row in rows:
        _close(row, Fate.REFUSED, by)
    session.flush()
    audit.record(session, "refuse_suggestions", "article", article.id, by=by, details={"suggestions": [row.id for row in rows]})
    _tell_authors(session, article, rows, by, "{name} did not take {count} of your suggestions for “{title}”.")


def stamp(session: Session, article_id: int) -> str:
    """Another word whenever suggestions of the article came or were decided."""
    query = select(func.count(), func.max(Suggestion.id), func.max(Suggestion.decided_at), func.count(Suggestion.decided_at))
    return "-".join(str(part) for part in session.execute(query.where(Suggestion.article_id == article_id)).one())


def _check_title(content: Content) -> None:
    problems = [problem for problem in revisions.problems_of(content) if problem.field == "title"]
    if problems:
        raise Invalid(*problems)


def _applied_to(body: str, rows: Iterable[Suggestion]) -> tuple[str, list[Suggestion]]:
    made: list[Suggestion] = []
    for row in sorted(rows, key=lambda one: (one.begin, one.end, one.id)):
        free = not made or row.begin > made[-1].end or (row.begin == made[-1].end and row.end > row.begin)
        if free and body[row.begin:row.end] == row.quote:
            made.append(row)
    for row in reversed(made):
        body = body[:row.begin] + row.replacement + body[row.end:]
    return body, made


def _row(article: Article, base: int, by: Person, anchor: Anchor, replacement: str, *, of_title: bool = False) -> Suggestion:
    row = Suggestion(article_id=article.id, revision=base, made_by_id=by.id, replacement=replacement, of_title=of_title)
    row.stand(anchor)
    return row


def _bring_forward(rows: list[Suggestion], before: str, newest: Revision) -> None:
    of_body = [row for row in rows if not row.of_title]
    there = anchors.followed([row.anchor for row in of_body], before, newest.body)
    for row, anchor in zip(of_body, there, strict=True):
        row.stand(anchor if anchor is not None and anchor.quote == row.quote else None)
    for row in rows:
        row.lost = row.lost or (row.of_title and row.quote != newest.title)
        row.revision = newest.number


def _gaps(before: str, after_it: str) -> Iterator[tuple[int, int, int, int]]:
    """What lies between the stretches both texts have: from, up to, and the same in the other text."""
    old = new = 0
    for begin, there, length in [*anchors.kept_of(before, after_it), (len(before), len(after_it), 0)]:
        shift = 0
        if begin > old and there == new:
            shift = _to_line(before, old, begin, length)
        elif begin == old and there > new:
            shift = _to_line(after_it, new, there, length)
        if begin > old or there > new:
            yield old + shift, begin + shift, new + shift, there + shift
        old, new = begin + length, there + length


def _to_line(text: str, begin: int, end: int, most: int) -> int:
    """How far a piece that came or went can be moved on, meaning the same, to begin with a line; 0 if it cannot."""
    best = 0
    for shift in range(most + 1):
        if shift and text[begin + shift - 1] == "\n":
            best = shift
        if end + shift >= len(text) or text[begin + shift] != text[end + shift]:
            return best
    return best


def _belong_together(
    before: str, after_it: str, first: tuple[int, int, int, int], second: tuple[int, int, int, int]
) -> bool:
    between = before[first[1]:second[0]]
    if _ENDS.search(between):
        return False
    changed = before[first[0]:first[1]] + after_it[first[2]:first[3]]
    return len(between) <= NEAR or _ONLY_MARKS.fullmatch(changed) is not None


def _close(row: Suggestion, fate: Fate, by: Person) -> None:
    if row.state != Fate.OPEN:
        raise WrongState()
    row.state, row.decided_by_id, row.decided_at = fate, by.id, clock.now()


def _tell_authors(session: Session, article: Article, rows: list[Suggestion], by: Person, sentence: str) -> None:
    for author in {row.made_by_id for row in rows} - {by.id}:
        own = [row for row in rows if row.made_by_id == author]
        tell(session, own[0].made_by, sentence, cause=f"suggestion:{own[0].id}:{own[0].state}", thing="article",
             thing_id=article.id, name=by.name, count=len(own), title=article.title)
