"""Two people at one text: what only one changed is taken, what both changed is asked, and no word of either is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.articles.merging import merge, merge_texts
from editorial.articles.revisions import Content

BASE = "试车台转了七十二小时。班长守在台前。\n\n第二段在这里。结尾。"
SOME = st.lists(st.sampled_from(["甲说。", "乙说！", "丙", "\n\n", "二；", "**重**。"]), max_size=12).map("".join)


@settings(max_examples=500, deadline=None)
@given(base=SOME, mine=SOME, theirs=SOME)
def test_the_parts_are_each_of_the_three_texts(base: str, mine: str, theirs: str) -> None:
    parts = merge_texts(base, mine, theirs)
    assert "".join(part.base for part in parts) == base
    assert "".join(part.mine for part in parts) == mine
    assert "".join(part.theirs for part in parts) == theirs


@settings(max_examples=300, deadline=None)
@given(base=SOME, changed=SOME)
def test_what_only_one_changed_needs_no_question(base: str, changed: str) -> None:
    for mine, theirs in ((changed, base), (base, changed), (changed, changed)):
        parts = merge_texts(base, mine, theirs)
        assert not [part for part in parts if part.kind == "conflict"]
        assert "".join(part.text for part in parts) == changed


def test_two_sentences_of_one_paragraph_fit_together() -> None:
    mine, theirs = BASE.replace("七十二", "九十六"), BASE.replace("第二段在这里", "第二段还在这里")
    merged = "".join(part.text for part in merge_texts(BASE, mine, theirs))
    assert merged == BASE.replace("七十二", "九十六").replace("第二段在这里", "第二段还在这里")


def test_the_same_sentence_changed_twice_is_a_question_with_both_answers() -> None:
    mine, theirs = BASE.replace("七十二", "九十六"), BASE.replace("七十二", "一百")
    (asked,) = [part for part in merge_texts(BASE, mine, theirs) if part.kind == "conflict"]
    assert (asked.base, asked.mine, asked.theirs) == (
        "试车台转了七十二小时。", "试车台转了九十六小时。", "试车台转了一百小时。"
    )
    assert asked.text == asked.mine


def test_fields_are_put_together_one_by_one() -> None:
    base = Content(title="题", body=BASE, author="周小满", digest="摘要")
    merged = merge(base, base.changed(title="我的题", author="我"), base.changed(title="她的题", digest="新摘要"))
    assert merged.fields == ["title"] and merged.conflicts == 1
    assert (merged.content.title, merged.content.author, merged.content.digest) == ("我的题", "我", "新摘要")
