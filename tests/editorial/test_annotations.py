"""Annotations and suggestions over the revisions of an article; who is told, who counts as a writer (promise P2)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from editorial.articles import anchors, annotations, articles, autosaves, names, presence, revisions, suggestions
from editorial.articles.anchors import Anchor
from editorial.articles.articles import Article
from editorial.articles.passages import Annotation, Fate
from editorial.articles.workflow import State
from editorial.errors import Invalid, NotFound, OwnText, WrongState
from editorial.notices import latest
from editorial.people.people import Person
from editorial.review import revising, stages
from tests import factories

People = dict[str, Person]
WORDS = "三名新人守在台前"


def passage(session: Session, article: Article, words: str = WORDS) -> Anchor:
    body = articles.newest(session, article).body
    return anchors.at(body, body.index(words), body.index(words) + len(words))


def annotated(session: Session, people: People, text: str = "是三名还是四名？") -> tuple[Article, Annotation]:
    article = factories.article(session, people["contributor"])
    articles.take_charge(session, article, by=people["desk_editor"])
    return article, annotations.annotate(session, article, passage(session, article), text, by=people["department_head"])


def revised(session: Session, article: Article, old: str, new: str, by: Person) -> None:
    content = articles.newest(session, article).content
    assert old in content.body
    revising.revise(session, article, content.changed(body=content.body.replace(old, new)), base=article.revision, by=by)


def test_an_annotation_survives_an_edit_above_it_and_a_save_by_others(session: Session, people: People) -> None:
    article, thread = annotated(session, people)
    revised(session, article, "十月十二日", "导语写长了很多。\n\n十月十二日", people["desk_editor"])
    assert (thread.revision, thread.quote, thread.lost) == (2, WORDS, False)
    body = articles.newest(session, article).body
    assert body[thread.begin:thread.end] == WORDS


def test_a_passage_taken_out_keeps_its_old_words_and_comes_back(session: Session, people: People) -> None:
    article, thread = annotated(session, people)
    revised(session, article, f"{WORDS}，", "", people["desk_editor"])
    assert (thread.lost, thread.quote) == (True, WORDS)
    revised(session, article, "班长陈立带着", f"班长陈立带着{WORDS}，", people["desk_editor"])
    assert (thread.lost, thread.quote) == (False, WORDS)


def test_words_not_saved_yet_are_found_with_the_next_version(session: Session, people: People) -> None:
    article = factories.article(session, people["contributor"])
    unsaved = Anchor(0, 6, "全新的一句话", "", "十月十二日，装配二车间")
    thread = annotations.annotate(session, article, unsaved, "这句好。", by=people["desk_editor"])
    assert thread.lost
    revised(session, article, "十月十二日", "全新的一句话十月十二日", people["desk_editor"])
    assert (thread.lost, thread.begin) == (False, 0)


def test_threads_are_answered_resolved_and_opened_again(session: Session, people: People) -> None:
    article, thread = annotated(session, people)
    annotations.resolve(session, thread, by=people["desk_editor"])
    assert thread.resolved_by_id == people["desk_editor"].id
    annotations.reply(session, article, thread, "四名，请改。", by=people["department_head"])
    assert thread.resolved_at is None
    (shown,) = annotations.threads(session, article.id)
    assert [remark.text for remark in shown.remarks] == ["是三名还是四名？", "四名，请改。"]


def test_who_is_told_of_a_remark(session: Session, people: People) -> None:
    article, thread = annotated(session, people)
    annotations.reply(session, article, thread, "@沈知远 请定。", by=people["desk_editor"])
    told = {role: [notice.sentence for notice in latest(session, people[role])] for role in people}
    assert told["desk_editor"][0].startswith("{name} annotated")
    assert told["department_head"][0].startswith("{name} annotated")
    assert told["editor_in_chief"] == ["{name} mentions you in an annotation of “{title}”: {text}"]
    assert told["publisher"] == []


def test_the_longest_name_is_meant(people: People) -> None:
    one, other = people["contributor"], people["desk_editor"]
    one.name, other.name = "林晓", "林晓雯"
    assert annotations.mentioned("请 @林晓雯 看", [one, other]) == [other]


def test_an_annotation_needs_words(session: Session, people: People) -> None:
    article = factories.article(session, people["contributor"])
    for anchor, text in ((Anchor(0, 0, ""), "字"), (passage(session, article), " ")):
        with pytest.raises(Invalid):
            annotations.annotate(session, article, anchor, text, by=people["desk_editor"])


def suggested(session: Session, people: People, *changes: tuple[str, str], by: str = "editor_in_chief", title: str = "") -> Article:
    article = factories.article(session, people["contributor"])
    body = articles.newest(session, article).body
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    suggestions.suggest(session, article, title or article.title, body, base=1, by=people[by])
    return article


def take(session: Session, article: Article, by: Person, *wanted: int) -> None:
    content = articles.newest(session, article).content
    ids = set(wanted) or {row.id for row in suggestions.still_open(session, article.id)}
    revising.take_suggestions(session, article, content, ids, base=article.revision, by=by)


def test_suggestions_stand_outside_the_text_one_by_one(session: Session, people: People) -> None:
    heading = "\n\n## 一次"
    article = suggested(
        session, people, ("七十二小时", "七十三小时"), (WORDS, f"**{WORDS}**"), (heading, f"\n\n新的一段。{heading}")
    )
    rows = suggestions.still_open(session, article.id)
    assert [(row.quote, row.replacement) for row in rows] == [
        ("二", "三"), ("", "新的一段。\n\n"), (WORDS, f"**{WORDS}**"),
    ]
    assert "七十三" not in articles.newest(session, article).body


def test_a_taken_suggestion_makes_its_author_a_writer(session: Session, people: People) -> None:
    article = suggested(session, people, ("七十二小时", "七十三小时"), (WORDS, "四名新人守在台前"))
    first, second = suggestions.still_open(session, article.id)
    take(session, article, people["desk_editor"], first.id)
    newest = articles.newest(session, article)
    assert "七十三小时" in newest.body and WORDS in newest.body
    assert (newest.number, newest.saved_by_id, first.state, first.taken_in) == (2, people["desk_editor"].id, Fate.TAKEN, 2)
    assert revisions.writers(session, article.id) == {people[role].id for role in ("contributor", "desk_editor", "editor_in_chief")}
    stages.submit(session, article, by=people["desk_editor"], blockers=[])
    with pytest.raises(OwnText):
        stages.ensure_may_decide(session, article, "review_3", people["editor_in_chief"])
    assert second.state == Fate.OPEN and not second.lost
    assert latest(session, people["editor_in_chief"])[0].sentence.startswith("{name} took")


def test_taking_after_an_edit_above_changes_the_right_place(session: Session, people: People) -> None:
    article = suggested(session, people, ("每半小时", "每一小时"))
    revised(session, article, "十月十二日", "写在前面的半句，十月十二日", people["desk_editor"])
    take(session, article, people["desk_editor"])
    assert "**每一小时**记录" in articles.newest(session, article).body


def test_a_suggestion_whose_words_changed_cannot_be_taken(session: Session, people: People) -> None:
    article = suggested(session, people, (WORDS, "四位年轻人站在机器旁"))
    revised(session, article, WORDS, "三名新人看着仪表", people["desk_editor"])
    (row,) = suggestions.still_open(session, article.id)
    assert row.lost
    with pytest.raises(Invalid):
        take(session, article, people["desk_editor"])


def test_taking_reopens_the_review_like_any_change(session: Session, people: People) -> None:
    article = suggested(session, people, ("七十二小时", "七十三小时"), by="operator")
    stages.submit(session, article, by=people["contributor"], blockers=[])
    factories.approve(session, article, "review_1", people["desk_editor"])
    other = factories.person(session, "desk_editor", "另一位", email="second@chengjiang.example")
    take(session, article, other)
    assert (article.state, article.stage) == (State.IN_REVIEW, "review_1")


def test_refused_suggestions_tell_their_author_and_stay_refused(session: Session, people: People) -> None:
    article = suggested(session, people, ("七十二小时", "七十三小时"))
    rows = suggestions.still_open(session, article.id)
    suggestions.refuse(session, article, rows, by=people["desk_editor"])
    assert suggestions.still_open(session, article.id) == []
    assert latest(session, people["editor_in_chief"])[0].sentence.startswith("{name} did not take")
    with pytest.raises(WrongState):
        suggestions.refuse(session, article, rows, by=people["desk_editor"])


def test_a_title_is_suggested_like_a_passage(session: Session, people: People) -> None:
    article = suggested(session, people, ("七十二小时", "七十三小时"), title="  四台泵，三天三夜 ")
    of_title, of_body = suggestions.still_open(session, article.id)
    assert (of_title.of_title, of_title.quote, of_title.replacement) == (True, article.title, "四台泵，三天三夜")
    revised(session, article, "十月十二日", "写在前面的半句，十月十二日", people["desk_editor"])
    assert not of_title.lost, "the text above says nothing of the title"
    take(session, article, people["desk_editor"], of_title.id)
    newest = articles.newest(session, article)
    assert (article.title, newest.title) == ("四台泵，三天三夜", "四台泵，三天三夜") and "七十三" not in newest.body
    assert (of_title.state, of_title.taken_in, of_body.state) == (Fate.TAKEN, newest.number, Fate.OPEN)
    assert people["editor_in_chief"].id in revisions.writers(session, article.id)


def test_a_title_that_has_changed_is_not_overwritten(session: Session, people: People) -> None:
    article = suggested(session, people, title="四台泵，三天三夜")
    suggestions.suggest(
        session, article, "试车台上", articles.newest(session, article).body, base=1, by=people["operator"],
    )
    first, second = suggestions.still_open(session, article.id)
    take(session, article, people["desk_editor"])
    assert (article.title, first.state, second.state, second.lost) == ("四台泵，三天三夜", Fate.TAKEN, Fate.OPEN, True)
    with pytest.raises(Invalid):
        take(session, article, people["desk_editor"])
    body = articles.newest(session, article).body
    assert [row.lost for row in suggestions.suggest(session, article, "晚来的题目", body, base=1, by=people["operator"])] == [True]


@pytest.mark.parametrize("title", [" ", "题" * 201])
def test_a_title_nobody_could_save_is_not_suggested(session: Session, people: People, title: str) -> None:
    with pytest.raises(Invalid) as refused:
        suggested(session, people, title=title)
    assert [problem.field for problem in refused.value.problems] == ["title"]


def test_overlapping_suggestions_are_not_mixed(session: Session, people: People) -> None:
    article = suggested(session, people, (WORDS, "四名新人守在台前"))
    body = articles.newest(session, article).body
    suggestions.suggest(session, article, article.title, body.replace("三名新人", "五位"), base=1, by=people["operator"])
    take(session, article, people["desk_editor"])
    assert len(suggestions.still_open(session, article.id)) == 1


def test_what_is_typed_is_kept_per_window_and_ends_with_the_save(session: Session, people: People) -> None:
    article, person = factories.article(session, people["contributor"]), people["desk_editor"]
    for window, body in (("one", "甲"), ("one", "甲乙"), ("two", "丙")):
        autosaves.keep(session, article.id, window=window, base=1, fields={"body": body, "csrf_token": "x"}, by=person)
    assert [(row.window, row.fields) for row in autosaves.own(session, article.id, person)] == [
        ("two", {"body": "丙"}), ("one", {"body": "甲乙"}),
    ]
    autosaves.end(session, article.id, window="two", by=person, saved_as=2)
    live = autosaves.unsaved(session, article.id, person)
    assert live is not None and live.window == "one"
    assert autosaves.unsaved(session, article.id, people["contributor"]) is None
    with pytest.raises(NotFound):
        autosaves.get(session, article.id, live.id, people["contributor"])


def test_presence_names_each_person_once_and_the_writers_first(session: Session, people: People) -> None:
    article = factories.article(session, people["contributor"])
    me, her = people["desk_editor"], people["department_head"]
    for person, window, writing in ((me, "a", True), (me, "b", False), (her, "c", True), (her, "d", False)):
        presence.tell(session, article.id, window=window, by=person, writing=writing)
    assert [(one.name, one.own, one.writing) for one in presence.others(session, article.id, window="a", by=me)] == [
        (her.name, False, True), (me.name, True, False),
    ]
    assert presence.is_known(session, article.id, window="a", by=me, writing=True)
    assert not presence.is_known(session, article.id, window="a", by=me, writing=False)


def test_versions_have_names(session: Session, people: People) -> None:
    article = factories.article(session, people["contributor"])
    names.name(session, article.id, 1, " 采访前 ", by=people["desk_editor"])
    assert names.of(session, article.id) == {1: "采访前"}
    names.name(session, article.id, 1, "", by=people["desk_editor"])
    assert names.of(session, article.id) == {}
    with pytest.raises(NotFound):
        names.name(session, article.id, 9, "没有", by=people["desk_editor"])
