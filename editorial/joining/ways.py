"""The ways of signing in beside the password. Each is a row that an administrator set up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.platform_applications import Platform, PlatformApplication
from editorial.vault import Sealed

LONGEST_NAME = 40
FIELDS = ("kind", "name", "issuer", "client_id", "client_secret", "application")
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class WayKind(StrEnum):
    """Who vouches for a person: an OpenID Connect provider, or a platform whose application the company has."""

    OIDC = "oidc"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class SignInWay(Numbered, Dated, Base):
    """One way of signing in. `issuer`, `client_id` and the sealed secret are an OpenID provider's, `application` a platform's.

    `joins_by_mail`: a verified address that a person of ours has is proof enough to become them.
    `admits`: somebody unknown with a verified address at one of `domains` becomes a contributor.
    """

    __tablename__ = "sign_in_way"

    kind: Mapped[WayKind] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), unique=True)
    issuer: Mapped[str] = mapped_column(String(300), default="")
    client_id: Mapped[str] = mapped_column(String(200), default="")
    secrets: Mapped[dict[str, Any]] = mapped_column(Sealed)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("platform_application.id"))
    joins_by_mail: Mapped[bool] = mapped_column(default=False)
    admits: Mapped[bool] = mapped_column(default=False)
    domains: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)

    application: Mapped[PlatformApplication | None] = relationship()

    def takes(self, email: str) -> bool:
        """Whether an address is at one of the domains whose people are admitted."""
        return email.rpartition("@")[2].lower() in self.domains


def add(session: Session, said: Mapping[str, Any], *, by: Any) -> SignInWay:
    """Add a way from the fields of the page. Raises Invalid naming the field."""
    way = SignInWay(secrets={})
    _fill(session, way, said)
    session.add(way)
    session.flush()
    audit.record(session, "add_sign_in_way", "sign_in_way", way.id, by=by, details={"name": way.name})
    return way


def change(session: Session, way: SignInWay, said: Mapping[str, Any], *, by: Any) -> None:
    """Change a way; its kind stays, and an empty secret keeps the old one. Raises Invalid naming the field."""
    with session.no_autoflush:
        _fill(session, way, {**said, "kind": way.kind})
    audit.record(session, "change_sign_in_way", "sign_in_way", way.id, by=by, details={"name": way.name})


def switch(session: Session, way: SignInWay, *, on: bool, by: Any) -> None:
    """Offer a way at the door, or no longer; who was joined to it stays so."""
    way.active = on
    verb = "open_sign_in_way" if on else "close_sign_in_way"
    audit.record(session, verb, "sign_in_way", way.id, by=by, details={"name": way.name})


def get(session: Session, way_id: int) -> SignInWay:
    """The way with this id. Raises NotFound."""
    way = session.get(SignInWay, way_id)
    if way is None:
        raise NotFound()
    return way


def open_way(session: Session, way_id: int) -> SignInWay:
    """A way that is offered at the door. Raises NotFound."""
    way = get(session, way_id)
    if not _is_open(way):
        raise NotFound()
    return way


def everyone(session: Session, *, open_only: bool = False) -> list[SignInWay]:
    """All ways, or those that are offered at the door, the first added first."""
    found = session.scalars(select(SignInWay).order_by(SignInWay.id)).all()
    return [way for way in found if not open_only or _is_open(way)]


def _is_open(way: SignInWay) -> bool:
    return way.active and (way.application is None or way.application.active)


def _fill(session: Session, way: SignInWay, said: Mapping[str, Any]) -> None:
    typed = {name: str(said.get(name) or "").strip() for name in FIELDS}
    domains = [domain.lower().removeprefix("@") for domain in re.split(r"[\s,，、;；]+", str(said.get("domains") or "")) if domain]
    problems = [*_name_problems(session, way, typed["name"]), *_kind_problems(session, typed, bool(said.get("admits")), domains)]
    if problems:
        raise Invalid(*problems)
    way.kind, way.name = WayKind(typed["kind"]), typed["name"]
    way.joins_by_mail, way.admits, way.domains = bool(said.get("joins_by_mail")), bool(said.get("admits")), domains
    if way.kind == WayKind.OIDC:
        way.issuer, way.client_id = typed["issuer"], typed["client_id"]
        way.secrets = {"client_secret": typed["client_secret"] or way.secrets.get("client_secret", "")}
    else:
        way.application_id = int(typed["application"])


def _name_problems(session: Session, way: SignInWay, name: str) -> Iterator[Problem]:
    twin = session.scalar(select(SignInWay.id).where(SignInWay.name == name))
    if not name:
        yield Problem("name", "A name is needed.")
    elif len(name) > LONGEST_NAME:
        yield Problem("name", "At most {limit} characters, now {count}.", {"limit": LONGEST_NAME, "count": len(name)})
    elif twin is not None and twin != way.id:
        yield Problem("name", "This name is already used.")


def _kind_problems(session: Session, typed: Mapping[str, str], admits: bool, domains: list[str]) -> Iterator[Problem]:
    kind = typed["kind"]
    if kind not in set(WayKind):
        yield Problem("kind", "Choose one of the list.")
    elif kind == WayKind.OIDC:
        if not _is_issuer(typed["issuer"]):
            yield Problem("issuer", "The issuer is an https address without a question mark, just as the provider writes it.")
        if not typed["client_id"] or len(typed["client_id"]) > 200:
            yield Problem("client_id", "The provider's console shows it; it is needed.")
    elif not _is_application_of(session, kind, typed["application"]):
        yield Problem("application", "Choose the company's application on this platform.")
    if admits and not domains:
        yield Problem("domains", "Say whose addresses are admitted, for example chengjiang.example.")
    wrong = [domain for domain in domains if not DOMAIN.fullmatch(domain)]
    if wrong:
        yield Problem("domains", "{domain} is not a domain.", {"domain": wrong[0]})


def _is_issuer(address: str) -> bool:
    """OpenID Connect Discovery 1.0, section 2; http is for trials on this machine."""
    parts = urlsplit(address)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "127.0.0.1")
    return bool(secure and parts.hostname) and not parts.query and not parts.fragment and len(address) <= 300


def _is_application_of(session: Session, kind: str, application_id: str) -> bool:
    if not (application_id.isascii() and application_id.isdigit()):
        return False
    application = session.get(PlatformApplication, int(application_id))
    return application is not None and application.platform == Platform(kind)
