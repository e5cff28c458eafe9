"""The engine: places, disguises, contexts, and what needs more than one passage."""

from __future__ import annotations

import pytest

from editorial.review.checks import rulebook
from editorial.review.checks.engine import Engine, Text
from editorial.review.checks.folding import fold, tight
from editorial.review.checks.found import Found
from editorial.review.checks.rule import Rule
from editorial.review.checks.rulebook import Rulebook

SHIPPED = rulebook.shipped()
ENGINE = Engine(Rulebook(tuple(SHIPPED.values()), "shipped"))


def found_in(body: str, title: str = "车间的一天", **more: tuple[str, ...]) -> list[Found]:
    return ENGINE.findings(Text(title=title, body=body, **more))


def test_a_finding_names_its_place_in_the_text_as_written() -> None:
    body = "# 通知\n\n请**张三**（证件号 １１０１０５１９４９１２３１００２Ｘ ）来领。"
    one, = found_in(body)
    assert (one.rule.code, one.field, one.line) == ("id_card", "body", 3)
    assert body[one.begins:one.begins + one.length] == one.quote == "１１０１０５１９４９１２３１００２Ｘ"
    assert one.passage.startswith("请**张三**")


def test_folding_keeps_every_place() -> None:
    source = "Ａ\u200bＢ㎏é國"
    folded = fold(source)
    assert folded.text == "abkge国"
    assert [source[place] for place in folded.at] == ["Ａ", "Ｂ", "㎏", "㎏", "é", "國"]
    assert tight(fold("赌—博 平.台")).text == "赌博平台"


@pytest.mark.parametrize("body", [
    "六合彩特码天天更新，加群就送。", "六_合_彩特码天天更新，加群就送。", "六 合 彩特码天天更新，加群就送。",
    "六\u200b合\u200b彩特码天天更新，加群就送。", "liuhecai 特码天天更新，加群就送。", "六he彩特码天天更新，加群就送。",
])
def test_a_disguise_does_not_help(body: str) -> None:
    assert [one.rule.code for one in found_in(body)] == ["gambling"]


@pytest.mark.parametrize("body", [
    "六个车间合起来，彩排了三次。", "我们有四、六，合彩旗三面。", "The hecai brand is new.", "他在 caiwu 部门，管 liu 水账。",
])
def test_words_that_merely_stand_side_by_side_are_left_alone(body: str) -> None:
    assert found_in(body) == []


def test_addresses_and_code_are_no_prose() -> None:
    card = "110105194912310021"
    assert found_in(f"[全文](https://example.com/{card[:-1]}X)") == []
    assert found_in("```\n6222020200112233446\n```") == []


def test_a_title_that_warns_excuses_its_text() -> None:
    body = "“刷单日结，佣金秒到账”，看见这句话就挂断。"
    assert [one.rule.code for one in found_in(body, title="今天开会")] == ["scam_job"]
    assert found_in(body, title="反诈课堂第三讲") == []


def test_an_absolute_claim_needs_an_offer() -> None:
    assert [one.rule.code for one in found_in("全网最低价，立即下单。")] == ["absolute_claim"]
    assert found_in("他是全厂最可靠的师傅。") == []


def test_codes_in_pictures_are_read_like_a_text() -> None:
    found = found_in("大家好。", codes=("真人荷官在线发牌 https://example.com",))
    assert sorted(one.rule.code for one in found) == ["gambling", "qr_code"]


def test_a_marked_fact_without_a_source_stops() -> None:
    one, = found_in("全年节电 31.5 万度。", unsourced=("31.5 万度", "不在文中"))
    assert (one.rule.code, one.rule.severity, one.quote) == ("fact_unsourced", "blocker", "31.5 万度")


def test_a_title_shares_something_with_its_text() -> None:
    text = "车间里的水泵换了轴承，" * 30
    assert [one.rule.code for one in found_in(text, title="总裁夫人的秘密花园")] == ["title_mismatch"]
    assert found_in(text, title="水泵换轴承的一天") == []


def test_the_words_of_the_house_say_how_it_is_written() -> None:
    rule = SHIPPED["house_brands"].changed(settings={"terms": ["澄江机械=>澄江机电", "L65泵=>L65 系列泵"]})
    found = Engine(Rulebook((rule,), "one")).findings(Text("", "澄江机械的L65泵，型号XL65泵除外。"))
    assert [(one.quote, one.right) for one in found] == [("澄江机械", "澄江机电"), ("L65泵", "L65 系列泵")]


def test_a_switched_off_rule_finds_nothing() -> None:
    off: Rule = SHIPPED["gambling"].changed(enabled=False)
    assert Engine(Rulebook((off,), "one")).findings(Text("", "六合彩特码天天更新")) == []


def test_numbers_of_the_house_are_left_alone() -> None:
    rule = SHIPPED["mobile_of_person"]
    body = "联系人：刘志强 138-1234-5678"
    assert Engine(Rulebook((rule,), "one")).findings(Text("", body))
    own = rule.changed(settings={**rule.settings, "numbers": ["13812345678"]})
    assert Engine(Rulebook((own,), "one")).findings(Text("", body)) == []
