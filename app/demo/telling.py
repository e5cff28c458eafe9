"""How the demo company tells its people: a mail server and a desk robot of the sandbox, and links sent to phones."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import posting
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.notices import channels, choices
from editorial.notices.kinds import Channel
from editorial.people.people import Person, Role, with_role
from editorial.review import deciders, invitations, stages
from publishers.sandbox.running import Running

DESK_ROBOT = "5e1f0a7c-0d3b-4c7e-9a51-2f6b8d4e7c90"
EXPERT = ("顾延之", "gu.yanzhi@pump-institute.example")


def open_ways(session: Session, sandbox: Running) -> None:
    """From now on the company writes mails; what was told in the months before stays where it is."""
    admin, editor = with_role(session, Role.ADMIN)[0], with_role(session, Role.DESK_EDITOR)[0]
    sandbox.chat("wecom", DESK_ROBOT, name="编辑部内部群")
    channels.change(session, Channel.CHAT, "wecom_robot", {"key": DESK_ROBOT}, DESK_ROBOT[-4:], by=admin)
    port = sandbox.mail_port()
    if not port:
        session.commit()
        return
    domain = admin.email.rpartition("@")[2]
    channels.change(session, Channel.MAIL, "smtp", {
        "host": "127.0.0.1", "port": port, "security": "none", "username": "", "password": "",
        "sender": f"qunsheng@{domain}", "sender_name": "群声",
    }, f"qunsheng@{domain} · 127.0.0.1", by=admin)
    choices.set_habit(session, with_role(session, Role.OPERATOR)[0], "daily", "21:00", "08:00", "Asia/Shanghai")
    free = select(Article).where(Article.state == State.IN_REVIEW, Article.embargo_until.is_(None))
    for article in session.scalars(free.order_by(Article.id).limit(2)).all():
        _send_links(session, article, editor)
    session.commit()
    posting.open_mailbox(session, sandbox)


def _send_links(session: Session, article: Article, editor: Person) -> None:
    row = stages.open_stage(session, article)
    asked = [person for person in deciders.able(session, row) if person.id != editor.id]
    if asked:
        invitations.invite(session, article, row.name, asked[0], by=editor)
    invitations.invite_expert(session, article, name=EXPERT[0], address=EXPERT[1], by=editor)
