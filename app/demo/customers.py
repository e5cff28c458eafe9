"""The demo company's customer groups at the simulated WeCom, read every day, and a code by which customers come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import join_pictures, outside
from app.config import Settings
from app.connecting import add_connector
from app.demo.agenda import Agenda
from app.demo.applications import customer_contact, kept
from app.demo.company import Cast
from app.demo.stories import Stories
from app.wiring import Wiring
from editorial import clock, platform_applications
from editorial.groups import customer_groups, groups, join_codes
from editorial.groups.join_codes import Wanted
from editorial.people import people
from editorial.people.people import Role
from editorial.platform_applications import Platform, PlatformApplication
from publishers.sandbox.running import Running

SLUG, OWNER = "customers", "meng.fanxing"
CHATS = (
    ("wrChengjiangUsers01", "澄江用户之友①", 420, 142), ("wrChengjiangUsers02", "澄江用户之友②", 160, 96),
    ("wrChengjiangUsers03", "用户之友·水厂运维", 45, 31),
)
"""Id, name, days since it was opened, customers."""
POSTER, NEW_GROUPS = "水泵展会海报", "澄江用户之友"
HANGS_FOR_DAYS, SCANNED_DAYS_AGO = 12, (9, 9, 8, 6, 6, 6, 2)


def open_groups(sandbox: Running) -> None:
    """Let the simulated WeCom have the customer groups; customers came one after another since each was opened."""
    sandbox.settings(customer_groups=[_chat(*one) for one in CHATS])


def plan(agenda: Agenda, stories: Stories, cast: Cast, sandbox: Running, settings: Settings) -> None:
    """A second way into the customers' group, with a code that hangs at the fair."""
    agenda.add(stories.wall(-HANGS_FOR_DAYS, "10:20"), lambda session: _hang(session, cast, sandbox, settings))


def read_groups(session: Session) -> None:
    """Let the worker read the groups from now on. Before, the platform's clock stands in the past, and so would the look."""
    customer_groups.look_now(session, _wecom(session).id, by=people.with_role(session, Role.ADMIN)[0])


def _hang(session: Session, cast: Cast, sandbox: Running, settings: Settings) -> None:
    admin, wecom, chats = cast.first(session, "admin"), _wecom(session), [chat for chat, *_ in CHATS]
    group = groups.by_slug(session, SLUG)
    if group is None:
        raise LookupError(SLUG)
    said = {"application": str(wecom.id), "sender": OWNER, "chats": ", ".join(chats)}
    add_connector(session, group, customer_groups.KIND, said, by=admin)
    code = join_codes.add(session, group, wecom.id, chats, Wanted(POSTER, base_name=NEW_GROUPS), by=admin)
    speaker = outside.join_code(customer_contact(settings), code)
    kept(session, code, speaker.add())
    code.picture = join_pictures.received(Wiring(settings), speaker.picture_at(code.remote_id))
    for days in SCANNED_DAYS_AGO:
        sandbox.scan(code.remote_id, at=(clock.now() + timedelta(days=HANGS_FOR_DAYS - days)).timestamp())


def _wecom(session: Session) -> PlatformApplication:
    return platform_applications.everyone(session, Platform.WECOM)[0]


def _chat(chat: str, name: str, days: int, customers: int) -> dict[str, Any]:
    now, opened = clock.now(), clock.now() - timedelta(days=days)
    came = [now - timedelta(days=days * number / customers) for number in range(1, customers)]
    members = [{"type": 1, "joined": opened.timestamp()}, *({"type": 2, "joined": one.timestamp()} for one in came)]
    return {"id": chat, "name": name, "owner": OWNER, "opened": opened.timestamp(), "members": members}
