"""What WeCom keeps for an application, against the simulated one: lengths, limits, whose it is, and what is there no more."""

from __future__ import annotations

import pytest

from publishers.applications.application import Application
from publishers.connector import Refused
from publishers.net import Base, Line
from publishers.tokens import TokensInMemory
from publishers.wecom.api import CustomerContact
from publishers.wecom.errors import Gone
from publishers.wecom.intercept_rules import Kept, Rule
from publishers.wecom.welcome_templates import Template, Welcome

RULE = Rule("广告", ("代开发票",), ("phone",), True, ("zhang",), ())


@pytest.fixture
def api(sandbox):
    return wecom(sandbox)


def wecom(sandbox, secret: str = "right") -> CustomerContact:
    known = Application("trial", secret, corp_id="ww1", agent_id="1000002")
    return CustomerContact(known, Line(Base(sandbox.url), call_seconds=5), TokensInMemory())


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize(("welcome", "code"), [
    (Welcome("字" * 1001), "45002"), (Welcome("好", title="字" * 43, url="https://a.example.cn"), "45002"),
    (Welcome("好", title="题", description="字" * 171, url="https://a.example.cn"), "45002"),
    (Welcome("好", url="https://a.example.cn"), "40058"), (Welcome(""), "44004"),
])
def test_wecom_refuses_a_welcome_that_is_too_long_or_lacks_something(api, welcome, code):
    assert refusal(Template(api, welcome).add) == code


def test_only_the_application_that_made_a_template_knows_it(sandbox, api):
    template = Template(api, Welcome("好")).add()
    other = Template(wecom(sandbox, "another"), Welcome("好"))
    for act in (other.change, other.stands):
        with pytest.raises(Gone):
            act(template)
    other.remove(template)
    assert Template(api, Welcome("好")).stands(template) and not Template(api, Welcome("坏")).stands(template)


def test_the_hundred_and_first_template_of_a_company_is_refused(sandbox, api):
    for _ in range(100):
        Template(api, Welcome("好")).add()
    assert refusal(Template(wecom(sandbox, "another"), Welcome("好")).add) == "41055"


@pytest.mark.parametrize("rule", [
    Rule("一" * 21, ("词",), (), True, ("zhang",), ()), Rule("词长", ("字" * 33,), (), True, ("zhang",), ()),
    Rule("无人", ("词",), (), True, (), ()), Rule("太多", tuple(f"词{n}" for n in range(301)), (), True, ("zhang",), ()),
])
def test_wecom_refuses_a_rule_beyond_its_limits(api, rule):
    assert refusal(Kept(api, rule).add) == "40058"


def test_a_rule_is_found_by_its_name_and_its_words(api):
    assert Kept(api, RULE).find() == ""
    made = Kept(api, RULE).add()
    assert Kept(api, RULE).find() == made and Kept(api, RULE).stands(made)
    assert Kept(api, Rule("广告", ("别的词",), (), True, ("zhang",), ())).find() is None


def test_a_rule_that_is_gone_counts_as_taken_away_and_cannot_be_changed(api):
    made = Kept(api, RULE).add()
    Kept(api, RULE).remove(made)
    Kept(api, RULE).remove(made)
    with pytest.raises(Gone):
        Kept(api, RULE).change(made)
