"""The company's lists of people: what a look would change, the change, and that nobody's work is lost by it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.audit import AuditEntry
from editorial.errors import Invalid, NotFound, Stale
from editorial.joining import directories, identities, moves, ways
from editorial.joining.directories import Directory, Entry
from editorial.joining.moves import Step
from editorial.people import people as persons
from editorial.people.people import Person
from editorial.platform_applications import add as add_application
from tests import factories

ZHOU = Entry("10024", "周小满", "contributor@chengjiang.example", "制造部")
NEW = Entry("10377", "新同事", "new@chengjiang.example", "品质部")
QUIET = Entry("李 四", "李四")


@pytest.fixture
def directory(session: Session, people: dict[str, Person]) -> Directory:
    return directories.add(session, kind="file", name="花名册", by=people["admin"])


def bring(session: Session, directory: Directory, by: Person, *entries: Entry, drastic: bool = False) -> dict[str, int]:
    """Look, and do what was seen; how many moves of each kind."""
    directories.keep_look(session, directory, entries)
    plan = moves.compare(session, directory)
    moves.apply(session, directory, plan.fingerprint, by=by, drastic=drastic)
    return {step: count for step, count in plan.counts.items() if count}


def test_a_look_changes_nobody(session, directory, people):
    before = session.scalar(select(func.count()).select_from(Person))
    directories.keep_look(session, directory, [ZHOU, NEW])
    plan = moves.compare(session, directory)
    assert [(move.step, move.name) for move in plan.moves] == [(Step.MATCH, "周小满"), (Step.JOIN, "新同事")]
    assert session.scalar(select(func.count()).select_from(Person)) == before


def test_who_is_new_joins_as_a_contributor_and_who_is_here_is_matched(session, directory, people):
    assert bring(session, directory, people["admin"], ZHOU, NEW) == {"match": 1, "join": 1}
    made = persons.by_email(session, NEW.email)
    assert (made.name, [role.value for role in made.roles], made.department.name) == ("新同事", ["contributor"], "品质部")
    assert made.password_hash == ""


def test_a_second_time_there_is_nothing_to_do(session, directory, people):
    bring(session, directory, people["admin"], ZHOU, NEW)
    assert bring(session, directory, people["admin"], ZHOU, NEW) == {}
    assert session.scalar(select(func.count()).select_from(Person).where(Person.name == "新同事")) == 1


def test_a_change_of_name_department_and_address_keeps_person_and_roles(session, directory, people):
    editor = people["desk_editor"]
    bring(session, directory, people["admin"], Entry("7", editor.name, editor.email, "制造部"))
    changed = Entry("7", "林晓雯（新）", "lin.new@chengjiang.example", "编辑部")
    assert bring(session, directory, people["admin"], changed) == {"change": 1}
    assert (editor.name, editor.email, editor.department.name) == ("林晓雯（新）", "lin.new@chengjiang.example", "编辑部")
    assert [role.value for role in editor.roles] == ["desk_editor"]


def test_who_leaves_loses_access_and_no_work(session, directory, people):
    made = factories.article(session, people["contributor"])
    bring(session, directory, people["admin"], ZHOU, *crowd())
    epoch = people["contributor"].session_epoch
    assert bring(session, directory, people["admin"], *crowd()) == {"leave": 1}
    gone = people["contributor"]
    assert not gone.active and gone.session_epoch > epoch
    assert session.get(Article, made.id).contributor_id == gone.id
    assert bring(session, directory, people["admin"], *crowd()) == {}


def test_who_comes_back_is_the_same_person(session, directory, people):
    bring(session, directory, people["admin"], NEW, *crowd())
    person_id = persons.by_email(session, NEW.email).id
    bring(session, directory, people["admin"], *crowd())
    assert bring(session, directory, people["admin"], NEW, *crowd()) == {"return": 1}
    assert persons.by_email(session, NEW.email).id == person_id and persons.get(session, person_id).active


def test_who_was_added_by_hand_is_never_touched(session, directory, people):
    bring(session, directory, people["admin"], NEW, *crowd())
    bring(session, directory, people["admin"], *crowd())
    assert all(person.active for person in people.values())


def test_a_match_gives_no_access_back_that_somebody_took(session, directory, people):
    persons.deactivate(session, people["contributor"], by=people["admin"])
    bring(session, directory, people["admin"], ZHOU)
    assert not people["contributor"].active


def test_many_leavers_at_once_need_somebodys_word(session, directory, people):
    bring(session, directory, people["admin"], *crowd())
    directories.keep_look(session, directory, crowd()[:7])
    plan = moves.compare(session, directory)
    assert plan.is_drastic and plan.counts["leave"] == 3
    with pytest.raises(Invalid):
        moves.apply(session, directory, plan.fingerprint, by=people["admin"])
    moves.apply(session, directory, plan.fingerprint, by=people["admin"], drastic=True)
    assert session.scalar(select(func.count()).select_from(Person).where(Person.active.is_(False))) == 3


def test_nobody_ends_their_own_access_by_a_list(session, directory, people):
    admin = people["admin"]
    bring(session, directory, admin, Entry("1", admin.name, admin.email), *crowd())
    bring(session, directory, admin, *crowd())
    assert admin.active


def test_who_stands_on_another_list_stays(session, directory, people):
    other = directories.add(session, kind="file", name="外地分公司", by=people["admin"])
    bring(session, directory, people["admin"], ZHOU, *crowd())
    bring(session, other, people["admin"], Entry("A-1", ZHOU.name, ZHOU.email))
    bring(session, directory, people["admin"], *crowd())
    assert people["contributor"].active
    bring(session, other, people["admin"], drastic=True)
    assert not people["contributor"].active


def test_what_was_shown_is_what_is_done(session, directory, people):
    directories.keep_look(session, directory, [NEW])
    shown = moves.compare(session, directory).fingerprint
    persons.add(session, email=NEW.email, name="别人", roles=["contributor"])
    with pytest.raises(Stale):
        moves.apply(session, directory, shown, by=people["admin"])
    with pytest.raises(NotFound):
        directories.forget_look(directory)
        moves.compare(session, directory)


@pytest.mark.parametrize("entries", [
    [Entry("", "无号")], [Entry("1", "")], [Entry("1", "x" * 81)], [Entry("1", "坏邮箱", "not an address")],
    [Entry("1", "甲"), Entry("1", "乙")], [Entry("1", "甲", "a@b.cn"), Entry("2", "乙", "A@b.cn")],
], ids=["number", "name", "long", "address", "twice", "shared"])
def test_what_is_unclear_is_left_alone(session, directory, people, entries):
    assert set(bring(session, directory, people["admin"], *entries)) == {"unclear"}
    assert session.scalar(select(func.count()).select_from(directories.DirectoryMember)) == 0


def test_nobody_takes_the_address_of_another(session, directory, people):
    bring(session, directory, people["admin"], NEW)
    thief = Entry(NEW.subject, NEW.name, people["admin"].email)
    assert bring(session, directory, people["admin"], thief) == {"unclear": 1}
    assert people["admin"].name == factories.NAMES["admin"]


def test_who_has_no_address_gets_one_at_which_nothing_arrives(session, directory, people):
    bring(session, directory, people["admin"], QUIET)
    made = session.scalar(select(Person).where(Person.name == "李四"))
    assert made.email.endswith(".invalid")
    assert bring(session, directory, people["admin"], QUIET) == {}


def test_the_audit_log_says_who_did_what(session, directory, people):
    bring(session, directory, people["admin"], NEW, *crowd())
    entry = session.scalar(select(AuditEntry).where(AuditEntry.verb == "apply_directory").order_by(AuditEntry.id.desc()))
    assert entry.person_id == people["admin"].id and entry.details == {"name": "花名册", "join": 11}


def test_the_list_itself_is_sealed_and_gone_once_done(session, directory, people):
    directories.keep_look(session, directory, [NEW])
    session.flush()
    stored = str(session.connection().exec_driver_sql("select * from directory").all())
    assert NEW.email not in stored and NEW.name not in stored
    moves.apply(session, directory, moves.compare(session, directory).fingerprint, by=people["admin"])
    assert directory.seen is None


def test_the_directory_of_an_application_is_proof_on_its_way(session, people):
    admin = people["admin"]
    said = {"corp_id": "ww1234567890abcdef", "agent_id": "1000002", "secret": "s"}
    application = add_application(session, platform="wecom", name="企业微信", said=said, by=admin)
    directory = directories.add(session, kind="wecom", name="企业微信通讯录", application_id=application.id, by=admin)
    bring(session, directory, admin, Entry("zhouxm", ZHOU.name, ZHOU.email))
    way = ways.add(session, {"kind": "wecom", "name": "企业微信", "application": str(application.id)}, by=admin)
    assert identities.arrive(session, way, subject="zhouxm") == people["contributor"]
    assert identities.arrive(session, way, subject="stranger") is None


def test_departments_are_named_shortly_and_apart():
    paths = ["总部/研发/一组", "总部/制造/一组", "总部/制造", ""]
    said = [{"subject": str(n), "name": "某", "department": path} for n, path in enumerate(paths)]
    assert [entry.department for entry in directories.entries_of(said)] == ["研发 / 一组", "制造 / 一组", "制造", ""]


def crowd() -> list[Entry]:
    """Ten colleagues, so that one leaver is no fifth."""
    return [Entry(f"c-{n}", f"同事{n}", f"c{n}@chengjiang.example") for n in range(10)]
