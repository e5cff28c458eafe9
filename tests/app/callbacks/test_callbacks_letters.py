"""Followers' messages: stored before they are answered, made one submission, their state told to nobody else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.articles import adopting
from editorial.base import Base
from editorial.groups import groups
from editorial.groups.groups import GroupState
from editorial.intake import auto_replies, letters, triage
from editorial.intake.letters import Letter, LetterPart
from editorial.intake.submissions import Submission, SubmissionState
from editorial.measuring import followings
from editorial.people.people import Person
from publishers.flat_xml import parse
from publishers.wechat.envelope import CallbackKeys, open_push
from tests.app.callbacks.conftest import Push, change_box
from tests.publishers.wechat import pushes
from tests.publishers.wechat.pushes import event, message

TakeIn = Callable[[], int]
Look = Callable[[], Session]
KEYS = CallbackKeys(pushes.APP_ID, pushes.TOKEN, pushes.AES_KEY)
STORY = "门卫老周修好了三十年的钟\n钟楼上的钟停了九年，老周用下班时间把它修好了。"
STRANGER = "oX_somebody_else_entirely_0001"


def number_in(answer: str) -> str:
    found = re.search(r"\d{4}-\d{4}", answer)
    assert found, answer
    return found.group()


def submission(session: Session) -> Submission:
    return session.scalars(select(Submission)).one()


def rows(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def content(answer: str) -> str:
    return str(parse(answer)["Content"]) if answer != "success" else ""


def test_a_text_becomes_a_submission_under_the_number_that_was_answered(
    box: int, push: Push, take_in: TakeIn, look: Look, people: dict[str, Person]
) -> None:
    answer = content(push(message(Content=STORY)).text)
    number = number_in(answer)
    assert take_in() == 1
    made = submission(look())
    assert (made.number, made.title, made.body, made.channel) == (number, "门卫老周修好了三十年的钟", STORY, "follower")
    assert (made.group.slug, made.state) == ("readers", SubmissionState.RECEIVED)
    assert not made.contributor.active and made.contributor.email.endswith(".invalid")
    assert take_in() == 0


def test_nothing_is_taken_unless_the_account_says_so(account: OfficialAccount, push: Push, take_in: TakeIn, look: Look) -> None:
    assert push(message(Content=STORY)).text == "success"
    assert take_in() == 0
    assert rows(look(), LetterPart) == 0


def test_a_closed_group_takes_nothing(box: int, push: Push, session: Session) -> None:
    group = groups.by_slug(session, "readers")
    assert group is not None
    group.state = GroupState.CLOSED
    session.commit()
    assert push(message(Content=STORY)).text == "success"


def test_what_comes_within_ten_minutes_is_one_submission(box: int, push: Push, take_in: TakeIn, look: Look) -> None:
    number = number_in(content(push(message(Content=STORY)).text))
    assert push(message(number=2, Content="他今年五十八岁。")).text == "success"
    take_in()
    link = {"Title": "老报道 [2016]", "Description": "旧闻", "Url": "https://mp.weixin.qq.com/s/a(b)"}
    assert push(message("link", 3, **link)).text == "success"
    take_in()
    made = submission(look())
    assert made.number == number
    assert made.body == (
        f"{STORY}\n\n他今年五十八岁。\n\n[老报道 \\[2016\\]](https://mp.weixin.qq.com/s/a%28b%29)\n\n旧闻"
    )


def test_after_ten_minutes_or_a_decision_a_new_submission_begins(
    box: int, push: Push, take_in: TakeIn, session: Session, look: Look, people: dict[str, Person]
) -> None:
    first = number_in(content(push(message(Content=STORY)).text))
    take_in()
    triage.decline(session, submission(session), by=people["desk_editor"], reason="已经写过了。")
    session.commit()
    second = number_in(content(push(message(number=2, Content="再补一句")).text))
    with clock.at(clock.now() + timedelta(minutes=11)):
        third = number_in(content(push(message(number=3, Content="又想起一件事", ), at=clock.real().timestamp()).text))
        take_in()
    assert len({first, second, third}) == 3
    assert rows(look(), Submission) == 3


def test_what_an_editor_decided_while_more_was_under_way_is_not_changed(
    box: int, push: Push, take_in: TakeIn, session: Session, look: Look, people: dict[str, Person]
) -> None:
    push(message(Content=STORY))
    take_in()
    push(message(number=2, Content="晚到的一句"))
    triage.accept(session, submission(session), by=people["desk_editor"])
    session.commit()
    take_in()
    first, second = look().scalars(select(Submission).order_by(Submission.id)).all()
    assert (first.body, second.body, second.state) == (STORY, "晚到的一句", SubmissionState.RECEIVED)


@pytest.mark.parametrize("mode", pushes.MODES)
@pytest.mark.parametrize("as_json", [False, True])
def test_the_answer_comes_in_the_mode_of_the_message(box: int, push: Push, mode: str, as_json: bool) -> None:
    answer = push(message(Content=STORY), mode, as_json=as_json)
    said = answer.get_json() if as_json else parse(answer.text)
    if mode != pushes.PLAIN:
        query = {"timestamp": str(said["TimeStamp"]), "nonce": said["Nonce"], "encrypt_type": "aes",
                 "msg_signature": said["MsgSignature"]}
        assert "编号" not in answer.text
        said = open_push(KEYS, query, answer.data).said
    assert "编号" in said["Content"] and said["ToUserName"] == pushes.FOLLOWER


def test_a_repetition_is_the_same_message_with_the_same_answer(box: int, push: Push, take_in: TakeIn, look: Look) -> None:
    first = content(push(message(Content=STORY), nonce="1").text)
    again = content(push(message(Content=STORY), nonce="2").text)
    take_in()
    third = content(push(message(Content=STORY), nonce="3").text)
    take_in()
    assert first == again == third
    assert submission(look()).body == STORY


def test_the_openid_stands_nowhere(box: int, push: Push, take_in: TakeIn, look: Look) -> None:
    push(message(Content=STORY))
    push({key: value for key, value in message(number=2, Content="没有编号的消息").items() if key != "MsgId"})
    push(event("subscribe"))
    take_in()
    for table in ("letter", "letter_part", "submission", "callback_event", "following_day", "person", "audit_entry", "notice"):
        held = look().connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
        assert pushes.FOLLOWER not in repr(held), table
    assert look().scalars(select(LetterPart.content)).all() == [{}, {}]


def test_the_state_is_told_to_the_one_who_handed_it_in_and_to_nobody_else(
    box: int, push: Push, take_in: TakeIn, session: Session, look: Look, people: dict[str, Person]
) -> None:
    number = number_in(content(push(message(Content=STORY)).text))

    numbers = itertools.count(100)

    def asked(text: str, sender: str = pushes.FOLLOWER) -> str:
        return content(push(message(number=next(numbers), sender=sender, Content=text)).text)

    nothing = asked("状态 2020-9999")
    assert asked(f"状态 {number}") == f"{number} 已收到，编辑很快会看。"
    take_in()
    dashed = number.replace("-", "—")
    for text in (f"状态 {number}", f"状态{number}", f"状态：{number}", f" {number} ", f"status {number}", "状态", f"状态 {dashed}"):
        assert asked(text) == f"{number} 已收到，编辑很快会看。", text
    assert asked(f"状态 {number}", STRANGER) == asked("状态", STRANGER) == nothing == "没有找到您交来的这个编号的稿件。"
    made = submission(session)
    saved = adopting.adopt(session, made, by=people["desk_editor"], body=made.body)
    session.commit()
    assert asked(f"状态 {number}") == f"{number} 已采用，正在编辑。"
    assert "周" not in asked(f"状态 {number}") and saved.article.number
    assert asked(f"状态 {number}", STRANGER) == nothing
    assert rows(look(), Submission) == 1


def test_a_decision_is_told_with_its_reason(
    box: int, push: Push, take_in: TakeIn, session: Session, people: dict[str, Person]
) -> None:
    number = number_in(content(push(message(Content=STORY)).text))
    take_in()
    triage.return_for_revision(session, submission(session), by=people["desk_editor"], reason="请补上时间。")
    session.commit()
    assert content(push(message(number=2, Content=f"状态 {number}")).text) == f"{number} 已退回：请补上时间。 欢迎改好再发来。"


def test_an_opening_word_keeps_chatter_out(
    box: int, push: Push, take_in: TakeIn, session: Session, look: Look, account: OfficialAccount, people: dict[str, Person]
) -> None:
    change_box(session, account, people["admin"], opening_word="投稿")
    session.commit()
    assert push(message(Content="你好，在吗")).text == "success"
    assert push(message("image", 2, PicUrl="http://x", MediaId="m")).text == "success"
    number = number_in(content(push(message(number=3, Content="投稿")).text))
    take_in()
    assert rows(look(), Submission) == 0
    assert content(push(message(number=4, Content=f"状态 {number}")).text) == f"{number} 已收到，编辑很快会看。"
    assert push(message(number=5, Content=STORY)).text == "success"
    take_in()
    assert (submission(look()).number, submission(look()).title) == (number, "门卫老周修好了三十年的钟")


def test_the_opening_word_is_not_part_of_the_story(
    box: int, push: Push, take_in: TakeIn, session: Session, look: Look, account: OfficialAccount, people: dict[str, Person]
) -> None:
    change_box(session, account, people["admin"], opening_word="投稿")
    session.commit()
    push(message(Content=f"投稿：{STORY}"))
    take_in()
    assert submission(look()).body == STORY


@pytest.mark.parametrize("kind", ["voice", "video", "shortvideo", "location"])
def test_what_cannot_be_taken_is_said(box: int, push: Push, kind: str, look: Look) -> None:
    assert content(push(message(kind, MediaId="m", Format="amr")).text) == "这里只收文字、图片和链接。"
    assert rows(look(), Letter) == 0


def test_one_follower_cannot_fill_the_inbox(box: int, push: Push, look: Look) -> None:
    start = clock.now()
    for count in range(letters.MOST_LETTERS_A_DAY + 2):
        with clock.at(start + timedelta(minutes=11 * count)):
            answer = content(push(message(number=count, Content=STORY), at=clock.real().timestamp()).text)
    assert answer == "您今天交来的稿件已经不少，请明天再发。"
    assert rows(look(), Letter) == letters.MOST_LETTERS_A_DAY
    with clock.at(start + timedelta(minutes=150)):
        number_in(content(push(message(number=999, sender=STRANGER, Content=STORY), at=clock.real().timestamp()).text))


def test_auto_replies_answer_and_are_no_submissions(
    box: int, push: Push, session: Session, look: Look, account: OfficialAccount, people: dict[str, Person]
) -> None:
    auto_replies.add(session, account, words="投稿须知，怎么投稿", whole=True, answer="请看 <投稿> 页。", by=people["admin"])
    auto_replies.add(session, account, words="地址", whole=False, answer="澄江路 1 号。", by=people["admin"])
    session.commit()
    assert content(push(message(Content="怎么投稿")).text) == "请看 <投稿> 页。"
    assert content(push(message(number=2, Content="你们的地址在哪里")).text) == "澄江路 1 号。"
    assert rows(look(), Letter) == 0
    assert "编号" in content(push(message(number=3, Content="怎么投稿呢")).text)


def test_coming_and_going_is_counted_once_and_who_goes_is_forgotten(
    box: int, push: Push, take_in: TakeIn, look: Look, account: OfficialAccount
) -> None:
    number = number_in(content(push(message(Content=STORY)).text))
    take_in()
    for said in (event("subscribe", STRANGER), event("subscribe", STRANGER), event("SUBSCRIBE", "o3"), event("unsubscribe")):
        assert push(said).text == "success"
    assert [(day.began, day.ceased) for day in followings.newest(look(), account.id)] == [(2, 1)]
    assert content(push(message(number=2, Content=f"状态 {number}")).text) == "没有找到您交来的这个编号的稿件。"
    assert submission(look()).body == STORY


def test_what_is_known_of_followers_is_forgotten_in_time(box: int, push: Push, take_in: TakeIn, session: Session) -> None:
    push(message(Content=STORY))
    take_in()
    with clock.at(clock.now() + letters.KEYS_KEPT + timedelta(days=1)):
        letters.forget_old(session)
        assert rows(session, LetterPart) == 0
        assert session.scalars(select(Letter.follower)).one() != ""
    with clock.at(clock.now() + letters.REMEMBERED + timedelta(days=1)):
        letters.forget_old(session)
        assert session.scalars(select(Letter.follower)).one() == ""
    session.rollback()
