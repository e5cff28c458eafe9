"""People and things for tests, built with the real verbs."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from editorial import accounts, clock, platform_applications
from editorial.accounts import OfficialAccount
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.calendar import editions
from editorial.calendar.editions import Edition
from editorial.groups import groups
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.outbox.deliveries import State as DeliveryState
from editorial.people import people
from editorial.people.people import Person, Role
from editorial.platform_applications import PlatformApplication
from editorial.release import releases
from editorial.review import stages
from editorial.review.sign_offs import Typeset

BODY = (
    "十月十二日，装配二车间的试车台第一次连续运转满七十二小时。\n\n## 一次看似普通的试车\n\n"
    "班长陈立带着三名新人守在台前，**每半小时**记录一次振动值。\n"
)
NAMES = {
    "contributor": "周小满", "desk_editor": "林晓雯", "department_head": "赵国强", "editor_in_chief": "沈知远",
    "publisher": "何敏", "operator": "罗杰", "admin": "吴桐",
}


def one_of_each(session: Session) -> dict[str, Person]:
    """One person per role, by role; `other` is a second contributor."""
    made = {role: person(session, role, name) for role, name in NAMES.items()}
    made["other"] = person(session, "contributor", "孙一鸣", email="other@chengjiang.example")
    return made


def person(session: Session, role: str, name: str = "某人", email: str = "") -> Person:
    """A person with one role."""
    return people.add(session, email=email or f"{role}@chengjiang.example", name=name, roles=[Role(role)], department="制造部")


def group(session: Session, slug: str = "assembly", connector: str | None = None, settings: dict[str, str] | None = None) -> Group:
    """A group, with a connector when its kind is given."""
    made = groups.add(session, name=f"{slug} 群", slug=slug, kind="training")
    if connector:
        made.connector = GroupConnector(kind=connector, settings=settings or {})
        session.flush()
    return made


def account(session: Session, app_id: str = "wx0123456789abcdef", **rights: bool) -> OfficialAccount:
    """An official account that may do everything unless `rights` say otherwise."""
    made = accounts.add(session, name=f"澄江机电 {app_id[-4:]}", account_type="subscription", app_id=app_id, app_secret="right")
    accounts.record_rights(session, made, {"draft": True, "release": True, "mass_send": True, "statistics": True, **rights})
    return made


def application(session: Session, platform: str = "wecom", **said: str) -> PlatformApplication:
    """A platform application; its secret is `right` unless `said`."""
    named = {"wecom": {"corp_id": "ww1234567890abcdef", "agent_id": "1000002"}}.get(platform, {"app_id": f"{platform}_abc"})
    return platform_applications.add(
        session, platform=platform, name=f"{platform} 应用", said={**named, "secret": "right", **said},
    )


def article(
    session: Session, by: Person, *, title: str = "七十二小时的试车台", body: str = BODY, slug: str = "assembly"
) -> Article:
    """An article in drafting."""
    if groups.by_slug(session, slug) is None:
        group(session, slug)
    return articles.write(session, Content(title=title, body=body, author=by.name), origin_group=slug, by=by).article


def in_review(session: Session, everyone: dict[str, Person], **words: str) -> Article:
    """An article at its first stage."""
    made = article(session, everyone["contributor"], **words)
    stages.submit(session, made, by=everyone["contributor"], blockers=[])
    return made


def signed_off(session: Session, everyone: dict[str, Person], **words: str) -> Article:
    """An article that three people approved."""
    made = in_review(session, everyone, **words)
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        approve(session, made, stage, everyone[role])
    return made


def approve(session: Session, made: Article, stage: str, by: Person) -> None:
    """One approval."""
    typeset = Typeset(html="<p style=\"margin:0\">七十二小时</p>", digest="七十二小时")
    stages.decide(session, made, stage=stage, decision="approve", revision=made.revision, by=by, typeset=typeset)


def publish(session: Session, edition: Edition) -> None:
    """The edition is out: its deliveries are sent, and its articles have their links."""
    for delivery in releases.deliveries_of(session, edition):
        delivery.state, delivery.settled_at = DeliveryState.SENT, clock.now()
    releases.record_published(session, edition, tuple(f"https://mp.weixin.qq.com/s/{place.id}" for place in edition.places))


def scheduled(
    session: Session, everyone: dict[str, Person], *, at: datetime | None = None, mode: str = "release",
    share_to: list[str] | None = None, of: OfficialAccount | None = None, count: int = 1,
) -> Edition:
    """An edition of signed-off articles, due at `at` (now when not given)."""
    chosen = [signed_off(session, everyone, title=f"试车台手记之{number}") for number in range(1, count + 1)]
    edition = editions.plan(
        session, account=str((of or account(session)).id), mode=mode, article_ids=[str(one.id) for one in chosen],
        share_to=share_to, by=everyone["publisher"],
    )
    releases.schedule(session, edition, at or clock.now() - timedelta(milliseconds=1), by=everyone["publisher"])
    return edition
