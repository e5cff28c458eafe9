"""People at one text in the demo: questions in the margin, an answer, three suggestions of the editor-in-chief, a named version."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import Stories
from editorial import clock
from editorial.articles import anchors, annotations, articles, names, suggestions
from editorial.articles.articles import Article
from editorial.articles.passages import Annotation
from editorial.people.people import Person

TEXT = "24-new-dorm"
ASKED = (
    ("向五家供应商各借了一把", "department_head", "五家都同意把名字写出来吗？没同意的用“一家供应商”代替。"),
    ("这里待补：验收日期、每间的面积、照片", "desk_editor", "@{contributor} 验收报告出来了请告诉我，我来补这一段。"),
)
ANSWER = "四家同意了，第五家下周回话。"
SETTLED = ("写满了四本", "四本现在放在哪里？可以拍一张。", "已经放进厂史室，照片下午拍。")
BETTER_TITLE = "一百把椅子，坐出来的答案"
SUGGESTED = (("能吵醒一个刚睡着的人", "能把刚睡着的人吵醒"), ("一个星期，写满了四本。", "一个星期下来，四本都写满了。"))


def plan(agenda: Agenda, stories: Stories, cast: Cast) -> None:
    """Put what is said of the text on the agenda: yesterday's and today's."""
    now = clock.now()
    agenda.add(now - timedelta(hours=5), lambda session: _ask(session, stories.article(session, TEXT), cast))
    agenda.add(now - timedelta(hours=3), lambda session: _suggest(session, stories.article(session, TEXT), cast))


def _ask(session: Session, article: Article, cast: Cast) -> None:
    head, editor = cast.first(session, "department_head"), cast.first(session, "desk_editor")
    words, question, answer = SETTLED
    settled = _annotate(session, article, words, question, head)
    annotations.reply(session, article, settled, answer, by=editor)
    annotations.resolve(session, settled, by=head)
    for words, role, said in ASKED:
        thread = _annotate(session, article, words, said.format(contributor=article.contributor.name), cast.first(session, role))
        if role == "department_head":
            annotations.reply(session, article, thread, ANSWER, by=editor)
    names.name(session, article.id, 1, "交稿时", by=editor)


def _suggest(session: Session, article: Article, cast: Cast) -> None:
    content = articles.newest(session, article).content
    body = content.body
    for before, after in SUGGESTED:
        body = body.replace(before, after)
    suggestions.suggest(session, article, BETTER_TITLE, body, base=article.revision, by=cast.first(session, "editor_in_chief"))


def _annotate(session: Session, article: Article, words: str, text: str, by: Person) -> Annotation:
    body = articles.newest(session, article).body
    begin = body.index(words)
    return annotations.annotate(session, article, anchors.at(body, begin, begin + len(words)), text, by=by)
