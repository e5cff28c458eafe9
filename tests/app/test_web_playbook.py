"""The playbook in pages: proposed, taken on by the steward, on their own page, ticked off, set by the house."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reminding import remind
from editorial.groups.groups import Group
from editorial.life_cycle.playbook import PlaybookStage
from editorial.life_cycle.tasks import GroupTask
from tests import factories
from tests.app.browser import Browser

FIRST = "办一个小小的开群仪式"


@pytest.fixture
def group(session: Session, people) -> Group:
    """A new group with a contributor for a steward, looked at by the worker."""
    made = factories.group(session, "assembly")
    made.steward = people["contributor"]
    session.commit()
    remind(session, "Asia/Shanghai")
    return made


def ids(session: Session) -> list[int]:
    session.rollback()
    found = list(session.scalars(select(GroupTask.id).order_by(GroupTask.id)))
    session.rollback()
    return found


def test_a_steward_takes_on_what_fits_and_ticks_it_off(app, people, session, group):
    steward = Browser(app, people["contributor"])
    assert FIRST in steward.look("/groups/assembly")
    first, second, third = ids(session)
    assert steward.send("/groups/assembly/playbook", task=[str(first), str(second)], act="take").status_code == 303
    page = steward.look("/my-groups")
    assert FIRST in page and "第一批来稿" not in page
    assert steward.send(f"/group-tasks/{first}/completion").status_code == 303
    assert FIRST not in steward.look("/my-groups") and FIRST not in steward.look("/groups/assembly")
    assert steward.send("/groups/assembly/playbook", task=str(third), act="take").status_code == 303
    assert "已经有人答复" in steward.look("/groups/assembly")


def test_nobody_else_sees_or_answers_it(app, people, session, group):
    other = Browser(app, people["other"])
    assert FIRST not in other.look("/groups/assembly")
    assert other.send("/groups/assembly/playbook", act="decline").status_code == 404
    assert other.send(f"/group-tasks/{ids(session)[0]}/completion").status_code == 404


def test_what_is_overdue_is_said_to_be(app, people, session, group):
    steward = Browser(app, people["contributor"])
    steward.send("/groups/assembly/playbook", act="take", task=[str(one) for one in ids(session)])
    task = session.get_one(GroupTask, ids(session)[0])
    task.due_on -= timedelta(days=30)
    session.commit()
    assert "已逾期" in steward.look("/groups/assembly") and "已逾期" in steward.look("/my-groups")


def test_the_house_sets_its_own_actions(app, people, session, group):
    operator = Browser(app, people["operator"])
    assert FIRST in operator.look("/group-health/playbook")
    rows = {"words": ["给新人发一份手册", "约一次见面会"], "days": ["5", "14"], "doer": ["deputy", "operator"]}
    assert operator.send("/group-health/playbook", stage="growth", **rows).status_code == 303
    assert [one["words"] for one in session.get_one(PlaybookStage, "growth").actions] == rows["words"]
    session.rollback()
    wrong = operator.send("/group-health/playbook", stage="growth", **{**rows, "days": ["5", "400"]})
    assert wrong.status_code == 422 and "约一次见面会" in wrong.text and 'value="400"' in wrong.text
    assert operator.send("/groups/assembly/stage", stage="growth", reason="来稿多了").status_code == 303
    assert "给新人发一份手册" in operator.look("/groups/assembly")
