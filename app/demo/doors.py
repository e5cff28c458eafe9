"""The demo company's doors beside the password: its simulated sign-in, and the personnel list, looked at and not done yet."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.company import Cast
from editorial.joining import author_requests, directories, ways
from editorial.joining.directories import Entry
from editorial.people.people import Person

FIRST_NUMBER = 10001


def open_doors(session: Session, cast: Cast, sandbox_url: str) -> None:
    """A way to sign in by the simulated provider, somebody who asks for an account, three colleagues who are only on the list."""
    admin = cast.first(session, "admin")
    way = ways.add(session, {
        "kind": "oidc", "name": "澄江统一账号", "issuer": f"{sandbox_url}/oidc", "client_id": "qunsheng", "client_secret": "demo",
        "joins_by_mail": True,
    }, by=admin)
    listed = [
        Entry(str(FIRST_NUMBER + place), person.name, person.email, person.department.name if person.department else "")
        for place, person in enumerate(session.scalars(select(Person).order_by(Person.id)).unique())
    ]
    new = [
        Entry(str(FIRST_NUMBER + len(listed) + place), name, cast.email(mail), department)
        for place, (name, mail, department) in enumerate((
            ("顾晓岚", "gu.xiaolan", "质量部"), ("邵一川", "shao.yichuan", "装配车间"), ("温如玉", "wen.ruyu", "人力资源部"),
        ))
    ]
    author_requests.ask_as_stranger(
        session, way, "10400", name="蒋新成", email="", text="我在协作单位驻厂做安装调试，想写现场和师傅们的故事，每月能交一篇。")
    directory = directories.add(session, kind="file", name="人力资源部花名册", by=admin)
    directories.keep_look(session, directory, listed + new)
    session.commit()
