"""Passages follow the text: whatever is changed elsewhere, the words someone spoke about stay the words they spoke about."""

from __future__ import annotations

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.articles import anchors
from editorial.articles.anchors import Anchor
from tests.bench import prose

TEXT = "第一段说了几句话。\n\n班长陈立带着三名新人守在台前，**每半小时**记录一次振动值。\n\n结尾在这里。"
SOME = st.text(alphabet="的车台一二三，。\nxy*", max_size=30)


def passage(words: str, text: str = TEXT) -> Anchor:
    begin = text.index(words)
    return anchors.at(text, begin, begin + len(words))


def after(words: str, new: str) -> str | None:
    there = anchors.followed([passage(words)], TEXT, new)[0]
    return None if there is None else there.quote


@settings(max_examples=400, deadline=None)
@given(before=SOME, mark=st.uuids(), behind=SOME, other_before=SOME, other_behind=SOME)
def test_edits_around_a_passage_leave_it_where_it_is(
    before: str, mark: object, behind: str, other_before: str, other_behind: str
) -> None:
    words = str(mark)
    old, new = before + words + behind, other_before + words + other_behind
    there = anchors.followed([passage(words, old)], old, new)[0]
    assert there is not None
    assert (there.quote, new[there.begin:there.end]) == (words, words)


@settings(max_examples=400, deadline=None)
@given(old=SOME, new=SOME, begin=st.integers(0, 30), length=st.integers(0, 30))
def test_a_passage_always_names_the_words_that_stand_there(old: str, new: str, begin: int, length: int) -> None:
    there = anchors.followed([anchors.at(old, begin, begin + length)], old, new)[0]
    assert there is None or (new[there.begin:there.end] == there.quote and 0 <= there.begin <= there.end <= len(new))


def test_what_is_written_into_a_passage_becomes_part_of_it() -> None:
    assert after("三名新人守在台前", TEXT.replace("三名新人", "三名年轻的新人")) == "三名年轻的新人守在台前"
    assert after("陈立带着", TEXT.replace("陈立带着", "陈立领着")) == "陈立领着"


def test_what_is_written_beside_a_passage_does_not() -> None:
    assert after("陈立", TEXT.replace("陈立", "老陈立兄")) == "陈立"


def test_a_paragraph_that_moved_is_found_where_it_went() -> None:
    first, second, third = TEXT.split("\n\n")
    moved = "\n\n".join([third, first, second])
    assert after("每半小时**记录一次", moved) == "每半小时**记录一次"
    assert moved.index("每半小时") == anchors.followed([passage("每半小时**记录")], TEXT, moved)[0].begin  # type: ignore[union-attr]


def test_what_was_taken_out_is_gone_and_comes_back_with_its_words() -> None:
    lost = passage("三名新人守在台前")
    without = TEXT.replace("三名新人守在台前，", "")
    assert anchors.followed([lost], TEXT, without) == [None]
    assert anchors.found(without, lost) is None
    back = anchors.found("前面新写了一段。\n\n" + TEXT, lost)
    assert back is not None and back.quote == "三名新人守在台前"


def test_of_several_equal_passages_the_one_with_its_surroundings_is_meant() -> None:
    text = "甲组说振动正常。\n\n乙组说振动正常。\n\n丙组说振动正常。"
    begin = text.index("乙组说") + 3
    there = anchors.found("写在前面。\n\n" + text, anchors.at(text, begin, begin + 4))
    assert there is not None and there.before.endswith("乙组说")


def test_a_place_without_words_goes_with_what_stands_around_it() -> None:
    place = TEXT.index("记录")
    new = "新的第一段。\n\n" + TEXT
    there = anchors.followed([anchors.at(TEXT, place, place)], TEXT, new)[0]
    assert there is not None and new[there.begin:].startswith("记录") and there.quote == ""


def test_forty_passages_of_a_long_text_take_no_time_one_notices() -> None:
    old = "\n\n".join("".join(prose.sentences(random.Random(number), 6)) for number in range(140))[:20_000]
    places = [anchors.at(old, 400 * number, 400 * number + 12) for number in range(1, 41)]
    new = "写在最前面的一段。\n\n" + old.replace("。", "！", 30)[:-200] + "又添了一句。"
    taken = []
    for _ in range(3):
        began = time.process_time()
        there = anchors.followed(places, old, new)
        taken.append(time.process_time() - began)
    assert sum(one is not None for one in there) >= 38
    assert min(taken) < 0.25
