"""The demo's people, groups and official accounts, and the same accounts and groups on the simulated platforms."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.config import Settings
from app.connecting import add_connector, set_connector
from app.demo.material import PASSWORD
from app.wiring import Wiring
from editorial import accounts, clock
from editorial.articles import themes
from editorial.groups import charters, groups, ways_in
from editorial.intake import auto_replies, letter_boxes
from editorial.measuring.messages import platform_day
from editorial.people import credentials, people
from editorial.people.people import Person
from publishers.rendering.recipe import Recipe, styles_of
from publishers.sandbox.running import Running
from publishers.wechat import rights

Said = dict[str, Any]
CHATS = {"wecom_robot": ("wecom", "key"), "dingtalk_robot": ("dingtalk", "access_token"), "feishu_robot": ("feishu", "hook")}


LETTERS_OF = "customers"
AUTO_REPLIES = (
    ("怎么投稿，投稿须知", True, "发“投稿”加上您的故事就行，照片跟着发。十分钟内的算一篇，编辑两天内答复。"),
    ("地址，在哪", False, "澄江市泵业路 18 号，工作日 8:30 到 17:00 有人接待。"),
)


class Cast:
    """The people by the local part of their address."""

    def __init__(self, domain: str) -> None:
        self._domain = domain

    def email(self, name: str) -> str:
        """The address of `name`, empty for nobody."""
        return f"{name}@{self._domain}" if name else ""

    def get(self, session: Session, name: str) -> Person:
        """The person called `name`."""
        found = people.by_email(session, self.email(name))
        if found is None:
            raise LookupError(f"nobody in company.json is called {name}")
        return found

    def first(self, session: Session, role: str) -> Person:
        """The first person with a role."""
        return people.with_role(session, people.Role(role))[0]


def hire(session: Session, said: Said) -> None:
    """Everybody, with the demo's password; the administrator came first and brought the others in."""
    departments = {one["slug"]: one["name"] for one in said["departments"]}
    admin: Person | None = None
    for one in sorted(said["people"], key=lambda one: "admin" not in one["roles"]):
        person = people.add(
            session, email=one["email"], name=one["name"], roles=one["roles"], department=departments[one["department"]], by=admin,
        )
        if admin is None:
            credentials.set_password(session, person, PASSWORD, by=None)
            admin = person
        # Hashing is slow on purpose; one public password needs it once.
        person.password_hash = admin.password_hash


def found_groups(session: Session, said: Said, cast: Cast) -> None:
    """The tree of groups with their stewards, charters and connectors."""
    admin = cast.first(session, "admin")
    for one in said["groups"]:
        group = groups.add(
            session, name=one["name"], slug=one["slug"], kind=one["kind"], parent=one["parent"] or "",
            steward=cast.email(one["steward"] or ""), deputy=cast.email(one["deputy"] or ""),
            by=admin,
        )
        charter = {"audience": one["purpose"]["who"], "purpose": f"{one['purpose']['what_for']}。", **one["charter"]}
        charters.write(session, group, charter, by=admin)
        if one["connector"]:
            connector = {name: value for name, value in one["connector"].items() if name != "kind"}
            set_connector(session, group, one["connector"]["kind"], connector, by=admin)
        for kind in one.get("also_for_calls", ()):
            ways_in.mark_for_calls(session, group, add_connector(session, group, kind, {}, by=admin), True, by=admin)


def open_accounts(session: Session, said: Said, cast: Cast) -> None:
    """The official accounts, each with a fresh callback token and key."""
    admin = cast.first(session, "admin")
    for one in said["accounts"]:
        accounts.add(
            session, name=one["name"], account_type=one["account_type"], app_id=one["app_id"], app_secret=one["app_secret"],
            callback_token=secrets.token_hex(16), by=admin,
            encoding_aes_key=base64.b64encode(secrets.token_bytes(32)).decode().rstrip("="),
        )


def open_letter_box(session: Session, cast: Cast) -> None:
    """Readers may write to the first account: one word begins a story, another is answered."""
    admin, account = cast.first(session, "admin"), accounts.everyone(session)[0]
    letter_boxes.change(
        session, account, is_open=True, origin_group=LETTERS_OF, opening_word="投稿", only_sealed=False,
        stand_in=f"{account.name}的关注者", by=admin,
    )
    for words, whole, answer in AUTO_REPLIES:
        auto_replies.add(session, account, words=words, whole=whole, answer=answer, by=admin)


def design(session: Session, said: Said, cast: Cast) -> None:
    """The company's own theme beside those that come with the house."""
    one = said["theme"]
    recipe = Recipe(**one["recipe"])
    themes.create(
        session, name=one["name"], label=one["label"], recipe=asdict(recipe), own={}, styles=styles_of(recipe),
        by=cast.first(session, "desk_editor"),
    )


def furnish(sandbox: Running, said: Said) -> None:
    """Tell the simulated platforms of the same accounts and group chats."""
    for one in said["accounts"]:
        sandbox.account(
            one["app_id"], name=one["name"], secret=one["app_secret"], followers=one["followers"],
            counted_on=f"{platform_day(clock.now())}",
        )
    for one in said["groups"]:
        connector = one["connector"] or {}
        if connector.get("kind") in CHATS:
            platform, key = CHATS[connector["kind"]]
            sandbox.chat(platform, connector[key], name=one["name"], secret=connector.get("secret", ""))


def probe(session: Session, engine: Engine, settings: Settings) -> None:
    """Ask the platform what each account may do."""
    wiring = Wiring(settings)
    for account in accounts.everyone(session):
        client = wiring.client(engine, account)
        session.commit()
        seen = rights.probe(client)
        accounts.record_rights(session, account, {right: getattr(seen, right) for right in accounts.RIGHTS})
        session.commit()


def call_back(session: Session, sandbox: Running, settings: Settings) -> None:
    """From now on the platform tells us of results by itself."""
    for account in accounts.everyone(session):
        sandbox.account(
            account.app_id, callback_url=f"{settings.public_url}/callbacks/wechat/{account.id}",
            token=account.secrets["callback_token"], encoding_aes_key=account.secrets["encoding_aes_key"],
        )
