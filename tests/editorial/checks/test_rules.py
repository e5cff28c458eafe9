"""Every shipped rule: it finds what it must, leaves alone what it must, is named in both languages, and has its place."""

from __future__ import annotations

import pytest
from babel.messages.pofile import read_po

from editorial.conduct.convention import BY_PEOPLE, CLASSES, items
from editorial.review.checks import rule as rules
from editorial.review.checks import rulebook
from editorial.review.checks.engine import Engine, Text
from editorial.review.checks.rule import Example, Rule
from editorial.review.checks.rulebook import Rulebook
from tests.rules.house import ROOT

SHIPPED = list(rulebook.shipped().values())
WITHOUT_EXAMPLES = {"house_names", "house_brands", "house_blocked", "title_mismatch", "qr_code", "fact_unsourced", "punctuation"}
"""Empty lists of the house, and what needs more than one passage: tried in test_engine."""


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.code)
def test_a_rule_finds_what_it_must_and_leaves_the_rest(rule: Rule) -> None:
    engine = Engine(Rulebook((rule.changed(enabled=True),), "one"))
    wrong = [example for example in rule.examples if bool(engine.findings(_text(example))) != example.finds]
    assert wrong == []


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.code)
def test_a_rule_has_an_example_for_both(rule: Rule) -> None:
    assert rule.code in WITHOUT_EXAMPLES or {example.finds for example in rule.examples} == {True, False}
    assert list(rules.problems_of(rule)) == []


def test_every_rule_names_a_source_and_a_place_in_the_convention() -> None:
    known = {(one.code, item.number) for one in CLASSES for item in one.items}
    assert [rule.code for rule in SHIPPED if not rule.source] == []
    assert [rule.code for rule in SHIPPED if rule.class_code and (rule.class_code, rule.item) not in known] == []


def test_every_item_has_a_rule_or_is_for_people_only() -> None:
    read = {f"{rule.class_code}.{rule.item}" for rule in SHIPPED if rule.class_code and rule.enabled}
    assert {one.code for one in items()} - read == BY_PEOPLE


def test_what_stops_names_its_law_or_the_house() -> None:
    blockers = [rule for rule in SHIPPED if rule.severity == "blocker"]
    assert len(blockers) >= 12
    assert [rule.code for rule in blockers if not rule.suggestion] == []


def test_every_sentence_of_a_rule_has_its_chinese() -> None:
    with (ROOT / "app/translations/zh/LC_MESSAGES/checks.po").open("rb") as stream:
        known = {message.id for message in read_po(stream, locale="zh") if message.id and message.string}
    said = {sentence for rule in SHIPPED for sentence in (rule.name, rule.message, rule.suggestion) if sentence}
    assert said - known == set()


def _text(example: Example) -> Text:
    return Text(title=example.text, body="") if example.field == "title" else Text(title="", body=example.text)
