"""Sixty mails and messages of every kind, each sent twice, processes killed in between: each one numbered submission, whole."""

from __future__ import annotations

import base64
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import from_env
from app.engine import open_engine
from app.writing import writing
from editorial.articles.assets import Asset
from editorial.intake import mailboxes, receptions
from editorial.intake.arrivals import Arrival
from editorial.intake.submissions import Submission
from editorial.people import people
from publishers.sandbox.running import Running, spawn
from tests import factories, instances, mails
from tests.instances import Instance, wait_until
from tests.mails import Held
from tests.phones import KEYS, Phone, Said
from tests.pictures import photo

pytestmark = pytest.mark.slow
KILLS = 8
PLATFORMS = ("wecom", "dingtalk", "feishu")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass
class Story:
    """One story: how it is sent, and what must stand in its submission, in order; pictures by their widths."""

    name: str
    sender: str
    sends: list[bytes] | list[Said]
    holds: list[Held]
    platform: str = "mail"


@pytest.fixture
def platforms(tmp_path: Path) -> Iterator[Running]:
    with spawn(tmp_path / "sandbox", 0, "--fsync", "off") as running:
        yield running


@pytest.fixture
def instance(tmp_path: Path, platforms: Running) -> Iterator[Instance]:
    with instances.running(tmp_path / "instance", QUNSHENG_POLL_SECONDS="0.5", **instances.platforms_at(platforms.url)) as running:
        instances.with_people(running)
        yield running


def test_sixty_stories_sent_twice_through_killed_processes_are_sixty_submissions(instance: Instance, platforms: Running) -> None:
    phones = {platform: _phone(instance, platform, number) for platform, number in _ways(instance, platforms).items()}
    stories = [*_by_mail(), *(one for platform in PLATFORMS for one in _by_phone(platforms, platform))]
    assert len(stories) >= 60 and len({story.name for story in stories}) == len(stories)
    with _killing(instance) as kills:
        for story in stories:
            for number, said in enumerate(story.sends):
                for _ in range(2):
                    if isinstance(said, bytes):
                        platforms.drop_in(said)
                    else:
                        phones[story.platform].sends(said, story.sender, f"{story.name}-{number}")
        with _reading(instance) as session:
            wait_until(lambda: _all_taken_in(session, len(stories)), 240, 0.5)
    assert kills[0] >= KILLS
    with _reading(instance) as session:
        _check(session, stories)


def _check(session: Session, stories: list[Story]) -> None:
    found = session.scalars(select(Submission)).all()
    widths = {asset.sha256: asset.width for asset in session.scalars(select(Asset))}
    assert len(found) == len(stories) == len({one.number for one in found})
    assert session.scalar(select(func.count()).select_from(Arrival).where(Arrival.aside != "")) == 0
    for story in stories:
        [one] = [one for one in found if _stands_in(one, story.holds[0], widths)]
        assert [widths[sha256] for sha256 in one.pictures] == [held for held in story.holds if isinstance(held, int)], story.name
        by_width = {widths[sha256]: sha256 for sha256 in one.pictures}
        places = [one.body.find(held if isinstance(held, str) else by_width[held]) for held in story.holds]
        assert -1 not in places and places == sorted(places), (story.name, places)
        assert all(one.body.count(held) == 1 for held in story.holds if isinstance(held, str)), (story.name, one.body)


def _stands_in(one: Submission, held: Held, widths: dict[str, int]) -> bool:
    return held in one.body if isinstance(held, str) else held in [widths[sha256] for sha256 in one.pictures]


def _by_mail() -> Iterator[Story]:
    """The mails of every kind, each writer with an address of their own: nobody hands in forty-five stories a day."""
    for number, story in enumerate(mails.stories()):
        own = f"c{number:03}@chengjiang.example".encode()
        letters = [letter.replace(story.sender.encode(), own) for letter in story.mails]
        yield Story(story.name, own.decode(), letters, story.holds)


