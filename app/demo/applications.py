"""The demo company's own applications on WeCom, DingTalk and Feishu, and its smart robot in WeCom groups."""

from __future__ import annotations

import base64
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import outside
from app.config import Settings
from app.demo.company import Cast
from editorial import platform_applications
from editorial.groups import anti_harassment, groups, kept_outside, welcome_messages
from editorial.groups.anti_harassment import Wanted
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Kind
from editorial.groups.kept_outside import KeptOutside, Standing
from editorial.intake import receptions, robot_chats
from editorial.platform_applications import Platform
from publishers.applications.application import Application
from publishers.net import Line
from publishers.sandbox.applications.robot_talk import chat_id
from publishers.sandbox.running import Running
from publishers.tokens import TokensInMemory
from publishers.wecom.api import CustomerContact
from publishers.wecom.welcome_templates import Template, Welcome

APPLICATIONS: tuple[dict[str, str], ...] = (
    {"platform": "wecom", "name": "企业微信·群声", "corp_id": "ww3c9e1f7a52d80b64", "agent_id": "1000002"},
    {"platform": "dingtalk", "name": "钉钉·群声", "app_id": "dingq7x2m4k9w1r8t5v3", "robot_code": "dingq7x2m4k9w1r8t5v3"},
    {"platform": "feishu", "name": "飞书·群声", "app_id": "cli_a7d41f9be22c500e"},
)
SECRET = "demo-application-secret"
WELCOME = "欢迎 %NICKNAME%！培训里的收获、照片和问题，都可以写成一篇小稿交上来，两百字就够。"
ROBOT, BOT_ID = "小声", "aibChengjiang01"
ROBOT_CHATS, NAMED = 3, 2
"""Groups in which it was called, and how many of them somebody has named."""


def open_applications(session: Session, cast: Cast) -> None:
    """One application of each platform."""
    for one in APPLICATIONS:
        platform_applications.add(
            session, platform=one["platform"], name=one["name"], said={**one, "secret": SECRET}, by=cast.first(session, "admin"),
        )


def bring_robot(session: Session, cast: Cast) -> None:
    """The smart robot: members of WeCom groups call it, and their stories carry their group."""
    admin, companion = cast.first(session, "admin"), platform_applications.everyone(session, Platform.WECOM)[0]
    robot = platform_applications.add(session, platform="aibot", name=ROBOT, by=admin, said={
        "app_id": BOT_ID, "callback_token": secrets.token_hex(12), "companion": str(companion.id),
        "encoding_aes_key": base64.b64encode(secrets.token_bytes(32), b"Az").decode().rstrip("="),
    })
    query = select(GroupConnector).where(GroupConnector.kind == "wecom_robot").order_by(GroupConnector.group_id)
    reached = list(session.scalars(query.limit(ROBOT_CHATS)))
    slugs = [groups.get(session, one.group_id).slug for one in reached]
    receptions.change(session, robot, is_open=True, origin_group=slugs[0], stand_in="群里的同事", by=admin)
    for number, (connector, slug) in enumerate(zip(reached, slugs, strict=True)):
        chat = robot_chats.called(session, robot, chat_id(str(connector.settings["key"])))
        if chat is not None and number < NAMED:
            robot_chats.name(session, robot, chat.id, slug, by=admin)


def greet_newcomers(session: Session, cast: Cast, settings: Settings) -> None:
    """A welcome message and a rule against spam, both kept by the simulated WeCom."""
    admin, wecom = cast.first(session, "admin"), platform_applications.everyone(session, Platform.WECOM)[0]
    platform_applications.switch_chat_rules(session, wecom, on=True, by=admin)
    api = customer_contact(settings)
    welcome = welcome_messages.write(session, wecom.id, Kind.TRAINING, welcome_messages.Words(WELCOME), by=admin)
    kept(session, welcome, Template(api, Welcome(WELCOME)).add())
    wanted = Wanted(
        "广告和刷单", words=("代开发票", "刷单返利"), links=("spam.example.com",), sorts=("red_packet",), users=("panxiaoman",),
    )
    rule = anti_harassment.write(session, wecom.id, wanted, by=admin)
    kept(session, rule, outside.chat_rule(api, rule).add())


def customer_contact(settings: Settings) -> CustomerContact:
    """What is asked about customers at the simulated WeCom."""
    said = APPLICATIONS[0]
    known = Application("demo", SECRET, corp_id=said["corp_id"], agent_id=said["agent_id"])
    return CustomerContact(known, Line(settings.platforms.wecom), TokensInMemory())


def kept(session: Session, row: KeptOutside, remote_id: str) -> None:
    """The simulated WeCom has it, under this id."""
    kept_outside.settle(session, row, row.fence, Standing.KEPT, remote_id=remote_id)


def robot_calls(session: Session, sandbox: Running, settings: Settings) -> None:
    """From now on WeCom tells us what is said to the robot."""
    for robot in platform_applications.everyone(session, Platform.AIBOT):
        sandbox.control("POST", "smart_robots", {
            "bot_id": robot.app_id, "name": robot.name, "url": f"{settings.public_url}/callbacks/aibot/{robot.id}",
            "token": robot.secrets["callback_token"], "encoding_aes_key": robot.secrets["encoding_aes_key"], "encrypts": True,
        })
