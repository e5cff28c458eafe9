"""`qunsheng doctor`: what works, what does not, and what to do about it. No secret stands in any line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import account_checks, account_signs, generation, schema
from app.config import Settings
from app.engine import open_engine
from app.media import Store
from app.wiring import Wiring
from editorial import accounts, clock, platform_applications
from editorial.accounts import OfficialAccount
from editorial.articles.assets import Asset
from editorial.audit import AuditEntry
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.intake import receptions
from editorial.intake.listening import Listening
from editorial.notices import channels
from editorial.notices.kinds import Channel
from editorial.outbox import probes
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.outbox.holds import Hold
from editorial.outbox.probes import Probe
from editorial.platform_applications import Platform
from editorial.vault import vault
from publishers.connector import Failure
from publishers.robots.settings import SettingError

STEP_BACK = timedelta(seconds=60)
LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Check:
    """One thing looked at. `remedy` says what to do; with `ok` True it is advice."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> list[Check]:
    """Look at everything that can be looked at from here; what needs the database is left out when it does not answer."""
    vault.open_with(settings.secret_key)
    checks = [_settings(settings), _folder(settings), _redis(settings)]
    engine = open_engine(settings)
    try:
        database = _database(engine)
        checks.append(database)
        if database.ok:
            checks.extend(_inside(engine, settings))
    finally:
        engine.dispose()
    return checks


def _inside(engine: Engine, settings: Settings) -> Iterator[Check]:
    with Session(engine) as session:
        yield _clock(session)
        yield _queue(session)
        yield _generation(engine, settings)
        yield _media(session, settings)
        yield from _accounts(session, engine, settings)
        yield from _connectors(session, settings)
        yield from _robots(session)
        yield from _long_connections(session)
        yield from _channels(session)
        yield from _holds(session)
        yield _unsettled(session)


def _settings(settings: Settings) -> Check:
    zone = f"zone {settings.zone}"
    if not settings.public_url:
        return Check("settings", True, f"{zone}, no public address",
                     "Set QUNSHENG_PUBLIC_URL to how the world reaches this service: tracked links and callbacks use it.")
    if not settings.public_is_reachable:
        return Check("settings", True, f"{zone}, public address {settings.public_url}",
                     "This address works on this machine only: set QUNSHENG_PUBLIC_URL before real groups get links.")
    return Check("settings", True, f"{zone}, public address {settings.public_url}")


def _folder(settings: Settings) -> Check:
    folder = settings.instance
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Check("instance folder", False, f"{folder} cannot be written", "Create it, or give it to the user that runs this.")
    free = shutil.disk_usage(folder).free
    found = f"{folder}, {free // (1024 * 1024)} MB free"
    if free < LEAST_FREE_BYTES:
        return Check("instance folder", False, found, "Make room on this disk: without it nothing can be saved or sent.")
    return Check("instance folder", True, found)


def _redis(settings: Settings) -> Check:
    if not settings.redis_url:
        return Check("redis", True, "not set; one machine needs none")
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=2).ping()
    except (RedisError, ValueError) as error:
        return Check("redis", False, f"does not answer ({type(error).__name__})",
                     "Start it, or correct or remove QUNSHENG_REDIS_URL; meanwhile the worker does the work itself.")
    return Check("redis", True, "answers")


def _database(engine: Engine) -> Check:
    kind = engine.dialect.name
    try:
        with Session(engine) as session:
            current = schema.is_current(session)
    except SQLAlchemyError as error:
        return Check("database", False, f"{kind} does not answer as ours ({type(error).__name__})",
                     "Start the database, correct QUNSHENG_DATABASE_URL, or run `qunsheng migrate` on a new one.")
    if not current:
        return Check("database", False, f"{kind}, not at schema {schema.head()}", "Run `qunsheng migrate`.")
    return Check("database", True, f"{kind}, schema {schema.head()}")