def _by_phone(platforms: Running, platform: str) -> Iterator[Story]:
    """What people write to an application: words, words and pictures in turn, pictures alone, a document, all in one."""
    first = 400 + 40 * PLATFORMS.index(platform)
    paragraphs = mails.words(first, 8)

    def picture(width: int) -> Said:
        return {"picture": _handed(platforms, platform, photo(width, 60), "image/jpeg")}

    document = mails.word("", [paragraphs[5], first + 6, paragraphs[6]])
    talk: list[Said] = [
        {"text": paragraphs[1]}, picture(first + 1), {"text": paragraphs[2]}, picture(first + 2), picture(first + 3),
        {"text": paragraphs[3]}, picture(first + 4),
    ]
    told = [paragraphs[1], first + 1, paragraphs[2], first + 2, first + 3, paragraphs[3], first + 4]
    yield Story(f"{platform}: words", f"{platform}-a", [{"text": paragraphs[0]}], [paragraphs[0]], platform)
    yield Story(f"{platform}: three messages and four pictures", f"{platform}-b", talk, told, platform)
    yield Story(f"{platform}: pictures alone", f"{platform}-c", [picture(first + 5)], [first + 5], platform)
    if platform == "wecom":
        # WeCom hands no files to an application, but links.
        link: Said = {"link": "https://news.example.cn/a/12", "name": paragraphs[5]}
        yield Story(f"{platform}: a link", f"{platform}-d", [link], [paragraphs[5]], platform)
        two: list[Said] = [picture(first + 7), {"text": paragraphs[7]}]
        yield Story(f"{platform}: a picture, then words", f"{platform}-e", two, [first + 7, paragraphs[7]], platform)
    else:
        file: Said = {"file": _handed(platforms, platform, document, DOCX), "name": "试车台.docx"}
        yield Story(f"{platform}: a document", f"{platform}-d", [file], [paragraphs[5], first + 6, paragraphs[6]], platform)
        rich: Said = {"rich": [paragraphs[7], picture(first + 7), paragraphs[4]]}
        yield Story(f"{platform}: one piece", f"{platform}-e", [rich], [paragraphs[7], first + 7, paragraphs[4]], platform)


def _handed(platforms: Running, platform: str, content: bytes, kind: str) -> str:
    said = {"platform": platform, "content": base64.b64encode(content).decode(), "content_type": kind}
    return str(platforms.control("POST", "handed", said)["handle"])


def _phone(instance: Instance, platform: str, number: int) -> Phone[int]:
    address = f"{instance.url}/callbacks/{platform}/{number}"

    def post(body: bytes, query: dict[str, str], headers: dict[str, str]) -> int:
        """A platform that is not answered pushes again."""
        def pushed() -> int:
            try:
                answer = requests.post(address, body, params=query, headers=headers, timeout=5)
            except requests.RequestException:
                return 0
            return answer.status_code if answer.status_code == 200 else 0

        return int(wait_until(pushed, 60, 0.3))

    return Phone(platform, post)


def _ways(instance: Instance, platforms: Running) -> dict[str, int]:
    """The mailbox and the applications, as an administrator sets them up; the numbers of the applications."""
    group = {"name": "读者群", "slug": "readers", "kind": "other", "connector": {"kind": "share_kit"}}
    instance.done("operator", "POST", "/groups", group)
    box = {"host": "127.0.0.1", "port": platforms.imap_port(), "security": "none", "username": "tougao", "password": "p"}
    with writing(from_env(instance.env)) as session:
        admin = people.by_email(session, "admin@example.com")
        mailboxes.change(
            session, address=mails.ADDRESS, settings=box, is_open=True, strangers="accept", origin_group="readers",
            stand_in="来信的读者", by=admin,
        )
        numbers = {}
        for platform in PLATFORMS:
            made = factories.application(session, platform, **KEYS[platform])
            receptions.change(session, made, is_open=True, origin_group="readers", stand_in=f"{platform} 同事", by=admin)
            numbers[platform] = made.id
    with _reading(instance) as session:
        # What lay in the mailbox before the first look is not ours.
        wait_until(lambda: not session.rollback() and mailboxes.of(session).looked_at, 60)
    return numbers


@contextmanager
def _killing(instance: Instance) -> Iterator[list[int]]:
    """Worker and web die in turn, at instants nobody chose, until the block ends; how often stands in the list."""
    ended, kills, drawn = threading.Event(), [0], random.Random(7)

    def kill() -> None:
        while kills[0] < KILLS and not ended.wait(drawn.uniform(1.5, 4.0)):
            instance.kill(("worker", "web")[kills[0] % 2])
            kills[0] += 1
            time.sleep(1)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield kills
    finally:
        ended.set()
        killer.join()


def _all_taken_in(session: Session, stories: int) -> bool:
    session.rollback()
    due = session.scalar(select(func.count()).select_from(Arrival).where(Arrival.due_at.is_not(None)))
    return due == 0 and (session.scalar(select(func.count()).select_from(Submission)) or 0) >= stories


@contextmanager
def _reading(instance: Instance) -> Iterator[Session]:
    engine: Any = open_engine(from_env(instance.env))
    with Session(engine) as session:
        yield session
    engine.dispose()
