"""The demo company's own applications on WeCom, DingTalk and Feishu."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.demo.company import Cast
from editorial import platform_applications

APPLICATIONS: tuple[dict[str, str], ...] = (
    {"platform": "wecom", "name": "企业微信·群声", "corp_id": "ww3c9e1f7a52d80b64", "agent_id": "1000002"},
    {"platform": "dingtalk", "name": "钉钉·群声", "app_id": "dingq7x2m4k9w1r8t5v3", "robot_code": "dingq7x2m4k9w1r8t5v3"},
    {"platform": "feishu", "name": "飞书·群声", "app_id": "cli_a7d41f9be22c500e"},
)
SECRET = "demo-application-secret"


def open_applications(session: Session, cast: Cast) -> None:
    """One application of each platform."""
    for one in APPLICATIONS:
        platform_applications.add(
            session, platform=one["platform"], name=one["name"], said={**one, "secret": SECRET}, by=cast.first(session, "admin"),
        )
