"""Pages and lists of a house of a thousand articles and of a hundred thousand: server time, templates included."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import schema
from app.config import Settings, from_env
from app.extensions import WRITES, db
from app.factory import create_app
from app.jobs import open_engine
from app.serving import settle_memory
from editorial.people import credentials, people
from editorial.vault import vault
from tests import databases
from tests.bench import mass, measures
from tests.bench.machine import SECRET
from tests.bench.measures import MILLI, heading, median, percentile, report, timed

SMALL, LARGE = 1_000, 100_000
ROUNDS = 40
BUDGET = 0.050
MOST_RATIO = 1.5
NEGLIGIBLE = 0.002
"""Seconds below which a ratio says nothing: a page that answers within them keeps its budget."""
KEPT = Path("build/bench")


@dataclass(frozen=True)
class Asked:
    """What is asked for; `address` is made for a house of a size."""

    what: str
    address: Callable[[int], str]
    fuller: bool = False
    """The larger house has more to show here, so the ratio is printed and not judged."""
    by: str = "desk_editor"


def _article(size: int) -> int:
    """The newest article that went out; it was shared."""
    states = mass.states()
    return max(number for number in range(size - 100, size + 1) if states[(number - 1) % len(states)] in mass.OUT)


def _reviewed(size: int) -> int:
    """The newest article that waits for its first review."""
    states = mass.states()
    return max(number for number in range(size - 100, size + 1) if states[(number - 1) % len(states)] == "in_review")


def _editions(size: int) -> int:
    """How many editions there are, which is the newest one's id."""
    shares = mass.STATES
    return size * sum(shares[state] for state in mass.OUT) // 1_000 // 2


