"""The release connector against an account that somebody else simulated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from publishers.connector import Absent, Article, EditionParcel, Found, OutcomeUnknown, Picture, Refused
from publishers.net import Base, Line
from publishers.tokens import TokensInMemory
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.release import Release
from publishers.wechat.rights import probe
from publishers.wechat.tokens import Credentials
from tests.strangers import running
from tests.strangers.account import Account
from tests.strangers.manners import Fault, Manners
from tests.strangers.running import Strangers

COVER = Picture(sha256="c" * 64, content=b"cover", content_type="image/png")
ARTICLE = Article(title="七十二小时的试车台", html="<p>第一次连续运转。</p>", cover=COVER, digest="一次看似普通的试车")


@pytest.fixture
def strangers() -> Iterator[Strangers]:
    with running.running(hold=1) as server:
        yield server


class Way:
    """One edition on its way, with what it remembers."""

    def __init__(self, strangers: Strangers, manners: Manners) -> None:
        self.account: Account = strangers.account("wx1", manners)
        self.client = Client(Credentials("wx1", "right"), Line(Base(strangers.url), call_seconds=2), TokensInMemory())
        self.memory: dict[str, str] = {}
        DraftBox(self.client).send(self.parcel, self.remember)

    @property
    def parcel(self) -> EditionParcel:
        return EditionParcel(marker="m" * 32, articles=(ARTICLE,), memory=dict(self.memory))

    def remember(self, name: str, value: str) -> None:
        self.memory[name] = value


def test_an_answer_lost_after_a_failed_task_is_not_taken_for_that_failure(strangers: Strangers) -> None:
    way = Way(strangers, Manners(job_seconds=0))
    release = Release(way.client)
    strangers.plan.outcomes[ARTICLE.title] = [3]
    release.send(way.parcel, way.remember)
    with pytest.raises(Refused):
        release.confirm(way.parcel)
    strangers.plan.put("freepublish/submit", ARTICLE.title, Fault("reset"))
    with pytest.raises(OutcomeUnknown):
        release.send(way.parcel, way.remember)
    found = release.find_out(way.parcel)
    assert isinstance(found, Found)
    assert found.receipt.final
    assert found.receipt.permalinks == tuple(way.account.links[ARTICLE.title])


def test_a_failed_task_is_not_believed_while_the_article_is_listed(strangers: Strangers) -> None:
    way = Way(strangers, Manners(job_seconds=0, consumes="later"))
    release = Release(way.client)
    strangers.plan.put("freepublish/submit", ARTICLE.title, Fault("reset"))
    with pytest.raises(OutcomeUnknown):
        release.send(way.parcel, way.remember)
    strangers.plan.outcomes[ARTICLE.title] = [3]
    release.send(way.parcel, way.remember)
    assert release.confirm(way.parcel).permalinks == tuple(way.account.links[ARTICLE.title])


@pytest.mark.parametrize("missing", ["", "draft/get"])
@pytest.mark.parametrize("status", [200, 404])
def test_an_undone_request_is_seen_to_be_undone(strangers: Strangers, missing: str, status: int) -> None:
    way = Way(strangers, Manners(missing=frozenset({missing}), missing_status=status, page=1))
    strangers.plan.put("freepublish/submit", ARTICLE.title, Fault("reset", effect=False))
    release = Release(way.client)
    with pytest.raises(OutcomeUnknown):
        release.send(way.parcel, way.remember)
    assert release.find_out(way.parcel) == Absent()


@pytest.mark.parametrize("manners", [
    Manners(lists_without_content=False), Manners(lists_covers=False), Manners(page=1), Manners(success_code=False),
    Manners(control_characters=True, content_type="text/plain"), Manners(details="single"), Manners(details="none"),
    Manners(rotates=True, token_lives=60, token_length=1800),
])
def test_a_lost_answer_is_found_however_the_list_looks(strangers: Strangers, manners: Manners) -> None:
    way = Way(strangers, replace(manners, job_seconds=0))
    strangers.plan.put("freepublish/submit", ARTICLE.title, Fault("truncated"))
    release = Release(way.client)
    with pytest.raises(OutcomeUnknown):
        release.send(way.parcel, way.remember)
    found = release.find_out(way.parcel)
    assert isinstance(found, Found)
    assert found.receipt.permalinks == tuple(way.account.links[ARTICLE.title])


def test_calls_that_a_platform_does_not_know_do_not_hide_the_rights(strangers: Strangers) -> None:
    way = Way(strangers, Manners(missing=frozenset({"draft/count", "material/get_materialcount"}), missing_status=200))
    rights = probe(way.client)
    assert (rights.draft, rights.release, rights.mass_send, rights.statistics) == (True, True, True, False)
