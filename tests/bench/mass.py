"""A house of any size, written straight into the tables: what the verbs would have left, many times faster."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.orm import Session

from app.engine import WRITES
from editorial.articles import search
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.revisions import Revision
from editorial.calendar.editions import Edition, Place
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group, Kind
from editorial.intake.submissions import NumberSeries, Submission
from editorial.notices import Notice
from editorial.outbox.deliveries import Attempt, Delivery
from editorial.review.sign_offs import SignOff
from editorial.review.stages import ReviewStage
from editorial.share_back.clicks import Click
from editorial.share_back.links import TrackedLink
from editorial.share_back.shares import Share
from tests import factories
from tests.bench import desk_mass, prose

Row = dict[str, Any]

GROUPS = 1_000
CONTRIBUTORS = 200
PER_DAY = 8
"""Articles of one day; they stand in four editions."""
SHARED_EDITIONS = 400
SHARED_TO = 12
CLICKED = 5
STATES = {
    "published": 800, "corrected": 20, "scheduled": 10, "signed_off": 15, "in_proof": 10, "in_review": 45, "returned": 20,
    "drafting": 30, "rejected": 30, "withdrawn": 20,
}
"""Of a thousand articles."""
OUT = ("published", "corrected")
NEWEST = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CHUNK = 5_000
ANSWER_WITHIN, REVIEW_WITHIN = timedelta(hours=48), timedelta(hours=24)


def states() -> list[str]:
    """The states of a thousand articles in an order that does not change; further ones repeat it."""
    every = [state for state, share in STATES.items() for _ in range(share)]
    random.Random(11).shuffle(every)  # noqa: S311
    return every


class Mass:
    """One house of `size` articles. The same seed gives the same house."""

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine, self.size = engine, size
        self.dice = random.Random(7)  # noqa: S311
        self.pool = prose.sentences(self.dice, 3_000)
        self.titles = [prose.title(self.dice) for _ in range(5_000)]
        self.grams = [search.grams(sentence) for sentence in self.pool]
        self.states = states()
        self.people: dict[str, int] = {}
        self.contributors: list[int] = []
        self.account_id = 0
        self.newest = NEWEST

    def make(self) -> None:
        """Fill the empty, migrated database."""
        with Session(self.engine.execution_options(**WRITES)) as session:
            self._people(session)
            session.commit()
        with self.engine.connect().execution_options(**WRITES) as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            self._fill(connection)
            connection.commit()
        if self.engine.dialect.name == "postgresql":
            # It does so by itself before long; SQLite never does, and the house does not ask it to.
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidy:
                tidy.exec_driver_sql("ANALYZE")
        self.engine.dispose()

    def _people(self, session: Session) -> None:
        self.people = {role: person.id for role, person in factories.one_of_each(session).items()}
        self.account_id = factories.account(session).id
        for number in range(CONTRIBUTORS):
            name = prose.name(self.dice)
            self.contributors.append(factories.person(session, "contributor", name, f"c{number}@chengjiang.example").id)

    def _fill(self, connection: Connection) -> None:
        rows: list[tuple[type[Any], Iterable[Row]]] = [
            (Group, self._groups()), (GroupConnector, self._connectors()), *desk_mass.before_articles(self),
            (Submission, self._submissions()),
            (Article, self._articles()), (ArticleSource, self._sources()), (Revision, self._revisions()),
            (ReviewStage, self._stages()), (SignOff, self._sign_offs()), (Notice, self._notices()),
            (Edition, self._editions()), (Place, self._places()), (Delivery, self._deliveries()), (Attempt, self._attempts()),
            (TrackedLink, self._links()), (Share, self._shares()), (Click, self._clicks()),
            (NumberSeries, [{"year": NEWEST.year, "last": self.size}]), *desk_mass.after_articles(self),
        ]
        for mapped, made in rows:
            _insert(connection, mapped.__table__, made)
        self._make_findable(connection)
        if self.engine.dialect.name == "postgresql":
            _move_counters(connection, [mapped.__table__ for mapped, _ in rows])

    # What exists, by number from 1: group, submission and article share theirs with their ids.

    def day_of(self, number: int) -> datetime:
        """When an article was begun; the last one is the newest."""
        return NEWEST - timedelta(days=(self.size - number) / PER_DAY)

    def decided(self, number: int) -> datetime:
        """Mostly in time."""
        return self.day_of(number) + timedelta(hours=80 if number % 25 == 0 else 5)

    def state_of(self, number: int) -> str:
        return self.states[(number - 1) % len(self.states)]

    @property
    def out(self) -> list[int]:
        """Articles that went out, oldest first."""
        return [number for number in range(1, self.size + 1) if self.state_of(number) in OUT]

    def editions(self) -> Iterator[tuple[int, list[int]]]:
        """Editions with their articles: two each."""
        out = self.out
        for place in range(0, len(out), 2):
            yield place // 2 + 1, out[place:place + 2]

    def shared(self) -> list[tuple[int, list[int]]]:
        """The newest editions; only their shares are kept here."""
        return list(self.editions())[-SHARED_EDITIONS:]

    def _sentences(self, number: int) -> list[int]:
        return [(number * 7919 + step * step * 104_729 + step * 31) % len(self.pool) for step in range(10 + number % 5)]

    def title(self, number: int) -> str:
        return self.titles[number * 17 % len(self.titles)]

    def body(self, number: int) -> str:
        chosen = [self.pool[sentence] for sentence in self._sentences(number)]
        rare = prose.RARE if number % 997 == 0 else ""
        return "".join(chosen[:4]) + "\n\n" + "".join(chosen[4:]) + rare

    def name(self, number: int) -> str:
        return prose.FAMILIES[number % len(prose.FAMILIES)] + prose.GIVEN[number * 7 % len(prose.GIVEN)]

    def group(self, number: int) -> int:
        return number % GROUPS + 1

    def hash_of(self, number: int) -> str:
        return hashlib.sha256(str(number).encode()).hexdigest()

    def contributor(self, number: int) -> int:
        return self.contributors[number % len(self.contributors)]

    def _groups(self) -> Iterator[Row]:
        kinds = [kind.value for kind in Kind]
        for number in range(1, GROUPS + 1):
            yield {
                "id": number, "slug": f"g{number:04d}", "name": f"{prose.place(self.dice)}{prose.team(self.dice)}群{number}",
                "kind": kinds[number % len(kinds)], "state": "active", "parent_id": number // 10 or None, "purpose": "",
                "steward_id": self.people["operator"], "deputy_id": None, "created_at": NEWEST,
            }

    def _connectors(self) -> Iterator[Row]:
        for number in range(1, GROUPS + 1):
            yield {"group_id": number, "kind": "share_kit", "settings": {}, "hint": "", "created_at": NEWEST}

    def _submissions(self) -> Iterator[Row]:
        for number in range(1, self.size + self.size // 10 + 1):
            waits, day = number > self.size, self.day_of(min(number, self.size))
            yield {
                "id": number, "number": submission_number(day, number), "channel": "page", "pictures": [],
                "state": "received" if waits else "in_article", "contributor_id": self.contributor(number),
                "group_id": self.group(number), "title": self.title(number), "body": self.body(number), "byline": "",
                "reason": "", "answer_due_at": day + ANSWER_WITHIN, "created_at": day,
                "decided_by_id": None if waits else self.people["desk_editor"],
                "decided_at": None if waits else self.decided(number), "answered_at": None if waits else self.decided(number),
            }

    def _articles(self) -> Iterator[Row]:
        for number in range(1, self.size + 1):
            state, day = self.state_of(number), self.day_of(number)
            yield {
                "id": number, "number": submission_number(day, number), "title": self.title(number), "state": state, "revision": 1,
                "round": 0 if state == "drafting" else 1, "stage": "review_1" if state == "in_review" else "", "reason": "",
                "waiting_since": day, "updated_at": day, "created_at": day, "group_id": self.group(number),
                "contributor_id": self.contributor(number),
                "editor_id": self.people["desk_editor"] if number % 3 == 0 else None, "column_id": number % desk_mass.COLUMNS + 1,
            }

    def _sources(self) -> Iterator[Row]:
        for number in range(1, self.size + 1):
            yield {"article_id": number, "submission_id": number}

    def _revisions(self) -> Iterator[Row]:
        for number in range(1, self.size + 1):
            yield {
                "article_id": number, "number": 1, "title": self.title(number), "body": self.body(number), "author": "",
                "digest": "", "cover": "", "source_url": "", "theme": "default", "comments_open": False,
                "comments_fans_only": False, "content_hash": self.hash_of(number), "saved_by_id": self.contributor(number),
                "created_at": self.day_of(number),
            }

    def _stages(self) -> Iterator[Row]:
        deciders = [self.people[role] for role in ("desk_editor", "department_head", "editor_in_chief")]
        for number in range(1, self.size + 1):
            state, day = self.state_of(number), self.day_of(number)
            if state in ("in_review", "in_proof"):
                yield {
                    "article_id": number, "round": 1, "name": "review_1", "step": 1, "asks": "review_1", "state": "waiting",
                    "opened_at": day, "due_at": day + REVIEW_WITHIN, "decided_by_id": None,
                    "decided_at": None, "decision": None, "text": "", "revision": None, "content_hash": "",
                }
            elif state in (*OUT, "signed_off", "scheduled"):
                for step, decider in enumerate(deciders, 1):
                    yield {
                        "article_id": number, "round": 1, "name": f"review_{step}", "step": step, "asks": f"review_{step}",
                        "state": "decided", "opened_at": day, "due_at": day + REVIEW_WITHIN, "decided_by_id": decider,
                        "decided_at": self.decided(number), "decision": "approve", "text": "看过了，事实清楚。", "revision": 1,
                        "content_hash": self.hash_of(number),
                    }

    def _sign_offs(self) -> Iterator[Row]:
        for number in range(1, self.size + 1):
            if self.state_of(number) in (*OUT, "signed_off", "scheduled"):
                yield {
                    "article_id": number, "round": 1, "revision": 1, "content_hash": self.hash_of(number),
                    "html": f"<p>{self.body(number)}</p>", "digest": "", "signed_by_id": self.people["editor_in_chief"],
                    "created_at": self.day_of(number),
                }

    def _notices(self) -> Iterator[Row]:
        for number in range(1, self.size + 1):
            yield {
                "person_id": self.people["desk_editor"], "cause": f"received:{number}", "thing": "submission", "thing_id": number,
                "sentence": "{name} handed in “{title}” from {group}.", "urgent": False,
                "params": {"name": "周小满", "title": self.title(number), "group": "装配二车间群"},
                "seen_at": None if number > self.size - 20 else self.day_of(number), "created_at": self.day_of(number),
            }

    def _editions(self) -> Iterator[Row]:
        for edition, placed in self.editions():
            day = self.day_of(placed[-1])
            yield {
                "id": edition, "account_id": self.account_id, "mode": "release", "state": "published", "publish_at": day,
                "wall_time": day.strftime("%Y-%m-%dT%H:%M:%S"), "zone": "Asia/Shanghai", "share_to": None,
                "planned_by_id": self.people["publisher"], "published_at": day, "created_at": day,
            }

    def _places(self) -> Iterator[Row]:
        for edition, placed in self.editions():
            for position, number in enumerate(placed, 1):
                yield {
                    "edition_id": edition, "article_id": number, "position": position, "live": f"{self.account_id}:{number}",
                    "permalink": f"https://mp.weixin.qq.com/s/{number}",
                }

    def _deliveries(self) -> Iterator[Row]:
        for edition, placed in self.editions():
            day = self.day_of(placed[-1])
            for purpose in ("draft", "release"):
                yield self._delivery(edition, day, purpose, "account", self.account_id, edition)
        for share_id, edition, group_id, placed in self._shared_groups():
            yield self._delivery(edition, self.day_of(placed[-1]), "share", "group", group_id, share_id)

    def _delivery(self, edition: int, day: datetime, purpose: str, kind: str, target_id: int, owner_id: int) -> Row:
        key = f"{purpose}:{edition}:{target_id}"
        return {
            "purpose": purpose, "state": "sent", "lane": "shares" if kind == "group" else f"account:{self.account_id}", "key": key,
            "marker": hashlib.md5(key.encode(), usedforsecurity=False).hexdigest(), "owner_id": owner_id, "edition_id": edition,
            "target_kind": kind, "target_id": target_id, "target_name": f"{target_id}", "due_at": day, "settled_at": day,
            "reads": 0, "fence": 1, "tries": 0, "deaths": 0, "late_ok": False, "memory": {}, "remote_id": "", "awaiting": "",
            "reason": "", "code": "", "created_at": day,
        }

    def _attempts(self) -> Iterator[Row]:
        count = 2 * sum(1 for _ in self.editions()) + len(self.shared()) * SHARED_TO
        for delivery_id in range(1, count + 1):
            yield {
                "delivery_id": delivery_id, "fence": 1, "act": "send", "at": NEWEST, "ended_at": NEWEST, "verdict": "sent",
                "reason": "", "code": "", "rid": "",
            }

    def _shared_groups(self) -> Iterator[tuple[int, int, int, list[int]]]:
        share_id = 0
        for edition, placed in self.shared():
            for step in range(SHARED_TO):
                share_id += 1
                yield share_id, edition, (edition + step * 83) % GROUPS + 1, placed

    def _links(self) -> Iterator[Row]:
        for share_id, edition, group_id, placed in self._shared_groups():
            for number in placed:
                yield {
                    "code": f"m{share_id}x{number}", "article_id": number, "group_id": group_id, "edition_id": edition,
                    "target": f"https://mp.weixin.qq.com/s/{number}", "created_at": self.day_of(number),
                }

    def _shares(self) -> Iterator[Row]:
        first = 2 * sum(1 for _ in self.editions())
        link_id = 1
        for share_id, edition, group_id, placed in self._shared_groups():
            yield {
                "id": share_id, "edition_id": edition, "group_id": group_id, "link_id": link_id, "delivery_id": first + share_id,
                "created_at": self.day_of(placed[-1]),
            }
            link_id += len(placed)

    def _clicks(self) -> Iterator[Row]:
        links = sum(len(placed) for _, _, _, placed in self._shared_groups())
        for link_id in range(1, links + 1):
            for visit in range(CLICKED):
                yield {"link_id": link_id, "at": NEWEST, "kind": "people", "visitor": f"{link_id:08x}{visit:08x}"}

    def _make_findable(self, connection: Connection) -> None:
        vectors = self.engine.dialect.name == "postgresql"
        value = "CAST(:grams AS tsvector)" if vectors else ":grams"
        # An article and its submission hold the same words and have the same number.
        for kind in ("article", "submission"):
            table = f"{kind}_grams({kind}_id, grams)" if vectors else f"{kind}_fts(rowid, grams)"
            insert = text(f"INSERT INTO {table} VALUES (:id, {value})")
            rows = ({"id": number, "grams": self._findable(number, vectors)} for number in range(1, self.size + 1))
            while chunk := list(islice(rows, CHUNK)):
                connection.execute(insert, chunk)
        for kind, number, words in desk_mass.findable(self):
            table = f"{kind}_grams({kind}_id, grams)" if vectors else f"{kind}_fts(rowid, grams)"
            pieces = search.grams(words)
            grams = search.vector(pieces) if vectors else " ".join(pieces)
            connection.execute(text(f"INSERT INTO {table} VALUES (:id, {value})"), {"id": number, "grams": grams})

    def _findable(self, number: int, vector: bool) -> str:
        pieces = search.grams(self.title(number))
        for sentence in self._sentences(number):
            pieces = pieces + self.grams[sentence]
        if number % 997 == 0:
            pieces = pieces + search.grams(prose.RARE)
        if not vector:
            return " ".join(pieces)
        return search.vector(pieces)


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    made = iter(rows)
    while chunk := list(islice(made, CHUNK)):
        connection.execute(table.insert(), chunk)


def _move_counters(connection: Connection, tables: list[Table]) -> None:
    for table in tables:
        if "id" in table.c:
            connection.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}) + 1)"
            ))


def submission_number(day: datetime, number: int) -> str:
    """The number that a story of this day bears."""
    return f"{day.year}-{number:04d}"
