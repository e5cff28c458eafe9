"""A house with editions that are due, built once per database kind with the real verbs and copied for each trial."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app import schema
from app.config import Settings, from_env
from app.engine import WRITES, open_engine
from editorial import accounts, clock
from editorial.accounts import OfficialAccount
from editorial.articles import assets
from editorial.calendar import editions
from editorial.calendar.editions import Edition
from editorial.people import credentials
from editorial.people.people import Person
from editorial.release import releases
from editorial.review import stages
from editorial.review.sign_offs import Typeset
from editorial.vault import vault
from publishers.pictures.covers import drawn_cover
from tests import databases, factories

SECRET = "a secret of the trials"
APP_ID = "wx00000000000trial"
REVIEWERS = ("desk_editor", "department_head", "editor_in_chief")
EDITIONS = (("七十二小时的试车台", "release", 2), ("食堂里的桂花", "release", 1), ("夜班的灯", "mass_send", 1))
"""Title, mode, articles; the last one is planned and not scheduled."""
CALLBACK_TOKEN = "trialcallbacktoken"
ROBOTS: dict[str, tuple[str, dict[str, str]]] = {
    "wecom-1": ("wecom_robot", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aa1"}),
    "wecom-2": ("wecom_robot", {"key": "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aa2"}),
    "ding": ("dingtalk_robot", {"access_token": "a" * 64}),
    "lark": ("feishu_robot", {"hook": "ca771ae1-d3f2-4c1e-8c1e-0123456789ab"}),
    "kit": ("share_kit", {}),
}


@dataclass(frozen=True)
class Facts:
    """What a trial knows of its house before it begins: ids, and the titles that may and may not appear."""

    due: dict[str, int]
    """Editions that are scheduled, by the title of their lead."""
    planned: int
    """A planned edition of signed-off articles, for the trials that schedule it themselves."""
    planned_title: str
    unsigned: tuple[str, ...]
    tokens: dict[str, str]
    """API tokens by role."""


@dataclass
class House:
    """One instance: folder, database, and the environment its processes get."""

    folder: Path
    env: dict[str, str]
    facts: Facts

    @property
    def settings(self) -> Settings:
        return from_env(self.env)


class Builder:
    """Makes houses on one kind of database."""

    def __init__(self, kind: str, folder: Path, server: databases.Server | None) -> None:
        self.kind, self._folder, self._server = kind, folder, server
        self._count = 0
        self._model = folder / "model"
        self._model.mkdir(parents=True)
        vault.open_with(SECRET)
        self._template = server.fresh() if server else ""
        url = server.url(self._template) if server else f"sqlite:///{self._model / 'qunsheng.sqlite'}"
        settings = from_env(_env(self._model, url, "http://127.0.0.1:9"))
        engine = open_engine(settings)
        schema.migrate(engine)
        with Session(engine.execution_options(**WRITES)) as session:
            self.facts = _furnish(session, settings)
            session.commit()
        engine.dispose()

    def build(self, platform: str, **more: str) -> House:
        """A copy of the model, whose platforms are at `platform`."""
        self._count += 1
        folder = self._folder / f"house{self._count}"
        shutil.copytree(self._model, folder)
        if self._server is not None:
            url = self._server.url(self._server.fresh(self._template))
        else:
            url = f"sqlite:///{folder / 'qunsheng.sqlite'}"
        return House(folder, _env(folder, url, platform) | more, self.facts)


@contextmanager
def builders(kinds: list[str], folder: Path) -> Iterator[dict[str, Builder]]:
    """A builder for each kind of database: sqlite, postgresql."""
    with ExitStack() as stack:
        made = {}
        for kind in kinds:
            server = stack.enter_context(databases.running()) if kind == "postgresql" else None
            made[kind] = Builder(kind, folder / kind, server)
        yield made


def _env(folder: Path, database_url: str, platform: str) -> dict[str, str]:
    bases = {f"QUNSHENG_{name}_API": platform for name in ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QUNSHENG_")}
    return {
        **kept, "QUNSHENG_INSTANCE": str(folder), "QUNSHENG_DATABASE_URL": database_url, "QUNSHENG_SECRET_KEY": SECRET,
        "QUNSHENG_CALL_SECONDS": "1.5", "QUNSHENG_SETTLE_SECONDS": "0.2", "QUNSHENG_POLL_SECONDS": "0.1",
        "QUNSHENG_PUBLIC_URL": "http://127.0.0.1:8000", "PYTHONPATH": os.pathsep.join(sys.path), **bases,
    }


def _furnish(session: Session, settings: Settings) -> Facts:
    everyone = factories.one_of_each(session)
    for slug, (kind, said) in ROBOTS.items():
        factories.group(session, slug, kind, said)
    account = accounts.add(
        session, name="澄江机电", account_type="subscription", app_id=APP_ID, app_secret="right", callback_token=CALLBACK_TOKEN,
    )
    accounts.record_rights(session, account, {"draft": True, "release": True, "mass_send": True, "statistics": True})
    picture = keep_picture(session, settings)
    ready = {title: signed_edition(session, everyone, account, title, mode, count, picture) for title, mode, count in EDITIONS}
    *due, planned = ready
    for title in due:
        releases.schedule(session, ready[title], clock.now() - timedelta(seconds=1), by=everyone["publisher"])
    waiting = factories.in_review(session, everyone, title="还没有签发的一篇")
    editions.plan(
        session, account=str(account.id), mode="release", article_ids=[str(waiting.id)], by=everyone["publisher"],
    )
    return Facts(
        due={title: ready[title].id for title in due}, planned=ready[planned].id, planned_title=planned,
        unsigned=(waiting.title,),
        tokens={role: credentials.create_token(session, everyone[role], "trials") for role in ("publisher", "desk_editor")},
    )


def signed_edition(
    session: Session, everyone: dict[str, Person], account: OfficialAccount, title: str, mode: str, count: int, picture: str
) -> Edition:
    """A planned edition of `count` signed-off articles, each with the picture."""
    chosen = []
    for number in range(1, count + 1):
        words = f"{title}，第 {number} 篇"
        article = factories.in_review(session, everyone, title=words, body=f"{factories.BODY}\n![试车台]({picture})\n")
        typeset = Typeset(html=f'<p>{words}</p><p><img src="{picture}"/></p>', digest=words)
        for stage, role in zip(("review_1", "review_2", "review_3"), REVIEWERS, strict=True):
            stages.decide(
                session, article, stage=stage, decision="approve", revision=article.revision, by=everyone[role], typeset=typeset,
            )
        chosen.append(str(article.id))
    return editions.plan(session, account=str(account.id), mode=mode, article_ids=chosen, by=everyone["publisher"])


def keep_picture(session: Session, settings: Settings) -> str:
    """The address of a picture in the house's store."""
    from app.media import Store

    content = drawn_cover("7" * 64)
    sha256 = Store(settings).keep(content)
    return assets.keep(
        session, sha256=sha256, content_type="image/png", width=900, height=383, size=len(content), alt_text="试车台",
    ).url