def _clock(session: Session) -> Check:
    seen = [
        instant for instant in (session.scalar(select(func.max(AuditEntry.at))), session.scalar(select(func.max(Probe.placed_at))))
        if instant is not None
    ]
    now = clock.now()
    if seen and max(seen) - now > STEP_BACK:
        behind = (max(seen) - now).total_seconds()
        return Check("clock", False, f"{now:%Y-%m-%d %H:%M:%S} UTC, {behind:.0f} s before the newest entry",
                     "Correct this machine's clock (switch NTP on); until then things go out at the wrong time.")
    return Check("clock", True, f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _queue(session: Session) -> Check:
    if probes.is_fresh(session):
        return Check("queue", True, "a probe went through within the last minute")
    probe = session.get(Probe, 1)
    answered = probe.answered_at if probe else None
    found = f"the last probe was answered {answered:%Y-%m-%d %H:%M} UTC" if answered else "no probe was ever answered"
    return Check("queue", False, found, "Nobody works the outbox: start `qunsheng up` or `qunsheng worker`.")


def _generation(engine: Engine, settings: Settings) -> Check:
    try:
        generation.ensure_not_older(engine, settings.instance)
    except generation.Older as older:
        return Check("generation", False, "the database is older than this instance", str(older))
    return Check("generation", True, "the database is the one this instance knows")


def _media(session: Session, settings: Settings) -> Check:
    place = "remote store" if settings.media_url else "instance folder"
    store = Store(settings)
    try:
        kept = store.keep(b"qunsheng doctor\n")
        store.read(kept)
    except (OSError, ValueError, ImportError) as error:
        return Check("pictures", False, f"{place} cannot be used ({type(error).__name__})",
                     "Correct QUNSHENG_MEDIA_URL or the folder's rights.")
    newest = session.scalar(select(Asset.sha256).order_by(Asset.id.desc()).limit(1))
    try:
        if newest:
            store.read(newest)
    except OSError:
        return Check("pictures", False, f"the newest picture is missing in the {place}",
                     "Bring the media files back from a backup: `qunsheng restore FILE`.")
    return Check("pictures", True, f"{place} reads and writes")


def _accounts(session: Session, engine: Engine, settings: Settings) -> Iterator[Check]:
    wiring = Wiring(settings)
    everyone = accounts.everyone(session)
    for account in everyone:
        yield from _account(session, wiring, engine, account)
    if not everyone:
        yield Check("accounts", True, "none", "Add an official account on the page Accounts before anything can be published.")


def _account(session: Session, wiring: Wiring, engine: Engine, account: OfficialAccount) -> Iterator[Check]:
    """The page of the account says the same: it is asked anew here, as by a press on “Test now” there."""
    account_id, name = account.id, account.name
    session.rollback()
    account_checks.check(engine, wiring, account_id)
    for sign in account_signs.signs(session, wiring.settings, accounts.get(session, account_id)):
        words = {key: _instant(value) for key, value in sign.params.items()}
        subject = f"account {name}" if sign.subject == "secret" else f"account {name}: {sign.subject}"
        yield Check(subject, sign.tone != "bad", sign.found.format(**words), sign.remedy.format(**words))


def _instant(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value


def _connectors(session: Session, settings: Settings) -> Iterator[Check]:
    wiring, usable = Wiring(settings), 0
    query = select(Group, GroupConnector).join(GroupConnector, GroupConnector.group_id == Group.id).where(GroupConnector.active)
    for group, row in session.execute(query.order_by(Group.id, GroupConnector.id)).all():
        problem = _problem(lambda row=row: wiring.robot(row.kind, row.settings))  # type: ignore[misc]
        usable += not problem
        if problem:
            yield Check(f"group {group.name}", False, problem, "Paste the robot's webhook address again on the group's page.")
    yield Check("groups", True, f"{usable} connectors usable", "" if usable else "Give a group a connector so that links reach it.")


def _robots(session: Session) -> Iterator[Check]:
    """Smart robots call us or are connected to: whether anything has come."""
    for robot in platform_applications.everyone(session, Platform.AIBOT, active_only=True):
        reception, name = receptions.of(session, robot.id), f"smart robot {robot.name}"
        if robot.trouble:
            yield Check(name, False, f"its senders stay unknown: {robot.trouble}",
                        "Test the WeCom application that it names its senders through.")
        elif reception.received_at is None:
            yield Check(name, reception.refused_at is None, reception.refused_reason or "nothing has come from it yet",
                        "Compare its keys with WeCom's console, open its page of messages, and write to it.")
        else:
            yield Check(name, True, f"called last {reception.received_at:%Y-%m-%d %H:%M} UTC",
                        "" if robot.companion_id else "Name the WeCom application through which its senders are known.")


def _long_connections(session: Session) -> Iterator[Check]:
    """Applications that we listen to, as whoever listens has kept it down; the pages of the applications say the same."""
    for application in receptions.listened_to(session):
        row, name = session.get_one(Listening, application.id), f"long connection {application.name}"
        if row.stands_since is not None:
            yield Check(name, True, f"connected since {row.stands_since:%Y-%m-%d %H:%M:%S} UTC")
        elif not row.is_kept:
            yield Check(name, False, f"not connected since {row.missing_since:%Y-%m-%d %H:%M:%S} UTC: nobody listens",
                        "Start `qunsheng up`, or `qunsheng listen` beside the other processes.")
        else:
            yield Check(name, False, f"not connected since {row.missing_since:%Y-%m-%d %H:%M:%S} UTC: {row.reason or 'just begun'}",
                        "Mend it in the platform's console, then save the application's page of messages." if row.is_refused
                        else "It is tried again by itself; see whether this machine reaches the platform.")


def _channels(session: Session) -> Iterator[Check]:
    """The house's mail server and desk robot, as they were tried or used last."""
    for channel, name in ((Channel.MAIL, "notices by mail"), (Channel.CHAT, "notices by chat")):
        row = channels.of(session, channel)
        if row is None:
            yield Check(name, True, "not set up", "Set it up on the page Settings, Notices: people are then told elsewhere, too.")
        elif row.reason:
            yield Check(name, False, row.reason, "Correct it on the page Settings, Notices, and send a trial there.")
        else:
            tried = f"tried {row.tested_at:%Y-%m-%d %H:%M} UTC" if row.tested_at else "not tried yet"
            advice = "" if row.tested_at else "Send a trial on the page Settings, Notices."
            yield Check(name, True, f"{row.hint or row.kind}, {tried}", advice)


def _problem(build: Callable[[], object]) -> str:
    try:
        build()
    except SettingError as error:
        return f"{error.field}: {error.message}"
    except Failure as failure:
        return failure.reason
    except KeyError:
        return "this kind of connector is not known"
    return ""


def _holds(session: Session) -> Iterator[Check]:
    """Pauses of robots and of everything; an account's own stands with its other signs."""
    for hold in session.scalars(select(Hold).order_by(Hold.target)).all():
        if hold.target.startswith("account:") and hold.until is None:
            continue
        if hold.until is None:
            yield Check(f"hold {hold.target}", False, f"held since {hold.since:%Y-%m-%d %H:%M} UTC: {hold.reason}",
                        "Mend the cause; setting the connector anew on the group's page ends the hold.")
        elif hold.until > clock.now():
            yield Check(f"hold {hold.target}", True, f"paused until {hold.until:%Y-%m-%d %H:%M} UTC: {hold.reason}",
                        "It goes on by itself.")


def _unsettled(session: Session) -> Check:
    wanting = (State.OUTCOME_UNKNOWN, State.NEEDS_PERSON, State.REFUSED)
    query = select(Delivery.state, func.count()).where(Delivery.state.in_(wanting), Delivery.purpose != Purpose.NOTICE)
    found = {str(state): number for state, number in session.execute(query.group_by(Delivery.state))}
    if not found:
        return Check("deliveries", True, "nothing waits to be settled")
    told = ", ".join(f"{number} {state}" for state, number in sorted(found.items()))
    return Check("deliveries", True, told, "Decide what needs a person on the page Deliveries; what is unknown is being found out.")
