"""An empty database filled with three months of the demo company, by the real verbs and the real publisher."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import reminding, schema
from app.config import Settings
from app.demo import (
    applications,
    belonging,
    checks,
    circles,
    company,
    customers,
    days,
    doors,
    inbox,
    kinds,
    leaving,
    material,
    readers,
    story_calls,
    telling,
    topics,
    ways,
    writing,
)
from app.demo.agenda import Agenda
from app.demo.company import Cast, Said
from app.demo.conduct import Cases
from app.demo.material import sign_ins
from app.demo.outings import Outings
from app.demo.stories import Kept, Stories
from app.engine import WRITES, open_engine
from app.locks import exclusive, lane_lock
from app.media import Store
from app.outfit import outfit_for
from app.uploads.storing import store_fitted
from app.wiring import Wiring
from editorial import accounts, clock, notices
from editorial.articles import assets
from editorial.people.people import Person
from editorial.share_back import shares
from editorial.vault import vault
from publishers.pictures.fitting import fit
from publishers.sandbox.running import Running

__all__ = ["HalfMovedIn", "NoSandbox", "holding", "seed", "sign_ins"]
FOUNDED_DAYS_AGO = 95
TOKENS_LIVE_SECONDS = 2.0 * FOUNDED_DAYS_AGO * 86_400
NOTICES_SEEN_DAYS_AGO = 2
EVERY = 4
"""A progress line for every so many stories."""
LANE_SECONDS = 60.0
"""How long a worker may take to leave a lane that it has just looked into."""


class NoSandbox(Exception):
    """Demo data is published while it is made, so it is made with the simulated platforms only."""


class HalfMovedIn(Exception):
    """An earlier start was ended before the demo company had moved in, so part of it is missing."""


def seed(settings: Settings) -> None:
    """Fill an empty database; does nothing when there are people. Raises NoSandbox, HalfMovedIn."""
    if not settings.sandbox_url or not settings.platforms.wechat.is_local:
        raise NoSandbox(str(NoSandbox.__doc__))
    vault.open_with(settings.secret_key)
    engine = open_engine(settings)
    schema.migrate(engine)
    moving = settings.instance / "demo-moving-in"
    with exclusive(engine, settings.instance / "locks", "demo"):
        with Session(engine) as session:
            if session.scalar(select(Person.id).limit(1)) is not None:
                if moving.exists():
                    raise HalfMovedIn(str(HalfMovedIn.__doc__))
                return
        sandbox = Running(settings.sandbox_url, lambda: None)
        moving.touch()
        customers.open_groups(sandbox)
        with _patient(sandbox):
            _fill(engine, settings, sandbox)
        with Session(engine) as session:
            applications.robot_calls(session, sandbox, settings)
        with Session(engine.execution_options(**WRITES)) as session:
            customers.read_groups(session)
            session.commit()
        moving.unlink()
    engine.dispose()


def _fill(engine: Engine, settings: Settings, sandbox: Running) -> None:
    said, agenda, cast = material.company(), Agenda(), Cast(material.company()["company"]["domain"])
    stories = Stories(agenda, cast, settings.zone)
    company.furnish(sandbox, said)
    with Session(engine.execution_options(**WRITES)) as session:
        with clock.at(stories.wall(-FOUNDED_DAYS_AGO, "09:00")):
            company.hire(session, said)
            company.found_groups(session, said, cast)
            company.open_accounts(session, said, cast)
            company.open_letter_box(session, cast)
            applications.open_applications(session, cast)
            applications.bring_robot(session, cast)
            applications.greet_newcomers(session, cast, settings)
            company.design(session, said, cast)
            session.commit()
            company.probe(session, engine, settings)
        stories.pictures = _keep_pictures(session, settings)
        session.commit()
        everyone = accounts.everyone(session)
        lanes = [account.lane for account in everyone] + [readers.lane_of(account.id) for account in everyone]
        print(f"demo: {len(said['people'])} people, {len(said['groups'])} groups", flush=True)
    with holding(engine, settings, [*lanes, reminding.LANE, shares.LANE]) as session:
        outings = Outings(agenda, stories, cast, sandbox, lambda lane: outfit_for(lane, settings, engine))
        _plan_everything(said, agenda, cast, stories, outings)
        days.plan(agenda, stories, cast, settings.zone)
        inbox.fill(agenda, stories, cast)
        story_calls.plan(agenda, stories, cast, outings)
        topics.plan(agenda, stories, cast)
        ways.plan(agenda, stories, cast)
        kinds.plan(agenda, stories, cast)
        checks.plan(agenda, stories, cast)
        writing.plan(agenda, stories, cast)
        belonging.plan(agenda, cast)
        leaving.plan(agenda, cast)
        customers.plan(agenda, stories, cast, sandbox, settings)
        circles.plan(agenda, stories, cast, settings.zone)
        for done, _ in enumerate(agenda.work(session), start=1):
            if done % EVERY == 0:
                print(f"demo: {done} of {len(material.stories())} articles", flush=True)
        outings.count_visits(session)
        client_of = functools.partial(Wiring(settings).client, engine)
        readers.write_comments(session, sandbox, said["reactions"], stories, client_of)
        readers.collect(session, client_of)
        company.call_back(session, sandbox, settings)
        leaving.look_after(session, cast)
        telling.open_ways(session, sandbox)
        doors.open_doors(session, cast, settings.sandbox_url)


def _plan_everything(said: Said, agenda: Agenda, cast: Cast, stories: Stories, outings: Outings) -> None:
    signed_off = {story.key: stories.tell(story) for story in material.stories()}
    published: dict[str, datetime | None] = {}
    names = {one["slug"]: one["name"] for one in said["accounts"]}
    for edition in said["editions"]:
        instant = outings.plan(edition, names[edition["account"]], max(signed_off[key] for key in edition["articles"]))
        published.update(dict.fromkeys(edition["articles"], instant))
    for story in material.stories():
        instant = published.get(story.key)
        if instant is not None:
            stories.after_publication(story, instant)
    for submission in said["submissions"]:
        stories.only_handed_in(submission)
    Cases(cast).plan(agenda, stories)
    agenda.add(stories.wall(-NOTICES_SEEN_DAYS_AGO, "08:00"), _everybody_has_read)


def _everybody_has_read(session: Session) -> None:
    for person in session.scalars(select(Person)).all():
        notices.see_all(session, person)


def _keep_pictures(session: Session, settings: Settings) -> dict[str, Kept]:
    store, kept = Store(settings), {}
    files = material.picture_files()
    with ThreadPoolExecutor() as pool:
        all_fitted = pool.map(lambda file: fit(material.picture(file)), files)
    for file, fitted in zip(files, all_fitted, strict=True):
        asset = assets.keep(session, **store_fitted(store, fitted))
        kept[file] = Kept(asset.sha256, asset.url)
    return kept


@contextmanager
def _patient(sandbox: Running) -> Iterator[None]:
    """Three months pass in seconds: no limits per minute, no publish delay, and tokens that outlive them."""
    before = sandbox.control("GET", "settings")
    sandbox.settings(publish_delay=0.0, rate_limits=False, fsync=False, token_seconds=TOKENS_LIVE_SECONDS)
    try:
        yield
    finally:
        sandbox.settings(**before)


@contextmanager
def holding(engine: Engine, settings: Settings, lanes: list[str]) -> Iterator[Session]:
    """A session that holds every lane, so that no worker takes what is due in the past for late."""
    with ExitStack() as stack:
        sessions = [_waited_for(stack, engine, settings, lane) for lane in lanes]
        yield sessions[-1]


def _waited_for(stack: ExitStack, engine: Engine, settings: Settings, lane: str) -> Session:
    """The session that holds this lane; a worker that has just looked into it leaves it soon."""
    deadline = time.monotonic() + LANE_SECONDS
    while True:
        taken = ExitStack()
        session = taken.enter_context(lane_lock(engine, settings.instance / "locks", lane))
        if session is not None:
            stack.push(taken)
            return session
        taken.close()
        if time.monotonic() > deadline:
            raise RuntimeError(f"a worker does not leave the lane {lane}")
        time.sleep(0.1)
