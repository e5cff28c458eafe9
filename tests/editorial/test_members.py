"""Members of groups: rules of admission, requests with evidence, invitations counted once, leaving, the role sheet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import reminding
from app.engine import WRITES, open_engine
from editorial import audit, clock, house
from editorial.errors import (
    Invalid,
    InvitationExpired,
    InvitationRevoked,
    InvitationUnknown,
    InvitationUsedUp,
    NotAllowed,
    NotFound,
    WrongState,
)
from editorial.groups import charters, groups
from editorial.members import admission_requests, invitations, memberships, role_sheet, rules
from editorial.members.admission_requests import AdmissionEvidence, RequestState
from editorial.members.memberships import End, Membership, Way
from editorial.members.role_sheet import Part
from editorial.notices import Notice, channels, choices, tell
from editorial.notices.choices import Rhythm
from editorial.notices.envelopes import NoticeEnclosure
from editorial.notices.kinds import OTHER, Channel
from editorial.outbox.deliveries import Delivery, State
from editorial.people import people as persons
from editorial.vault import vault
from tests import factories
from tests.conftest import SECRET, make_settings

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
ZONE = clock.DEFAULT_ZONE
PICTURE = ("image/jpeg", b"a badge")
SMTP = {"host": "127.0.0.1", "port": 25, "security": "none", "username": "", "password": "", "sender": "d@x.cn", "sender_name": ""}
CHARTER = {"audience": "装配车间全体班组长", "purpose": "交流试车经验", "output": "每月两篇试车手记"}


@pytest.fixture
def group(session, people):
    made = factories.group(session)
    made.steward, made.deputy = people["department_head"], people["desk_editor"]
    session.flush()
    return made


def ruled(session, group, people, admission, **said):
    given = {"questions": [], "evidence": "", "days": 14, "members_invite": True} | said
    return rules.change(session, group, admission=admission, **given, by=people["operator"])


def invited(session, group, people, **said):
    given = {"most_uses": 2, "days": 7, "seed": False, "keeper": True, "by": people["operator"]} | said
    return invitations.issue(session, group, **given)


def fields(refused) -> list[str]:
    return [problem.field for problem in refused.value.problems]


def told(session, person) -> list[str]:
    return list(session.scalars(select(Notice.sentence).where(Notice.person_id == person.id).order_by(Notice.id)))


def test_a_group_that_says_nothing_is_open_and_nobody_is_in_twice(session, people, group):
    first = admission_requests.join(session, group, people["contributor"])
    again = admission_requests.join(session, group, people["contributor"])
    assert isinstance(first, Membership) and again is first and first.way == Way.OPEN
    assert memberships.count(session, group) == 1
    groups.close(session, group, by=people["operator"])
    with pytest.raises(WrongState):
        admission_requests.join(session, group, people["other"])


def test_leaving_needs_no_reason_and_one_can_come_back(session, people, group):
    person = people["contributor"]
    with pytest.raises(NotFound):
        memberships.leave(session, group, person)
    admission_requests.join(session, group, person)
    left = memberships.leave(session, group, person)
    assert (left.end, left.reason, left.present) == (End.LEFT, "", None)
    assert memberships.of(session, group, person) is None
    admission_requests.join(session, group, person)
    memberships.leave(session, group, person)
    assert [one.end for one in memberships.of_person(session, person)] == [End.LEFT, End.LEFT]
    assert audit.first_flaw(session) is None


@pytest.mark.parametrize("something_else", [False, True])
def test_a_letter_that_waits_leaves_without_the_group_that_was_left(session, people, group, something_else):
    person = people["contributor"]
    channels.change(session, Channel.MAIL, "smtp", SMTP, "d@x.cn", by=people["admin"])
    choices.choose(session, person, {(OTHER, Channel.MAIL): True})
    choices.set_habit(session, person, Rhythm.DAILY, "", "", ZONE)
    with clock.at(NOON):
        admission_requests.join(session, group, person)
    with clock.at(NOON + timedelta(hours=1)):
        charters.write(session, group, CHARTER, zone=ZONE, by=people["operator"])
        memberships.tell_of_charter(session, group)
        if something_else:
            tell(session, person, "You were not let into “{group}”: {reason}", cause="admission:99", group="别的群", reason="人满")
        [delivery] = session.scalars(select(Delivery)).all()
        memberships.leave(session, group, person)
    session.refresh(delivery)
    assert delivery.state == (State.WAITING if something_else else State.CALLED_OFF)
    enclosed = session.scalars(select(Notice.cause).join(NoticeEnclosure, NoticeEnclosure.notice_id == Notice.id)).all()
    assert enclosed == (["admission:99"] if something_else else [])


def test_what_members_are_told_stops_at_once(session, people, group):
    leaver, stays = people["contributor"], people["other"]
    with clock.at(NOON):
        for person in (leaver, stays):
            admission_requests.join(session, group, person)
    with clock.at(NOON + timedelta(hours=1)):
        charters.write(session, group, CHARTER, zone=ZONE, by=people["operator"])
        memberships.tell_of_charter(session, group)
        memberships.tell_of_charter(session, group)
    sentence = "The charter of “{group}” has changed."
    assert told(session, leaver) == told(session, stays) == [sentence]
    with clock.at(NOON + timedelta(hours=2)):
        memberships.leave(session, group, leaver)
        charters.write(session, group, CHARTER | {"rules": "不发广告"}, zone=ZONE, by=people["operator"])
        memberships.tell_of_charter(session, group)
    assert told(session, leaver) == [sentence]
    assert told(session, stays) == [sentence, sentence]
    unseen = select(Notice.id).where(Notice.person_id == leaver.id, Notice.seen_at.is_(None))
    assert session.scalars(unseen).all() == []


def test_removal_needs_a_reason_that_the_person_reads(session, people, group):
    found = admission_requests.join(session, group, people["contributor"])
    with pytest.raises(Invalid) as refused:
        memberships.remove(session, found, " ", by=people["department_head"])
    assert fields(refused) == ["reason"]
    memberships.remove(session, found, "已调到别的车间", by=people["department_head"])
    with pytest.raises(WrongState):
        memberships.remove(session, found, "再来一次", by=people["department_head"])
    assert found.end == End.REMOVED
    notice = session.scalar(select(Notice).where(Notice.person_id == people["contributor"].id))
    assert notice.params["reason"] == "已调到别的车间"


def test_whose_access_has_ended_is_out_by_rule(session, people, group):
    admission_requests.join(session, group, people["contributor"])
    admission_requests.join(session, group, people["other"])
    persons.deactivate(session, people["contributor"], by=people["admin"])
    reminding.remind(session, ZONE)
    assert [one.person_id for one in memberships.present(session, group, 9)] == [people["other"].id]
    assert memberships.past(session, group, 9)[0].end == End.LEFT_BY_RULE
    assert memberships.past(session, group, 9)[0].reason == memberships.BY_DEPARTURE


@pytest.mark.parametrize(("said", "field"), [
    ({"admission": "lottery"}, "admission"), ({"admission": "questions"}, "questions"), ({"admission": "evidence"}, "evidence"),
    ({"admission": "open", "days": 0}, "days"), ({"admission": "open", "days": 61}, "days"),
    ({"admission": "questions", "questions": ["?"] * 6}, "questions"), ({"admission": "open", "reviewer": "x@y"}, "reviewer"),
])
def test_a_rule_that_makes_no_sense_names_the_field(session, people, group, said, field):
    with pytest.raises(Invalid) as refused:
        ruled(session, group, people, **said)
    assert fields(refused) == [field]


def test_nobody_passes_without_the_evidence(session, people, group):
    ruled(session, group, people, "evidence", evidence="上岗证照片", questions=["在哪个班组？"])
    person = people["contributor"]
    with pytest.raises(Invalid) as refused:
        admission_requests.join(session, group, person, answers=[" "])
    assert fields(refused) == ["answer_1", "evidence"]
    row = admission_requests.join(session, group, person, answers=["二班"], pictures=[PICTURE])
    assert row.state == RequestState.WAITING and row.pairs == [("在哪个班组？", "二班")]
    assert memberships.count(session, group) == 0, "asking lets nobody in"
    [kept] = admission_requests.evidence_of(session, row)
    assert kept.content == PICTURE[1]
    session.delete(kept)
    session.flush()
    with pytest.raises(WrongState):
        admission_requests.admit(session, row, by=people["department_head"])
    assert memberships.count(session, group) == 0


def test_evidence_lies_sealed_in_the_database(session, people, group):
    ruled(session, group, people, "evidence", evidence="上岗证照片")
    admission_requests.join(session, group, people["contributor"], pictures=[PICTURE])
    stored = session.connection().exec_driver_sql("SELECT picture FROM admission_evidence").scalar()
    assert isinstance(stored, str) and "a badge" not in stored and "YSBiYWRnZQ" not in stored


def test_a_decision_has_a_reason_and_ends_the_request(session, people, group):
    ruled(session, group, people, "questions", questions=["为什么想来？"])
    row = admission_requests.join(session, group, people["contributor"], answers=["想写试车"])
    with pytest.raises(Invalid) as refused:
        admission_requests.refuse(session, row, "", by=people["department_head"])
    assert fields(refused) == ["reason"]
    admission_requests.refuse(session, row, "这个群只收装配车间的人", by=people["department_head"])
    with pytest.raises(WrongState):
        admission_requests.admit(session, row, by=people["desk_editor"])
    second = admission_requests.join(session, group, people["contributor"], answers=["我调到装配车间了"])
    assert second is not row, "one may ask again"
    made = admission_requests.admit(session, second, by=people["desk_editor"])
    assert (made.way, made.let_in_by_id) == (Way.REQUEST, people["desk_editor"].id)
    assert told(session, people["contributor"]) == [
        "You were not let into “{group}”: {reason}", "You are a member of “{group}” now.",
    ]


def test_nobody_decides_their_own_request(session, people, group):
    ruled(session, group, people, "questions", questions=["为什么想来？"])
    row = admission_requests.join(session, group, people["department_head"], answers=["我是负责人"])
    with pytest.raises(NotAllowed):
        admission_requests.admit(session, row, by=people["department_head"])
    assert row.state == RequestState.WAITING


def test_reviewers_are_told_and_are_those_who_look_after_the_group(session, people, group):
    ruled(session, group, people, "questions", questions=["为什么想来？"], reviewer=people["publisher"].email)
    role_sheet.change(session, group, Part.MODERATOR, {"person": people["other"].email}, by=people["operator"])
    expected = {people[role].id for role in ("department_head", "desk_editor", "publisher", "other")}
    assert {one.id for one in admission_requests.reviewers(session, group, ZONE)} == expected
    admission_requests.join(session, group, people["contributor"], answers=["想写"])
    heard = set(session.scalars(select(Notice.person_id).where(Notice.cause.startswith("admission_asked:"))))
    assert heard == expected


def test_operators_decide_where_nobody_looks_after_the_group(session, people):
    lonely = factories.group(session, "lonely")
    assert [one.id for one in admission_requests.reviewers(session, lonely, ZONE)] == [people["operator"].id]


def test_a_request_runs_out_and_evidence_is_deleted_after_its_time(session, people, group):
    ruled(session, group, people, "evidence", evidence="上岗证照片", days=3)
    house.change(session, "evidence_days", 10, by=people["admin"])
    with clock.at(NOON):
        row = admission_requests.join(session, group, people["contributor"], pictures=[PICTURE, PICTURE])
    with clock.at(NOON + timedelta(days=3) - timedelta(seconds=1)):
        reminding.remind(session, ZONE)
        assert row.state == RequestState.WAITING
    with clock.at(NOON + timedelta(days=3)):
        reminding.remind(session, ZONE)
        assert row.state == RequestState.EXPIRED
    with clock.at(NOON + timedelta(days=13) - timedelta(seconds=1)):
        reminding.remind(session, ZONE)
        assert session.scalar(select(func.count()).select_from(AdmissionEvidence)) == 2
    with clock.at(NOON + timedelta(days=13)):
        reminding.remind(session, ZONE)
        assert session.scalar(select(func.count()).select_from(AdmissionEvidence)) == 0
        assert row.evidence_gone_at == clock.now()


def test_evidence_of_a_withdrawn_request_is_deleted_at_once(session, people, group):
    ruled(session, group, people, "evidence", evidence="上岗证照片")
    row = admission_requests.join(session, group, people["contributor"], pictures=[PICTURE])
    with pytest.raises(NotFound):
        admission_requests.withdraw(session, row, by=people["other"])
    admission_requests.withdraw(session, row, by=people["contributor"])
    assert session.scalar(select(func.count()).select_from(AdmissionEvidence)) == 0
    assert row.state == RequestState.WITHDRAWN


def test_an_invitation_opens_a_group_that_wants_one(session, people, group):
    ruled(session, group, people, "invitation")
    with pytest.raises(Invalid) as refused:
        admission_requests.join(session, group, people["contributor"])
    assert fields(refused) == ["invitation"]
    seed = invited(session, group, people, seed=True)
    made = admission_requests.join(session, group, people["contributor"], code=seed.code)
    assert (made.way, made.seed, seed.uses) == (Way.INVITATION, True, 1)
    admission_requests.join(session, group, people["contributor"], code=seed.code)
    assert seed.uses == 1, "a second press uses nothing up"


def test_an_invitation_replaces_no_evidence(session, people, group):
    ruled(session, group, people, "evidence", evidence="上岗证照片")
    link = invited(session, group, people)
    with pytest.raises(Invalid) as refused:
        admission_requests.join(session, group, people["contributor"], code=link.code)
    assert fields(refused) == ["evidence"] and link.uses == 0
    row = admission_requests.join(session, group, people["contributor"], code=link.code, pictures=[PICTURE])
    assert row.invitation is link and link.uses == 1
    assert admission_requests.admit(session, row, by=people["desk_editor"]).invitation_id == link.id


def test_a_link_that_is_no_good_says_why(session, people, group):
    with pytest.raises(InvitationUnknown):
        invitations.usable(session, "nothing")
    with clock.at(NOON):
        link = invited(session, group, people, most_uses=1, days=2)
        admission_requests.join(session, group, people["contributor"], code=link.code)
        with pytest.raises(InvitationUsedUp):
            admission_requests.join(session, group, people["other"], code=link.code)
        second = invited(session, group, people, days=2)
    with clock.at(NOON + timedelta(days=2)), pytest.raises(InvitationExpired):
        admission_requests.join(session, group, people["other"], code=second.code)
    with clock.at(NOON):
        invitations.revoke(session, second, by=people["operator"])
        with pytest.raises(InvitationRevoked):
            admission_requests.join(session, group, people["other"], code=second.code)
        elsewhere = invited(session, factories.group(session, "elsewhere"), people)
        with pytest.raises(NotFound):
            admission_requests.join(session, group, people["other"], code=elsewhere.code)
    assert memberships.count(session, group) == 1


def test_links_of_whose_access_has_ended_let_nobody_in(session, people, group):
    link = invited(session, group, people)
    persons.deactivate(session, people["operator"], by=people["admin"])
    with pytest.raises(InvitationRevoked):
        admission_requests.join(session, group, people["other"], code=link.code)
    assert not link.is_open and memberships.count(session, group) == 0


def test_members_invite_a_few_when_the_rule_lets_them(session, people, group):
    member = people["contributor"]
    with pytest.raises(NotAllowed):
        invited(session, group, people, by=member, keeper=False)
    admission_requests.join(session, group, member)
    assert invited(session, group, people, by=member, keeper=False).inviter_id == member.id
    for wrong in ({"most_uses": 6}, {"most_uses": 0}, {"days": 91}):
        with pytest.raises(Invalid):
            invited(session, group, people, by=member, keeper=False, **wrong)
    with pytest.raises(NotAllowed):
        invited(session, group, people, by=member, keeper=False, seed=True)
    ruled(session, group, people, "open", members_invite=False)
    with pytest.raises(NotAllowed):
        invited(session, group, people, by=member, keeper=False)


def test_the_tree_shows_who_came_through_whom(session, people, group):
    first = invited(session, group, people, seed=True)
    admission_requests.join(session, group, people["contributor"], code=first.code)
    second = invited(session, group, people, by=people["contributor"], keeper=False)
    admission_requests.join(session, group, people["other"], code=second.code)
    memberships.leave(session, group, people["other"])
    [top] = invitations.tree(session, group)
    [middle] = top.came
    [leaf] = middle.came
    assert (top.name, middle.name, leaf.name) == ("罗杰", "周小满", "孙一鸣")
    assert (middle.seed, leaf.seed, leaf.gone, leaf.came) == (True, False, True, [])


def test_of_many_at_once_no_more_than_the_limit_come_in(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(make_settings(tmp_path, database_url=database_url)).execution_options(**WRITES)
    vault.open_with(SECRET)
    with Session(engine) as session:
        group = factories.group(session)
        keeper = factories.person(session, "operator")
        ids = [factories.person(session, "contributor", email=f"p{number}@chengjiang.example").id for number in range(8)]
        link = invitations.issue(session, group, most_uses=3, days=7, by=keeper, keeper=True)
        group_id, code = group.id, link.code
        session.commit()

    def come(person_id: int) -> bool:
        with Session(engine) as own:
            try:
                admission_requests.join(own, groups.get(own, group_id), persons.get(own, person_id), code=code)
            except InvitationUsedUp:
                return False
            own.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        came = list(pool.map(come, [*ids, *ids]))
    with Session(engine) as session:
        assert memberships.count(session, groups.get(session, group_id)) == 3
        assert invitations.by_code(session, code).uses == 3
    assert len({ids[place % 8] for place, is_in in enumerate(came) if is_in}) == 3
    engine.dispose()


def test_the_sheet_names_four_roles_and_who_stands_in_today(session, people, group):
    said = {"person": people["other"].email, "duties": "每月一篇", "substitute": people["contributor"].email,
            "substitute_from": "2026-03-10", "substitute_until": "2026-03-12"}
    role_sheet.change(session, group, Part.CORRESPONDENT, said, by=people["operator"])
    for day, acting in ((9, "other"), (10, "contributor"), (12, "contributor"), (13, "other")):
        with clock.at(datetime(2026, 3, day, 4, tzinfo=UTC)):
            line = role_sheet.sheet(session, group, ZONE)[2]
            assert (line.person.id, line.acting.id) == (people["other"].id, people[acting].id)
    steward, deputy, _, moderator = role_sheet.sheet(session, group, ZONE)
    assert (steward.person, deputy.person, moderator.person) == (people["department_head"], people["desk_editor"], None)


def test_a_substitute_looks_after_the_group_only_for_the_holidays(session, people, group):
    said = {"substitute": people["other"].email, "substitute_from": "2026-03-10", "substitute_until": "2026-03-10"}
    role_sheet.change(session, group, Part.STEWARD, said, by=people["operator"])
    with clock.at(NOON):
        assert role_sheet.keepers(session, group, ZONE).belongs_to(people["other"].id)
        assert role_sheet.keepers(session, group, ZONE).belongs_to(people["department_head"].id)
    with clock.at(NOON + timedelta(days=1)):
        assert not role_sheet.keepers(session, group, ZONE).belongs_to(people["other"].id)


@pytest.mark.parametrize(("said", "field"), [
    ({"person": "nobody@x"}, "person"), ({"substitute": "nobody@x"}, "substitute"), ({"duties": "x" * 1001}, "duties"),
    ({"substitute": "other@chengjiang.example"}, "substitute_until"), ({"substitute_from": "tomorrow"}, "substitute_from"),
    ({"person": "other@chengjiang.example", "substitute": "other@chengjiang.example", "substitute_from": "2026-03-10",
      "substitute_until": "2026-03-10"}, "substitute"),
    ({"substitute": "other@chengjiang.example", "substitute_from": "2026-03-10", "substitute_until": "2026-03-09"},
     "substitute_until"),
])
def test_a_line_that_makes_no_sense_names_the_field(session, people, group, said, field):
    with pytest.raises(Invalid) as refused:
        role_sheet.change(session, group, Part.MODERATOR, said, by=people["operator"])
    assert fields(refused) == [field]


def test_the_days_of_a_substitute_are_days_of_the_house(session, people, group):
    said = {"substitute": people["other"].email, "substitute_from": "2026-03-11", "substitute_until": "2026-03-11"}
    role_sheet.change(session, group, Part.DEPUTY, said, by=people["operator"])
    with clock.at(datetime(2026, 3, 10, 16, tzinfo=UTC)):
        assert charters.today(ZONE) == date(2026, 3, 11)
        assert role_sheet.sheet(session, group, ZONE)[1].acting.id == people["other"].id
