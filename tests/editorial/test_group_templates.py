"""Templates of groups: versions, the next group in one step, and a report of where it drifted."""

from __future__ import annotations

import pytest

from editorial.errors import Invalid
from editorial.groups import charters, groups, patterns, tags
from editorial.groups.groups import GroupState
from tests import factories

SAID = {"audience": "班组长", "purpose": "交流经验", "output": "每月两篇", "rules": "不发广告", "kpi": "两篇采用"}
NEW = {"name": "华南班组长群", "slug": "south", "parent": "assembly", "steward": "contributor@chengjiang.example"}


@pytest.fixture
def template(session, people):
    group = factories.group(session)
    charters.write(session, group, SAID, by=people["operator"])
    tags.give(session, [group.id], tags.add(session, taxonomy="主题", name="一线", by=people["operator"]))
    return patterns.save(session, "班组长群", group, by=people["operator"])


def test_a_group_of_the_template_is_active_in_one_step_and_as_the_template_says(session, people, template):
    group = patterns.replicate(session, template, NEW, by=people["operator"])
    assert (group.state, group.kind, group.parent.slug) == (GroupState.ACTIVE, "training", "assembly")
    assert charters.newest(session, group).words == SAID and tags.of_groups(session, [group.id]) == {group.id: ["一线"]}
    assert patterns.drift(session, group) == (template, [])


def test_what_changed_on_either_side_is_reported(session, people, template):
    group = patterns.replicate(session, template, NEW, by=people["operator"])
    charters.write(session, group, {**SAID, "rules": "随便发"}, by=people["operator"])
    first = groups.by_slug(session, "assembly")
    charters.write(session, first, {**SAID, "kpi": "三篇采用"}, by=people["operator"])
    newer = patterns.save(session, "班组长群", first, by=people["operator"])
    present, found = patterns.drift(session, group)
    assert present.version == newer.version == 2
    shown = [(one.field, one.template, one.group) for one in found]
    assert shown == [("rules", "不发广告", "随便发"), ("kpi", "三篇采用", "两篇采用")]
    assert [(one.slug, len(report)) for one, report in patterns.drifted(session, "班组长群")] == [("south", 2)]
    assert [(one.version, uses) for one, uses in patterns.everyone(session)] == [(2, 1)]


def test_without_a_charter_there_is_no_template(session, people):
    with pytest.raises(Invalid):
        patterns.save(session, "空", factories.group(session), by=people["operator"])


def test_what_is_typed_wrongly_is_named(session, people, template):
    with pytest.raises(Invalid) as refused:
        patterns.replicate(session, template, {**NEW, "name": "", "parent": "moon"}, by=people["operator"])
    assert {problem.field for problem in refused.value.problems} == {"name", "parent"}
