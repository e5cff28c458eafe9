"""The company's applications: what is needed of each platform, what stays sealed, what the platform said of them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from editorial import platform_applications
from editorial.errors import Invalid, NotFound
from tests import factories


def fields(error: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.field for problem in error.value.problems]


@pytest.mark.parametrize(("platform", "needed"), [("wecom", "corp_id"), ("dingtalk", "app_id"), ("feishu", "app_id")])
def test_each_platform_asks_for_what_names_the_application_there(session, platform, needed):
    with pytest.raises(Invalid) as refused:
        platform_applications.add(session, platform=platform, name="群声", said={})
    assert fields(refused) == [needed, "secret"]


@pytest.mark.parametrize(("field", "words"), [
    ("agent_id", "1000002x"), ("callback_token", "a b"), ("encoding_aes_key", "k" * 42), ("secret", "two words"),
    ("corp_id", "w" * 201),
])
def test_what_the_platform_would_never_take_is_refused(session, field, words):
    with pytest.raises(Invalid) as refused:
        factories.application(session, **{field: words})
    assert field in fields(refused)


def test_the_same_application_is_set_up_once(session):
    factories.application(session)
    with pytest.raises(Invalid) as refused:
        platform_applications.add(
            session, platform="wecom", name="另一个", said={"corp_id": "ww1234567890abcdef", "agent_id": "1000002", "secret": "x"})
    assert fields(refused) == ["corp_id"]


def test_secrets_are_sealed_at_rest(session):
    made = factories.application(session, secret="SECRET-OF-OURS", encrypt_key="KEY-OF-OURS")
    raw = session.execute(text("SELECT * FROM platform_application")).one()
    assert "SECRET-OF-OURS" not in str(raw) and "KEY-OF-OURS" not in str(raw)
    session.expire(made)
    assert made.secrets["secret"] == "SECRET-OF-OURS"


def test_what_is_left_out_of_a_change_stays(session):
    made = factories.application(session, callback_token="abc123")
    platform_applications.record_trouble(made, "The secret is wrong.", "40001")
    platform_applications.change(session, made, {"secret": "another"})
    assert (made.secrets["secret"], made.secrets["callback_token"], made.corp_id) == ("another", "abc123", "ww1234567890abcdef")
    assert made.trouble == ""


def test_trouble_is_news_once(session):
    made = factories.application(session)
    assert [platform_applications.record_trouble(made, "No.", "1") for _ in range(2)] == [True, False]
    platform_applications.record_working(made)
    assert made.trouble == "" and made.checked_at is not None


def test_those_at_rest_are_left_out_where_only_active_ones_count(session):
    made, other = factories.application(session), factories.application(session, "feishu")
    platform_applications.switch(session, made, on=False)
    assert platform_applications.everyone(session, active_only=True) == [other]
    assert platform_applications.everyone(session, "wecom") == [made]


def test_one_that_is_not_there_is_not_found(session):
    with pytest.raises(NotFound):
        platform_applications.get(session, 99)
