"""Members at a browser: joining and leaving, evidence for reviewers only, links that are no good, the copy, the role sheet."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from editorial import clock, house
from editorial.audit import AuditEntry
from editorial.groups.groups import Group
from editorial.intake import submissions
from editorial.members import admission_requests, invitations, memberships, rules
from editorial.members.admission_requests import AdmissionEvidence, AdmissionRequest
from editorial.members.memberships import Membership
from tests import factories, pictures
from tests.app.browser import Browser

JOINING, SLUG = "/groups/assembly/joining", "assembly"


@pytest.fixture
def group(session, people):
    made = factories.group(session)
    made.steward = people["department_head"]
    session.commit()
    return made


@pytest.fixture
def wants_evidence(session, people, group):
    rules.change(
        session, group, admission="evidence", questions=["在哪个班组？"], evidence="上岗证照片", days=14, members_invite=True,
        by=people["operator"],
    )
    session.commit()
    return group


def photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(pictures.photo()), "badge.jpg"


def linked(session, group_id: int, people, **said) -> str:
    group, given = session.get(Group, group_id), {"most_uses": 1, "days": 7} | said
    code = invitations.issue(session, group, by=people["operator"], keeper=True, **given).code
    session.commit()
    return code


def test_joining_and_leaving_are_one_press_each(app, people, session, group):
    browser = Browser(app, people["contributor"])
    assert "加入这个群" in browser.look(f"/groups/{SLUG}")
    assert browser.send(JOINING).status_code == 303
    assert "assembly 群" in browser.look("/my-groups") and "退出群" in browser.look(f"/groups/{SLUG}")
    assert browser.send(f"/groups/{SLUG}/leaving").status_code == 303
    assert "以前的群" in browser.look("/my-groups")
    assert browser.send(f"/groups/{SLUG}/leaving").status_code == 404
    session.rollback()
    verbs = list(session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.endswith("_group")).order_by(AuditEntry.id)))
    assert verbs[-2:] == ["join_group", "leave_group"]


def test_handing_in_asks_for_no_membership(app, people, session, wants_evidence):
    browser = Browser(app, people["contributor"])
    said = {"origin_group": SLUG, "title": "食堂换了新灶", "body": factories.BODY, "byline": "real_name", "nonce": "n1"}
    assert browser.send("/hand-in", **said).status_code == 303


def test_evidence_is_asked_for_and_seen_by_reviewers_only(app, people, session, wants_evidence):
    browser = Browser(app, people["contributor"])
    refused = browser.send(JOINING, answer_1="二班")
    assert refused.status_code == 422 and "二班" in refused.text, "nothing typed is lost"
    assert browser.send(JOINING, answer_1="二班", evidence=(io.BytesIO(b"no picture"), "badge.jpg")).status_code == 422
    assert browser.send(JOINING, answer_1="二班", evidence=photo()).status_code == 303
    request_id = session.scalar(select(AdmissionRequest.id))
    picture = f"/admission-evidence/{session.scalar(select(AdmissionEvidence.id))}"
    session.rollback()
    for role in ("contributor", "other", "desk_editor", "operator", "admin"):
        assert Browser(app, people[role]).status(picture) == 404, role
    reviewer = Browser(app, people["department_head"])
    answer = reviewer.client.get(picture)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/jpeg", "private, no-store")
    assert "二班" in reviewer.look(f"/admission-requests/{request_id}")
    assert Browser(app, people["operator"]).status(f"/admission-requests/{request_id}") == 404
    decision = f"/admission-requests/{request_id}/decision"
    assert browser.send(decision, decision="admit").status_code == 404
    assert reviewer.send(decision, decision="refuse", reason="").status_code == 422
    assert reviewer.send(decision, decision="admit").status_code == 303
    assert reviewer.send(decision, decision="admit").status_code == 409
    session.rollback()
    [member] = session.scalars(select(Membership)).all()
    assert (member.person_id, member.let_in_by_id) == (people["contributor"].id, people["department_head"].id)


def test_a_link_lets_in_and_says_why_when_it_does_not(app, people, session, group):
    group_id = group.id
    code = linked(session, group_id, people)
    browser = Browser(app, people["contributor"])
    asked = browser.client.get(f"/invitations/{code}")
    assert asked.status_code == 302 and "罗杰邀请你" in browser.look(asked.location)
    assert browser.send(JOINING, invitation=code).status_code == 303
    other = Browser(app, people["other"])
    used_up = other.client.get(f"/invitations/{code}")
    assert used_up.status_code == 409 and "邀请名额已用完" in used_up.text
    assert other.client.get("/invitations/nothing").status_code == 404
    second = linked(session, group_id, people)
    link_id = invitations.by_code(session, second).id
    session.rollback()
    assert other.send(f"/group-invitations/{link_id}/revocation").status_code in (403, 404)
    assert Browser(app, people["operator"]).send(f"/group-invitations/{link_id}/revocation").status_code == 303
    assert "邀请已被收回" in other.client.get(f"/invitations/{second}").text
    third = linked(session, group_id, people)
    invitations.by_code(session, third).expires_at = clock.now()
    session.commit()
    assert "邀请已过期" in other.client.get(f"/invitations/{third}").text
    session.rollback()
    assert memberships.count(session, session.get(Group, group_id)) == 1


def test_the_page_of_members_shows_the_tree_to_those_who_look_after_it(app, people, session, group):
    code = linked(session, group.id, people, seed=True)
    Browser(app, people["contributor"]).send(JOINING, invitation=code)
    assert Browser(app, people["contributor"]).status(f"/groups/{SLUG}/members") == 404
    session.rollback()
    found_id = session.scalar(select(Membership.id))
    session.rollback()
    for role in ("department_head", "desk_editor", "operator"):
        page = Browser(app, people[role]).look(f"/groups/{SLUG}/members")
        assert "周小满" in page and "邀请关系" in page and "种子成员" in page
        assert ("移出群" in page) == (role != "desk_editor"), role
    steward, removal = Browser(app, people["department_head"]), f"/groups/{SLUG}/members/{found_id}/removal"
    assert Browser(app, people["desk_editor"]).send(removal, reason="不行").status_code == 403
    assert steward.send(removal, reason=" ").status_code == 422
    assert steward.send(removal, reason="已调岗").status_code == 303
    assert "已调岗" in Browser(app, people["contributor"]).look("/my-groups")


def test_the_steward_sets_the_rule_and_a_stranger_does_not(app, people, session, group):
    said = {"admission": "questions", "questions": "在哪个班组？\n\n为什么想来？", "evidence": "", "days": "7", "reviewer": ""}
    steward, address = Browser(app, people["department_head"]), f"/groups/{SLUG}/admission"
    assert steward.send(address, **said).status_code == 303
    wrong = steward.send(address, **said | {"days": "x", "questions": "只问一句？"})
    assert wrong.status_code == 422 and "只问一句？" in wrong.text
    assert Browser(app, people["contributor"]).send(address, **said).status_code == 404
    session.rollback()
    rule = rules.rule_of(session, session.get(Group, group.id))
    assert (rule.questions, rule.days, rule.members_invite) == (["在哪个班组？", "为什么想来？"], 7, False)


def test_one_takes_a_copy_of_one_s_own_stories_along(app, people, session, group):
    for person, title in ((people["contributor"], "食堂换了新灶"), (people["other"], "别人的稿子")):
        submissions.receive(session, title=title, body=factories.BODY, origin_group=SLUG, by=person)
    admission_requests.join(session, group, people["contributor"])
    session.commit()
    browser = Browser(app, people["contributor"])
    browser.send(f"/groups/{SLUG}/leaving")
    assert "带走我的 1 篇稿件" in browser.look("/my-groups")
    answer = browser.client.get(f"/groups/{SLUG}/my-copy.zip")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        listed = json.loads(archive.read("stories.json"))
        [story] = listed["stories"]
        assert story["title"] == "食堂换了新灶" and [one["end"] for one in listed["memberships"]] == ["left"]
        assert archive.read(story["file"]).decode().startswith("# 食堂换了新灶\n\n*周小满*\n\n")
    session.rollback()
    kept = session.scalars(select(submissions.Submission).where(submissions.Submission.contributor_id == people["contributor"].id))
    assert [one.signature for one in kept] == ["周小满"], "the story keeps its credit"


def test_the_role_sheet_is_on_the_group_s_page(app, people, session, group):
    steward, address = Browser(app, people["department_head"]), f"/groups/{SLUG}/roles"
    today = clock.to_wall(clock.now()).date().isoformat()
    said = {"person": people["other"].email, "duties": "每月一篇", "substitute": people["contributor"].email}
    session.rollback()
    wrong = steward.send(f"{address}/correspondent", **said)
    assert wrong.status_code == 422 and "每月一篇" in wrong.text
    session.rollback()
    days = {"substitute_from": today, "substitute_until": today}
    assert steward.send(f"{address}/correspondent", **said, **days).status_code == 303
    page = Browser(app, people["contributor"]).look(f"/groups/{SLUG}")
    assert "每月一篇" in page and "孙一鸣" in page and f"到 {today} 为止由周小满代班" in page
    assert steward.send(f"{address}/king", **said).status_code == 404
    assert Browser(app, people["contributor"]).send(f"{address}/moderator", **said).status_code == 404


def test_the_house_says_how_long_evidence_is_kept(app, people, session):
    admin = Browser(app, people["admin"])
    said = {
        "flash_hours": "4", "handover_hours": "20", "roles_within_days": "14", "most_shares_in_week": "7", "evidence_days": "60",
    }
    assert admin.send("/settings/groups", **said).status_code == 303
    assert admin.send("/settings/groups", **said | {"evidence_days": "0"}).status_code == 422
    session.rollback()
    assert house.setting(session, "evidence_days") == 60
