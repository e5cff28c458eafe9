"""What the people of a small house may do to one article, with dice for who, when and how."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import EditorialError
from editorial.groups.groups import Kind
from editorial.outbox import attempts
from editorial.outbox.attempts import Verdict
from editorial.outbox.deliveries import Delivery, State
from editorial.people import people
from editorial.people.people import Person, Role
from editorial.release import embargoes, releases
from editorial.review import checks, deciders, emergencies, plans, revising, routes, stages
from editorial.review.checks import waivers
from editorial.review.plans import Plan, Stage
from editorial.review.sign_offs import Typeset
from publishers.dispatch import gate
from tests import factories
from tests.trials.routes import oracle

Verb = Callable[[], str]

BEGIN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TEXTS = (
    "试车台连续运转七十二小时。", "食堂门口的桂花开了。", "夜班的灯一直亮着。",
    # A valid number of an identity card stops an article until a second person lets it pass.
    "失物招领：身份证号 11010519491231002X，请到门卫认领。",
)
ROLES = [role for role in Role if role not in (Role.ADMIN, Role.OPERATOR, Role.CORRESPONDENT)]
UNPACED = SimpleNamespace(rates=())


class Newsroom:
    """Ten people with random roles, one account, one group; each verb does one thing and says what, or raises EditorialError."""

    def __init__(self, session: Session, dice: random.Random) -> None:
        self.session, self.dice = session, dice
        self.now = BEGIN
        with clock.at(self.now):
            self._people = [self._person(number) for number in range(10)]
            self._account = str(factories.account(session).id)
            factories.group(session)
            session.commit()
        self.article_id = 0
        weighted: list[tuple[int, Verb]] = [
            (6, self._revise), (2, self._submit), (6, self._decide), (3, self._claim), (4, self._recuse), (3, self._substitute),
            (3, self._haste), (1, self._stand_down), (3, self._change_route), (2, self._change_roles), (1, self._come_or_go),
            (3, self._ask_waiver), (3, self._decide_waiver), (4, self._embargo), (1, self._lift), (1, self._withdraw),
            (3, self._schedule), (2, self._unschedule), (3, self._send), (4, self._wait),
        ]
        self._verbs, self._weights = [verb for _, verb in weighted], [weight for weight, _ in weighted]

    def begin(self) -> None:
        """A new article, which all further acts are about."""
        by, text = self._somebody(), self.dice.choice(TEXTS[:3] * 3 + TEXTS[3:])
        self.article_id = articles.write(self.session, Content(title="一篇", body=text), origin_group="assembly", by=by).article.id

    def different(self, count: int) -> list[Verb]:
        """So many different things that may be done now, each as likely as people would do it; no order."""
        chosen, natural = dict[str, Verb](), self._natural()
        while len(chosen) < count:
            verb = natural if self.dice.random() < 0.7 else self.dice.choices(self._verbs, self._weights)[0]
            chosen[verb.__name__] = verb
        return self.dice.sample(list(chosen.values()), count)

    def _natural(self) -> Verb:
        """What people mostly do with an article in its state; chance alone would seldom bring one to the end."""
        return {
            ArticleState.DRAFTING: self._submit, ArticleState.RETURNED: self._submit, ArticleState.IN_REVIEW: self._decide,
            ArticleState.IN_PROOF: self._decide, ArticleState.SIGNED_OFF: self._schedule, ArticleState.SCHEDULED: self._send,
        }.get(self._article().state, self._wait)

    def _person(self, number: int) -> int:
        roles = [str(role) for role in self.dice.sample(ROLES, self.dice.randint(2, 6))]
        return people.add(self.session, email=f"p{number}@chengjiang.example", name=f"第{number}人", roles=roles).id

    def _somebody(self) -> Person:
        return self.session.get_one(Person, self.dice.choice(self._people))

    def _article(self) -> Article:
        return articles.get(self.session, self.article_id)

    def _typeset(self, article: Article) -> Typeset:
        return Typeset(html=f"<p>{articles.newest(self.session, article).body}</p>", digest="")

    def _revise(self) -> str:
        article, text = self._article(), self.dice.choice(TEXTS[:3] * 3 + TEXTS[3:])
        content = articles.newest(self.session, article).content.changed(body=text)
        saved = revising.revise(self.session, article, content, base=article.revision, by=self._somebody())
        return "revise" if saved.revision.body == text else "revise to the same"

    def _submit(self) -> str:
        article = self._article()
        stages.submit(self.session, article, by=self._somebody(), blockers=[])
        return "submit"

    def _decide(self) -> str:
        article = self._article()
        waiting = stages.open_stages(self.session, article)
        stage = self.dice.choice(waiting).name if waiting and self.dice.random() < 0.93 else self.dice.choice(list(routes.RIGHT_OF))
        by, row = self._somebody(), next((row for row in waiting if row.name == stage), None)
        able = deciders.able(self.session, row) if row is not None and self.dice.random() < 0.8 else []
        if able:
            by = self.dice.choice(able)
        decision = "approve" if self.dice.random() < 0.9 else self.dice.choice(["approve_with_comment", "return", "reject"])
        decided = stages.decide(
            self.session, article, stage=stage, decision=decision, revision=article.revision, by=by, text="看过了。",
            typeset=self._typeset(article))
        kind = "as a substitute" if decided.decided_for_id else decided.kind
        return f"{decision}: {kind}"

    def _claim(self) -> str:
        article = self._article()
        stages.claim(self.session, stages.open_stage(self.session, article), by=self._somebody())
        return "claim"

    def _recuse(self) -> str:
        article = self._article()
        waiting = stages.open_stages(self.session, article)
        if not waiting:
            raise EditorialError()
        able = deciders.able(self.session, waiting[0]) or [self._somebody()]
        stages.recuse(self.session, article, stage=waiting[0].name, by=self.dice.choice(able), reason="写的是我所在的班组")
        return "recuse"

    def _substitute(self) -> str:
        begins = self.now + timedelta(hours=self.dice.choice([-5, 0, 5]))
        deciders.name_substitute(
            self.session, self._somebody(), self._somebody(), begins_at=begins,
            ends_at=begins + timedelta(hours=self.dice.choice([6, 48])))
        return "name a substitute"

    def _haste(self) -> str:
        article = self._article()
        emergencies.declare(self.session, article, reason="台风预警", by=self._somebody(), typeset=self._typeset(article))
        return "declare an emergency"

    def _stand_down(self) -> str:
        emergencies.stand_down(self.session, self._article(), by=self._somebody())
        return "stand down"

    def _change_route(self) -> str:
        by, plan = self._somebody(), self._plan()
        if self.dice.random() < 0.4:
            kinds = [str(kind) for kind in self.dice.sample(list(Kind), 3)]
            routes.add(self.session, f"路线 {self.dice.random()}", plan, by=by, group_kinds=kinds)
            return "add a route"
        routes.change(self.session, self.dice.choice(routes.everyone(self.session)), plan, by=by)
        return "change a route"

    def _plan(self) -> Plan:
        """Any way at all; those that lack a review or put one among “so many of them” are refused."""
        made = [Stage(name, "review", step=step) for step, name in enumerate(plans.REVIEWS, 1)]
        for name in self.dice.sample(plans.PROOFS, self.dice.randint(0, 2)):
            track = self.dice.choice(plans.TRACKS)
            made.append(Stage(name, "proof", track, int(name[-1]) + (3 if track == "review" else 0)))
        if self.dice.random() < 0.5:
            named = tuple(self.dice.sample(self._people, 2))
            step, needed = self.dice.randint(1, 6), self.dice.choice([0, 0, 1, 2])
            made += [
                Stage(f"{kind}{number}", kind.strip("_"), step=step, needed=needed, people=self.dice.choice([(), named]))
                for kind, number in self.dice.sample([("legal", ""), ("expert", ""), ("expert_", "2")], self.dice.randint(1, 3))
            ]
        if self.dice.random() < 0.1:
            made.pop(self.dice.randrange(len(made)))
        return Plan(tuple(made), proofs_after=self.dice.random() < 0.5)

    def _change_roles(self) -> str:
        roles = [str(role) for role in self.dice.sample(ROLES, self.dice.randint(1, 5))]
        people.set_roles(self.session, self._somebody(), roles, by=None)
        return "change roles"

    def _come_or_go(self) -> str:
        person = self._somebody()
        leaves = person.active and self.dice.random() < 0.4
        (people.deactivate if leaves else people.reactivate)(self.session, person, by=None)
        return "come or go"

    def _ask_waiver(self) -> str:
        article = self._article()
        found = checks.open_blockers(self.session, article)
        if not found:
            raise EditorialError()
        waivers.ask(self.session, article, found[0], "当事人同意公开", by=self._somebody())
        return "ask for a waiver"

    def _decide_waiver(self) -> str:
        asked = waivers.of(self.session, self.article_id)
        if not asked:
            raise EditorialError()
        waivers.decide(self.session, asked[0], granted=self.dice.random() < 0.8, by=self._somebody())
        return "decide a waiver"

    def _embargo(self) -> str:
        ends = self.now + timedelta(minutes=self.dice.choice([1, 30, 600]))
        embargoes.put(self.session, self._article(), ends, zone="Asia/Shanghai", by=self._somebody())
        return "put under embargo"

    def _lift(self) -> str:
        embargoes.lift(self.session, self._article(), reason="提前公布", by=self._somebody())
        return "lift the embargo"

    def _withdraw(self) -> str:
        articles.withdraw(self.session, self._article(), by=self._somebody())
        return "withdraw"

    def _schedule(self) -> str:
        edition = self._edition() or editions.plan(
            self.session, account=self._account, mode=self.dice.choice(["release", "draft"]),
            article_ids=[str(self.article_id)], by=self._somebody())
        releases.schedule(self.session, edition, self.now + timedelta(minutes=self.dice.choice([0, 1, 45])), by=self._somebody())
        return "schedule"

    def _edition(self) -> Edition | None:
        standing = editions.standing_of(self.session, self.article_id)
        return standing[0].edition if standing else None

    def _unschedule(self) -> str:
        edition = self._edition()
        if edition is None or edition.state != EditionState.SCHEDULED:
            raise EditorialError()
        releases.unschedule(self.session, edition, by=self._somebody())
        return "unschedule"

    def _send(self) -> str:
        """What a worker does with a delivery that is due, whatever the platform answers."""
        due = select(Delivery).where(attempts.ready_to_start(self.now)).order_by(Delivery.id.desc()).limit(1)
        delivery = self.session.scalars(due).first()
        if delivery is None or delivery.edition_id is None:
            raise EditorialError()
        desk = gate.desk_for(self.session, [delivery], 1)
        if not gate.may_leave(self.session, delivery, lambda session, one: UNPACED, desk):  # type: ignore[arg-type,return-value]
            return "held back by the gate"
        [(_, ticket)] = attempts.claim(self.session, [delivery])
        oracle.left(self.session, delivery.id)
        to = self.dice.choice([State.SENT, State.SENT, State.REFUSED, State.OUTCOME_UNKNOWN])
        attempts.settle(self.session, ticket, to, Verdict(to))
        if to == State.SENT and delivery.purpose in releases.FINAL_PURPOSES:
            releases.record_published(self.session, self.session.get_one(Edition, delivery.edition_id), ())
        return f"send: {to}"

    def _wait(self) -> str:
        self.now += timedelta(minutes=self.dice.choice([1, 5, 40, 700]))
        return "wait"
