"""The house's rules over a long text, with a list as long as lists may be: `python -m tests.bench --only checks`."""

from __future__ import annotations

import random

from editorial.review.checks import rulebook
from editorial.review.checks.engine import Engine, Text
from editorial.review.checks.rule import MOST_TERMS
from editorial.review.checks.rulebook import Rulebook
from publishers import wording
from tests.bench import articles
from tests.bench.measures import MILLI, clock_in_words, heading, median, percentile, report, timed

CHARACTERS, BUDGET_MS, ROUNDS = 20_000, 300.0, 15
_COMMON = (
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而"
    "过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开"
)


def run() -> None:
    """Print how long 20,000 characters take against 50,000 words and every shipped rule, and how long making ready takes."""
    heading(f"Rules, {clock_in_words()}")
    dice = random.Random(7)
    words = sorted({"".join(dice.choices(_COMMON, k=dice.randint(3, 6))) for _ in range(MOST_TERMS * 2)})
    dice.shuffle(words)
    shipped = rulebook.shipped()
    long = shipped["house_blocked"].changed(settings={"terms": words[:MOST_TERMS]})
    rules = tuple({**shipped, "house_blocked": long}.values())
    made: list[Engine] = []
    ready = timed(lambda: made.append(Engine(Rulebook(rules, "long"))), 3, warm_up=0)
    report("ready with 50,000 words", f"{median(ready) * MILLI:.0f} ms, once for each change of the rules")
    prose = "\n".join(articles.real())
    body = (prose * (CHARACTERS // len(prose) + 1))[:CHARACTERS]
    engine = made[-1]
    times = timed(lambda: engine.findings(Text("车间的一天", body)), ROUNDS)
    plain = timed(lambda: wording.remarks(body), ROUNDS)
    worst = percentile(times, 95) * MILLI
    found = len(engine.findings(Text("车间的一天", body)))
    report("20,000 characters, 50,000 words", f"p50 {median(times) * MILLI:.0f} ms, p95 {worst:.0f} ms, {found} findings "
           f"(at most {BUDGET_MS:.0f} ms)", worst <= BUDGET_MS)
    report("punctuation of the same text", f"p50 {median(plain) * MILLI:.0f} ms")
