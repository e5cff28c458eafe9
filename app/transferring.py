"""Customer groups of somebody who leaves, passed on in WeCom: the successor is checked before anything is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import application_ways
from app.wiring import Wiring, engine_of
from editorial.departures.departures import HandOver
from editorial.departures.estate import Part
from editorial.groups.connectors import GroupConnector
from editorial.joining.identities import Identity
from editorial.joining.ways import SignInWay
from editorial.platform_applications import Platform, PlatformApplication
from publishers.wecom import customers, transfers
from publishers.wecom.api import Api

KIND = "wecom_customer_group"


@dataclass(frozen=True)
class Outcome:
    """How many groups there are, and why some were not passed on, by group."""

    count: int
    failed: Mapping[str, str]


def way_of(session: Session, item: HandOver) -> GroupConnector | None:
    """The customer groups that a hand-over is about."""
    if item.part != Part.ROBOT:
        return None
    query = select(GroupConnector).where(GroupConnector.group_id == item.thing_id, GroupConnector.kind == KIND)
    return session.scalars(query.order_by(GroupConnector.id)).first()


def known_as(session: Session, item: HandOver) -> str:
    """The successor's user id in WeCom as far as the house knows it; empty else."""
    query = (
        select(Identity.subject).join(SignInWay, SignInWay.id == Identity.way_id)
        .join(PlatformApplication, PlatformApplication.id == SignInWay.application_id)
        .where(Identity.person_id == item.to_id, PlatformApplication.platform == Platform.WECOM)
    )
    return session.scalar(query.limit(1)) or "" if item.to_id else ""


def transfer(session: Session, wiring: Wiring, way: GroupConnector, user_id: str) -> Outcome:
    """Check the successor, then ask for the transfer, with no transaction open. Raises one of the four words.

    Of a successor who may not own customer groups nothing is asked for: publishers.connector.Refused says why.
    """
    engine, settings = engine_of(session), dict(way.settings)
    api: Api = wiring.applications.wecom(engine, application_ways.chosen(session, KIND, settings))
    session.rollback()
    transfers.ensure_able(api, user_id)
    chats = customers.Settings.from_settings(settings).chats
    return Outcome(len(chats), transfers.transfer(api, chats, user_id))