MONTH = f"{mass.NEWEST:%Y-%m}"
PAGES = (
    Asked("today", lambda size: "/today"),
    Asked("desk list", lambda size: "/articles"),
    Asked("desk list, one state", lambda size: "/articles?state=in_review"),
    Asked("desk list, what is out", lambda size: "/articles?state=published"),
    Asked("desk list, one group", lambda size: "/articles?group=g0042", fuller=True),
    Asked("desk list, one kind of group", lambda size: "/articles?kind=training", fuller=True),
    Asked("desk list, mine", lambda size: "/articles?mine=1"),
    Asked("inbox", lambda size: "/inbox"),
    Asked("inbox, one group", lambda size: "/inbox?group=g0043", fuller=True),
    Asked("search, common word", lambda size: "/articles?q=水泵"),
    Asked("search, two common words", lambda size: "/articles?q=试车+公司"),
    Asked("search, long common word", lambda size: "/articles?q=连续试车"),
    Asked("search, rare word", lambda size: "/articles?q=手抄", fuller=True),
    Asked("search, no such word", lambda size: "/articles?q=月球"),
    Asked("search, one character", lambda size: "/articles?q=雀", fuller=True),
    Asked("search in a rare state", lambda size: "/articles?q=水泵&state=scheduled", fuller=True),
    Asked("search in one group", lambda size: "/articles?q=水泵&group=g0042", fuller=True),
    Asked("topics", lambda size: "/topics"),
    Asked("search, everything", lambda size: "/search?q=水泵"),
    Asked("search, one kind, common word", lambda size: "/search?kind=articles&q=水泵"),
    Asked("search, one kind, one group", lambda size: "/search?kind=articles&q=水泵&group=g0042", fuller=True),
    Asked("search, a month", lambda size: f"/search?kind=articles&q=水泵&since={MONTH}-01", fuller=True),
    Asked("search, a person", lambda size: "/search?q=水泵&person=20", fuller=True),
    Asked("balance", lambda size: "/balance", fuller=True),
    Asked("group", lambda size: "/groups/g0042", fuller=True),
    Asked("calendar, month", lambda size: f"/calendar?month={MONTH}"),
    Asked("deliveries", lambda size: "/deliveries"),
    Asked("share-back", lambda size: "/share-back"),
    Asked("groups", lambda size: "/groups"),
    Asked("article", lambda size: f"/articles/{_article(size)}"),
    Asked("trail", lambda size: f"/articles/{_article(size)}/trail"),
    Asked("article's review", lambda size: f"/articles/{_reviewed(size)}/review"),
    Asked("article's sheet", lambda size: f"/articles/{_article(size)}/sheet"),
    Asked("article's notes", lambda size: f"/articles/{_article(size)}/notes"),
    Asked("article's rights", lambda size: f"/articles/{_article(size)}/rights"),
    Asked("article's figures", lambda size: f"/articles/{_article(size)}/figures"),
    Asked("article's versions", lambda size: f"/articles/{_article(size)}/comparison"),
    Asked("submission", lambda size: f"/submissions/{mass.submission_number(mass.NEWEST, size)}"),
    Asked("edition", lambda size: f"/editions/{_editions(size)}"),
    Asked("search, submissions", lambda size: "/search?kind=submissions&q=水泵"),
    Asked("search, topics", lambda size: "/search?kind=topics&q=水泵", fuller=True),
    Asked("search, pictures", lambda size: "/search?kind=pictures&q=水泵", fuller=True),
    Asked("search, submissions of a month", lambda size: f"/search?kind=submissions&q=水泵&since={MONTH}-01", fuller=True),
    Asked("saved views", lambda size: "/search"),
    Asked("story bank", lambda size: "/story-bank"),
    Asked("topics, done", lambda size: "/topics?state=done"),
    Asked("topics, one column", lambda size: "/topics?column=3", fuller=True),
    Asked("topic", lambda size: f"/topics/{size // 20}"),
    Asked("my topics", lambda size: "/topics/mine"),
    Asked("meeting list", lambda size: "/topics/meeting", fuller=True),
    Asked("assignments", lambda size: "/assignments", fuller=True),
    Asked("columns", lambda size: "/columns"),
    Asked("calendar, week", lambda size: f"/calendar/week?day={mass.NEWEST:%Y-%m-%d}"),
    Asked("calendar, list", lambda size: "/calendar/list"),
    Asked("calendar, mine", lambda size: "/calendar/mine"),
    Asked("best times", lambda size: "/calendar/best-times", fuller=True),
    Asked("service levels", lambda size: "/figures/service-levels", fuller=True),
    Asked("service levels, a year", lambda size: "/figures/service-levels?days=365", fuller=True),
    Asked("figures", lambda size: "/figures/1"),
    Asked("funnel", lambda size: "/figures/funnel", fuller=True),
    Asked("funnel, a year", lambda size: "/figures/funnel?days=365", fuller=True),
    Asked("year review", lambda size: "/year-review", fuller=True),
    Asked("notices", lambda size: "/notices"),
    Asked("notices that were sent", lambda size: "/notices/sent"),
    Asked("log of notices", lambda size: "/settings/notices/log", by="admin"),
    Asked("cases", lambda size: "/cases", by="operator"),
    Asked("cases that are closed", lambda size: "/cases?shown=decided", by="operator"),
    Asked("case", lambda size: f"/cases/{size // 200}", by="operator"),
    Asked("rights ledger", lambda size: "/rights"),
    Asked("rights ledger, unknown", lambda size: "/rights?standing=unknown"),
    Asked("rights ledger, minors", lambda size: "/rights?standing=minors", fuller=True),
    Asked("rights ledger, ending", lambda size: "/rights?standing=ending", fuller=True),
    Asked("rights ledger, a person", lambda size: "/rights?person=赵建国", fuller=True),
    Asked("picture's rights", lambda size: f"/rights/{size // 2}"),
    Asked("rights tasks", lambda size: "/rights/tasks", fuller=True),
    Asked("my submissions", lambda size: "/my-submissions", fuller=True, by="contributor"),
    Asked("my credit", lambda size: "/my-credit", fuller=True, by="contributor"),
    Asked("hand in", lambda size: "/hand-in", by="contributor"),
    Asked("people", lambda size: "/settings/people", by="admin"),
    Asked("audit log", lambda size: "/settings/audit", by="admin"),
    Asked("audit log, one article", lambda size: f"/settings/audit?thing=article&id={size}", by="admin"),
    Asked("rules", lambda size: "/settings/rules", by="admin"),
    Asked("routes", lambda size: "/settings/routes", by="admin"),
    Asked("today, editor-in-chief", lambda size: "/today", by="editor_in_chief"),
    Asked("today, publisher", lambda size: "/today", by="publisher"),
    Asked("today, operator", lambda size: "/today", by="operator"),
)
CALLS = (
    Asked("API: articles", lambda size: "/api/v1/articles"),
    Asked("API: articles of a rare state", lambda size: "/api/v1/articles?state=scheduled", fuller=True),
    Asked("API: articles of a common state", lambda size: "/api/v1/articles?state=published"),
    Asked("API: articles of one group", lambda size: "/api/v1/articles?group=g0042", fuller=True),
    Asked("API: search, common word", lambda size: "/api/v1/articles?q=水泵"),
    Asked("API: search, rare word", lambda size: "/api/v1/articles?q=手抄", fuller=True),
    Asked("API: editions", lambda size: "/api/v1/editions"),
    Asked("API: deliveries", lambda size: "/api/v1/deliveries"),
    Asked("API: deliveries that are sent", lambda size: "/api/v1/deliveries?state=sent"),
    Asked("API: groups", lambda size: "/api/v1/groups"),
    Asked("API: trail", lambda size: f"/api/v1/articles/{_article(size)}/trail"),
)


