"""Formulas: quick, bounded in time and memory, independent of each other, and honest when they cannot be set."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from publishers.mathjax import __main__ as other_end
from publishers.mathjax import engine
from publishers.mathjax.engine import EngineAbsent, Formula
from publishers.rendering import math, render
from publishers.rendering.checker import check
from publishers.rendering.math import typeset

USUAL = [
    "E=mc^2", r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\sum_{i=1}^n i", r"\alpha+\beta\le\gamma", r"\mathbb{R}^n",
    r"P(A|B)=\frac{P(B|A)P(A)}{P(B)}", r"\text{准点率}=\frac{a}{b}", r"\lim_{n\to\infty}x_n", r"\vec{F}=m\vec{a}",
]

WRONG = [
    (r"\frac{1", "Missing close brace"),
    (r"\nosuch", r"Undefined control sequence \nosuch"),
    (r"\left(x", r"Extra \left or missing \right"),
    (r"x^2^3", "Double exponent: use braces to clarify"),
    (r"\begin{matrix}", r"Missing \end{matrix}"),
    (r"\ref{a}", r"Undefined control sequence \ref"),
    (r"\href{javascript:alert(1)}{x}", r"Undefined control sequence \href"),
    (r"\style{position:fixed}{x}", r"Undefined control sequence \style"),
    (r"\newcommand{\a}{b}", r"Undefined control sequence \newcommand"),
    (r"\def\a{b}", r"Undefined control sequence \def"),
    (r"\require{html}", r"Undefined control sequence \require"),
    (r"\rule{9999em}{1em}", "The formula is larger than a page"),
    ("x" * 4_001, "The formula is longer than 4000 characters"),
]

HEAVY = [
    r"\sqrt{" * 560 + "x" + "}" * 560,
    r"\begin{matrix}" + r"1&" * 900 + r"\\" * 400 + r"\end{matrix}",
    r"\frac{" * 250 + "1" + "}{2}" * 250,
    "{" * 1_900 + "}" * 1_900,
    r"\left(" * 300 + r"\right)" * 300,
    "x^{" * 900 + "}" * 900,
    r"\ce{" + "A+" * 1_900 + "B}",
    r"\text{$" * 200 + "x" + "$}" * 200,
]


def test_a_formula_takes_little_time() -> None:
    typeset("warm", display=False)
    taken = []
    for round_ in range(3):
        for tex in USUAL:
            started = time.process_time()
            assert typeset(f"{tex}+{round_}+{len(taken)}", display=True).svg
            taken.append(time.process_time() - started)
    assert sorted(taken)[len(taken) // 2] < 0.050


def test_a_formula_seen_before_takes_none() -> None:
    first = typeset("a_{seen}", display=False)
    started = time.process_time()
    for _ in range(1_000):
        assert typeset("a_{seen}", display=False) is first
    assert time.process_time() - started < 0.05


@pytest.mark.parametrize(("tex", "error"), WRONG)
def test_wrong_tex_is_named_in_mathjax_words(tex: str, error: str) -> None:
    assert typeset(tex, display=False) == Formula(error=error)


@pytest.mark.parametrize("number", range(len(HEAVY)))
def test_heavy_tex_is_bounded(number: int) -> None:
    started = time.monotonic()
    formula = typeset(HEAVY[number], display=True)
    # Two seconds for the engine, and as much for starting another on a busy machine.
    assert time.monotonic() - started < 4
    assert formula.error or len(formula.svg) < 1_000_000
    assert typeset("x", display=False).svg


def test_a_formula_leaves_nothing_behind() -> None:
    assert typeset(r"\color{red}{x}", display=False).svg != typeset("x", display=False).svg
    plain = typeset("y+1", display=False)
    math._typeset.cache_clear()
    for disturbing in (r"\color{red}y", r"\definecolor{a}{rgb}{1,0,0}", r"\frac{", r"\DeclareMathOperator{\y}{y}"):
        typeset(disturbing, display=False)
    assert typeset("y+1", display=False) == plain


def test_threads_share_one_engine() -> None:
    found: list[Formula] = []

    def several(number: int) -> None:
        for step in range(5):
            found.append(typeset(f"t_{{{number}}}^{{{step}}}", display=False))

    threads = [threading.Thread(target=several, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len([formula for formula in found if formula.svg]) == 20


CHILD = """
import os, sys
from publishers.rendering.math import typeset

if sys.argv[1] == "before":
    typeset("x", display=False)
child = os.fork()
if child == 0:
    os._exit(0 if typeset("x+1", display=False).svg else 1)
known = typeset("y+1", display=False).svg
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if known else 2)
"""


@pytest.mark.parametrize("started", ["after", "before"])
def test_a_forked_process_sets_formulas_as_its_parent_does(started: str) -> None:
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", CHILD, started], cwd=root, timeout=60, check=False).returncode == 0


def test_an_engine_that_was_killed_is_started_anew() -> None:
    assert typeset("before", display=False).svg
    assert engine._engine._one
    engine._engine._one._process.kill()
    assert typeset("after", display=False).svg


def test_the_engine_ends_with_the_process_that_started_it() -> None:
    root = Path(__file__).parents[3]
    code = "from publishers.mathjax.engine import _engine, set_formula; set_formula('x', display=False); " \
        "print(_engine._one._process.pid)"
    said = subprocess.run([sys.executable, "-c", code], cwd=root, timeout=60, check=True, capture_output=True, text=True)
    until = time.monotonic() + 10
    while Path(f"/proc/{said.stdout.strip()}").exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_without_the_engine_a_formula_is_a_blocker(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(tex: str, *, display: bool) -> Formula:
        raise EngineAbsent("not bundled")

    monkeypatch.setattr(math, "set_formula", absent)
    with pytest.raises(EngineAbsent):
        typeset("absent", display=False)
    rendered = render.__wrapped__("没有引擎 $absent$ 时")
    assert [finding.rule for finding in rendered.blockers] == ["formula_engine"]
    assert "absent</code>" in rendered.html


def test_without_the_bundle_the_other_end_says_that_it_is_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(other_end, "BUNDLE", tmp_path / "absent.js")
    with pytest.raises(OSError, match="absent"):
        other_end._started()


def test_many_formulas_are_too_large_and_say_so() -> None:
    one = r"\sum_{i=1}^{n}\frac{a_i+b_i}{\sqrt{c_i}}"
    source = "\n\n".join(f"$${one}+{one}+{at}$$" for at in range(180))
    rendered = render.__wrapped__(source)
    found = {finding.rule: finding for finding in rendered.findings}
    assert rendered.bytes >= 1_000_000
    assert found["formulas_too_large"].params == {"count": "180"}
    assert "pictures" in found["formulas_too_large"].suggestion


@pytest.mark.parametrize("source", ["$$x", "$x", r"\(x", r"\[x", "$$$$", "$$ $$", "$ $", r"\(\)", "$$\n\n$$", "```math\n```"])
def test_what_is_half_a_formula_stays_words(source: str) -> None:
    rendered = render(f"前 {source} 后")
    assert [flaw for flaw in check(rendered.html) if flaw.rule != "survival_8"] == []
    assert "<svg" not in rendered.html
