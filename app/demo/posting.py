"""What reaches the demo company's submission mailbox: a colleague's story in two mails, a reader's letter, an absence notice."""

from __future__ import annotations

import zlib
from email.message import EmailMessage

from sqlalchemy.orm import Session

from editorial.groups import groups
from editorial.intake import mailboxes
from editorial.people.people import Person, Role, with_role
from publishers.sandbox.running import Running

STORY = ("食堂师傅老何的第一百种面", "老何在厂里食堂揉了二十六年面。\n\n上个月，他把第一百种面写在了窗口的黑板上。")
MORE = "补充：面的名字叫“夜班汤面”，只在凌晨一点到三点供应。"
LETTER = ("想看更多车间里的人", "我是附近中学的老师，学生很喜欢读你们写的老师傅。能不能每个月写一位？")


def open_mailbox(session: Session, sandbox: Running) -> None:
    """The company reads a mailbox of the sandbox, in which three mails lie."""
    port, first = sandbox.imap_port(), groups.open_groups(session)
    if not port or not first:
        return
    admin, writer = with_role(session, Role.ADMIN)[0], with_role(session, Role.CONTRIBUTOR)[0]
    address = f"tougao@{admin.email.rpartition('@')[2]}"
    mailboxes.change(
        session, address=address, is_open=True, strangers="accept", origin_group=first[0].slug, stand_in="来信的读者", by=admin,
        settings={
            "host": "127.0.0.1", "port": port, "security": "none", "username": "tougao", "password": "demo", "folder": "INBOX",
        },
    )
    session.commit()
    for mail in _mails(address, writer):
        sandbox.drop_in(bytes(mail))


def _mails(address: str, writer: Person) -> list[EmailMessage]:
    return [
        _mail(address, f"{writer.name} <{writer.email}>", f"投稿：{STORY[0]}", STORY[1]),
        _mail(address, f"{writer.name} <{writer.email}>", f"投稿：{STORY[0]}（补充）", MORE),
        _mail(address, "陈老师 <chen@school.example>", *LETTER),
        _mail(address, "仓库 <store@school.example>", "自动回复：我在休假", "我十月二十日回来。", auto="auto-replied"),
    ]


def _mail(address: str, sender: str, subject: str, words: str, auto: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, address, subject
    message["Message-ID"] = f"<demo-{zlib.crc32(subject.encode())}@qunsheng.example>"
    if auto:
        message["Auto-Submitted"] = auto
    message.set_content(words)
    return message
