"""A machine that lets random people do random things to articles, and a model of what may come of it.

The model knows nothing of stages, rounds or states: it keeps who said yes to which text, and forgets it when the text
changes or goes back.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from app import schema
from app.engine import tune
from editorial import clock
from editorial.articles import articles, revisions
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import EditorialError
from editorial.outbox import attempts, deliveries
from editorial.outbox.attempts import Verdict
from editorial.outbox.deliveries import Delivery, State
from editorial.people import people
from editorial.people.people import Person, Role
from editorial.release import releases
from editorial.review import revising, routes, sign_offs, stages
from editorial.review.sign_offs import Typeset
from editorial.review.stages import Decision, ReviewStage
from editorial.vault import vault
from publishers.dispatch import gate
from tests import factories

REVIEWS = ("review_1", "review_2", "review_3")
ROLES = list(Role)[:8]
"""Those that write, decide, plan or publish; the others decide stages that these routes do not have."""
STAGES = (*REVIEWS, "proof_1", "proof_2", "review_4")
TEXTS = ("试车台连续运转七十二小时。", "食堂门口的桂花开了。", "夜班的灯一直亮着。")
ROUTES = (
    [*REVIEWS], [*REVIEWS, "proof_1"], ["review_1", "proof_1", "review_2", "review_3"], ["review_1", "review_3", "review_2"],
    ["review_1", "review_2"], ["review_3"], ["review_1", "review_2", "proof_1", "review_3", "proof_2"],
)
READY = (ArticleState.SIGNED_OFF, ArticleState.SCHEDULED, ArticleState.PUBLISHED)


@dataclass
class Told:
    """What the model knows of one article: its text, everybody who wrote it, and who approved this very text where."""

    text: str
    writers: set[int]
    approvals: dict[str, int] = field(default_factory=dict)

    @property
    def may_leave(self) -> bool:
        """Three different people, none of them a writer."""
        deciders = [self.approvals.get(stage) for stage in REVIEWS]
        return None not in deciders and len(set(deciders)) == 3 and not set(deciders) & self.writers


class Machine:
    """One small house. `play` does one random thing and checks the promise."""

    def __init__(self, seed: int) -> None:
        vault.open_with("a secret of the gate")
        self.dice = random.Random(seed)  # noqa: S311
        self.done: Counter[str] = Counter()
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        tune(engine)
        schema.migrate(engine)
        self.session = Session(engine, autoflush=True)
        self.told: dict[int, Told] = {}
        self._people = [self._person(number) for number in range(9)]
        self._account = str(factories.account(self.session).id)
        factories.group(self.session)
        self.session.commit()
        self._verbs: list[tuple[int, Callable[[], str]]] = [
            (5, self._write), (10, self._revise), (10, self._submit), (3, self._claim), (60, self._decide), (1, self._withdraw),
            (8, self._plan), (2, self._rearrange), (10, self._schedule), (3, self._unschedule), (2, self._cancel),
            (2, self._give_up), (6, self._send), (2, self._retry), (2, self._resolve), (1, self._change_route),
            (2, self._change_roles), (1, self._come_or_go),
        ]

    def play(self) -> None:
        """One act of one person; what the house refuses leaves no trace."""
        verb = self.dice.choices([verb for _, verb in self._verbs], [weight for weight, _ in self._verbs])[0]
        try:
            name = verb()
            self.session.commit()
            self.done[name] += 1
        except EditorialError:
            self.session.rollback()
            self.done["refused"] += 1
            if self.dice.random() < 0.9:
                return
        self.check()

    def check(self) -> None:
        """Whatever is on its way out was approved by three others, on exactly this text."""
        self.session.expire_all()
        leaving = self.session.execute(
            select(Delivery.edition_id).where(Delivery.state != State.CALLED_OFF).distinct()
        ).scalars()
        for edition_id in set(leaving):
            edition = self.session.get_one(Edition, edition_id)
            dropped = edition.state in (EditionState.PLANNED, EditionState.CANCELLED)
            for place in edition.places:
                if dropped:
                    assert place.article.state != ArticleState.SCHEDULED or self._elsewhere(place.article, edition)
                else:
                    self._check_article(place.article)
        for article in self.session.scalars(select(Article).where(Article.state.in_(READY))):
            self._check_article(article)

    def _elsewhere(self, article: Article, edition: Edition) -> bool:
        return any(place.edition_id != edition.id for place in editions.standing_of(self.session, article.id))

    def _check_article(self, article: Article) -> None:
        told = self.told[article.id]
        assert told.may_leave, f"article {article.id} is {article.state}: {told}"
        content = revisions.numbered(self.session, article.id, article.revision).content
        assert content.body == told.text
        rows = self.session.scalars(
            select(ReviewStage).where(ReviewStage.article_id == article.id, ReviewStage.round == article.round)
        )
        approved = {
            row.name: row.decided_by_id for row in rows
            if row.decision in (Decision.APPROVE, Decision.APPROVE_WITH_COMMENT) and row.content_hash == content.content_hash
        }
        assert {stage: approved.get(stage) for stage in REVIEWS} == {stage: told.approvals.get(stage) for stage in REVIEWS}

    def _person(self, number: int) -> Person:
        roles = [Role(role) for role in self.dice.sample(ROLES, self.dice.randint(1, 4))]
        return people.add(self.session, email=f"p{number}@chengjiang.example", name=f"第{number}人", roles=list(roles))

    def _somebody(self) -> Person:
        return self.dice.choice(self._people)

    def _an_article(self) -> Article:
        if not self.told:
            self._write()
        # The younger ones are where things happen.
        return articles.get(self.session, self.dice.choice(sorted(self.told)[-4:]))

    def _an_edition(self) -> Edition:
        ids = list(self.session.scalars(select(Edition.id).order_by(Edition.id.desc()).limit(6)))
        if not ids:
            raise EditorialError()
        return editions.get(self.session, self.dice.choice(ids))

    def _a_delivery(self) -> Delivery:
        ids = list(self.session.scalars(select(Delivery.id).order_by(Delivery.id.desc()).limit(8)))
        if not ids:
            raise EditorialError()
        return self.session.get_one(Delivery, self.dice.choice(ids))

    def _write(self) -> str:
        by, text = self._somebody(), self.dice.choice(TEXTS)
        article = articles.write(self.session, Content(title="一篇", body=text), origin_group="assembly", by=by).article
        self.told[article.id] = Told(text, {by.id})
        return "write"

    def _revise(self) -> str:
        article, by, text = self._an_article(), self._somebody(), self.dice.choice(TEXTS)
        base = article.revision - (self.dice.random() < 0.1)
        saved = revising.revise(self.session, article, Content(title="一篇", body=text), base=base, by=by)
        if text == self.told[article.id].text:
            assert saved.revision.number == base
            return "revise to the same"
        told = self.told[article.id]
        self.told[article.id] = Told(text, told.writers | {by.id})
        return "revise"

    def _submit(self) -> str:
        article = self._an_article()
        stages.submit(self.session, article, by=self._somebody(), blockers=[])
        self.told[article.id].approvals = {}
        return "submit"

    def _claim(self) -> str:
        article = self._an_article()
        stages.claim(self.session, stages.open_stage(self.session, article), by=self._somebody())
        return "claim"

    def _decide(self) -> str:
        waiting = list(self.session.scalars(select(Article.id).where(Article.stage != "").order_by(Article.id.desc()).limit(4)))
        article, by = self._an_article(), self._somebody()
        if waiting and self.dice.random() < 0.9:
            article = articles.get(self.session, self.dice.choice(waiting))
        stage = article.stage if self.dice.random() < 0.85 else self.dice.choice(STAGES)
        if stage in routes.RIGHT_OF and self.dice.random() < 0.8:
            able = [one for one in self._people if one.active and one.id not in self.told[article.id].writers]
            by = self.dice.choice(able or self._people)
        decision = "approve" if self.dice.random() < 0.85 else self.dice.choice([*Decision, "wave_through"])
        revision = article.revision - (self.dice.random() < 0.05)
        text = self.dice.choice(["", "写得很好。"])
        typeset = Typeset(html=f"<p>{self.told[article.id].text}</p>", digest="")
        stages.decide(self.session, article, stage=stage, decision=decision, revision=revision, by=by, text=text, typeset=typeset)
        if decision in ("approve", "approve_with_comment"):
            self.told[article.id].approvals[stage] = by.id
        else:
            self.told[article.id].approvals = {}
        return str(decision)

    def _withdraw(self) -> str:
        articles.withdraw(self.session, self._an_article(), by=self._somebody())
        return "withdraw"

    def _plan(self) -> str:
        chosen = self.dice.sample(sorted(self.told), min(len(self.told), self.dice.randint(1, 2)))
        if self.dice.random() < 0.7:
            signed = list(self.session.scalars(select(Article.id).where(Article.state == ArticleState.SIGNED_OFF)))
            chosen = signed[-2:] or chosen
        mode = self.dice.choice(["release", "mass_send", "draft", "manual"])
        editions.plan(self.session, account=self._account, mode=mode, article_ids=[str(one) for one in chosen], by=self._somebody())
        return "plan"

    def _rearrange(self) -> str:
        editions.rearrange(self.session, self._an_edition(), [str(self._an_article().id)], by=self._somebody())
        return "rearrange"

    def _schedule(self) -> str:
        at = clock.now() + timedelta(seconds=self.dice.choice([-5, 60]))
        releases.schedule(self.session, self._an_edition(), at, by=self._somebody())
        return "schedule"

    def _unschedule(self) -> str:
        releases.unschedule(self.session, self._an_edition(), by=self._somebody())
        return "unschedule"

    def _cancel(self) -> str:
        editions.cancel(self.session, self._an_edition(), by=self._somebody())
        return "cancel"

    def _give_up(self) -> str:
        releases.give_up(self.session, self._an_edition(), by=self._somebody())
        return "give up"

    def _send(self) -> str:
        """What a worker does with a delivery that is due, whatever the platform answers."""
        due = attempts.ready_to_start(clock.now())
        delivery = self.session.scalars(select(Delivery).where(due).order_by(Delivery.id).limit(1)).first()
        if delivery is None or gate.refusal_of(self.session, delivery):
            raise EditorialError()
        edition = self.session.get_one(Edition, delivery.edition_id)
        for place in edition.places:
            signed = sign_offs.latest(self.session, place.article_id)
            assert signed is not None and signed.html == f"<p>{self.told[place.article_id].text}</p>"
            assert self.told[place.article_id].may_leave
        [(_, ticket)] = attempts.claim(self.session, [delivery])
        to = self.dice.choice([State.SENT, State.SENT, State.REFUSED, State.NEEDS_PERSON, State.OUTCOME_UNKNOWN])
        attempts.settle(self.session, ticket, to, Verdict(to))
        delivery = self.session.get_one(Delivery, ticket.delivery_id)
        if to == State.SENT and delivery.purpose in releases.FINAL_PURPOSES:
            releases.record_published(self.session, edition, ())
        return f"send: {to}"

    def _retry(self) -> str:
        deliveries.retry(self.session, self._a_delivery(), by=self._somebody())
        return "retry"

    def _resolve(self) -> str:
        outcome = self.dice.choice(["not_sent", "drop"])
        deliveries.resolve(self.session, self._a_delivery(), outcome, by=self._somebody(), reason="看过后台")
        return f"resolve: {outcome}"

    def _change_route(self) -> str:
        routes.change_route(self.session, self.dice.choice(ROUTES), by=self._somebody())
        return "change the route"

    def _change_roles(self) -> str:
        roles = [str(role) for role in self.dice.sample(ROLES, self.dice.randint(0, 5))]
        people.set_roles(self.session, self._somebody(), roles, by=self._somebody())
        return "change roles"

    def _come_or_go(self) -> str:
        person = self._somebody()
        (people.deactivate if person.active and self.dice.random() < 0.5 else people.reactivate)(self.session, person, by=None)
        return "come or go"