def run(only: str = "", postgresql: bool = False) -> None:
    """Print both sizes side by side; `only` narrows to addresses whose name holds it."""
    database = "PostgreSQL" if postgresql else "SQLite"
    heading(f"Server time with {SMALL:,} and {LARGE:,} articles, {database}, {measures.clock_in_words()}")
    with ExitStack() as stack:
        small, large = (stack.enter_context(_house(size, postgresql)) for size in (SMALL, LARGE))
        settle_memory()
        for asked in (*PAGES, *CALLS):
            if only in asked.what:
                _compare(asked, small, large)


@dataclass(frozen=True)
class _House:
    size: int
    clients: dict[str, FlaskClient]
    token: str

    def ask(self, address: str, by: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}"} if address.startswith("/api/") else {}
        answer = self.clients[by].get(address, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        answer.get_data()


def _compare(asked: Asked, small: _House, large: _House) -> None:
    addresses = {house.size: asked.address(house.size) for house in (small, large)}
    times: dict[int, list[float]] = {small.size: [], large.size: []}
    # In turns, so that whatever else the machine does meets both.
    for begin in range(0, ROUNDS, 10):
        for house in (small, large):
            times[house.size] += timed(lambda house=house: house.ask(addresses[house.size], asked.by), 10, 2 if begin == 0 else 0)
    few, many = times[small.size], times[large.size]
    ratio, worst = median(many) / median(few), percentile(many, 95)
    level = asked.fuller or ratio <= MOST_RATIO or median(many) - median(few) <= NEGLIGIBLE
    report(asked.what, f"{_figures(few)}   {_figures(many)}   ratio {ratio:.2f}", worst <= BUDGET and level)


def _figures(times: list[float]) -> str:
    return f"p50 {median(times) * MILLI:6.1f}  p95 {percentile(times, 95) * MILLI:6.1f} ms"


@contextmanager
def _house(size: int, postgresql: bool) -> Iterator[_House]:
    with ExitStack() as stack:
        settings = _on_postgresql(stack, size) if postgresql else _on_sqlite(size)
        app = create_app(settings)
        yield _House(size, {role: _signed_in(app, role) for role in {asked.by for asked in PAGES}}, _token(settings))


def _on_sqlite(size: int) -> Settings:
    """The house of this size, kept in build/ until what makes it changes."""
    folder = KEPT.resolve() / f"{size}-{_recipe()}"
    settings = _settings(folder)
    if not folder.exists():
        for old in KEPT.glob(f"{size}-*"):
            shutil.rmtree(old)
        folder.mkdir(parents=True)
        _fill(settings, size)
    return settings


def _on_postgresql(stack: ExitStack, size: int) -> Settings:
    server = stack.enter_context(databases.running())
    settings = _settings(KEPT.resolve() / "postgresql", server.url(server.fresh()))
    _fill(settings, size)
    return settings


def _fill(settings: Settings, size: int) -> None:
    vault.open_with(SECRET)
    engine = open_engine(settings)
    schema.migrate(engine)
    mass.Mass(engine, size).make()


def _recipe() -> str:
    """A short hash of what a kept house depends on."""
    root = Path(__file__).resolve().parents[2]
    named = [root / path for path in ("tests/bench/mass.py", "tests/bench/desk_mass.py", "tests/bench/prose.py")]
    files = [*named, *sorted((root / "migrations").rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _settings(folder: Path, database_url: str = "") -> Settings:
    return from_env({"QUNSHENG_INSTANCE": str(folder), "QUNSHENG_SECRET_KEY": SECRET, "QUNSHENG_DATABASE_URL": database_url})


def _signed_in(app: Flask, role: str) -> FlaskClient:
    client = app.test_client()
    with app.app_context():
        person = people.by_email(db.session(), f"{role}@chengjiang.example")
        assert person is not None
        with client.session_transaction() as cookie:
            cookie["person"], cookie["epoch"] = person.id, person.session_epoch
    return client


def _token(settings: Settings) -> str:
    with Session(open_engine(settings).execution_options(**WRITES)) as session:
        editor = people.by_email(session, "desk_editor@chengjiang.example")
        assert editor is not None
        token = credentials.create_token(session, editor, "bench")
        session.commit()
    return token
