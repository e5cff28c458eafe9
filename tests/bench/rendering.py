"""Rendering beside plain Markdown in one run, warm, without the cache: `python -m tests.bench --only rendering`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import markdown

from publishers.rendering import render
from tests.bench.measures import heading, report

PARAGRAPH = (
    "上周五下午，装配二车间的早会比平时长了十分钟。班长老周把工位图贴在白板上，**红线标出的是每天来回走的路**。"
    "[现场记录](https://example.com/notes/12)里写着当天的产量：`1,284` 件。\n\n"
)
SECTION = (
    f"{PARAGRAPH * 3}### 小节\n\n- 提前备料\n- 换型时间降到 **18 分钟**\n\n"
    "| 班组 | 产量 |\n|---|---:|\n| 甲班 | 1284 |\n\n> 安全第一\n\n"
)
BUDGETS = {3_500: 1.3, 12_000: 5.0, 40_000: 10.0, 64_000: 35.0}
"""Milliseconds by bytes of Markdown, median."""


def main() -> None:
    """Print one line per size: ours, Python-Markdown's, their ratio, the budget."""
    heading("Rendering, warm, median")
    plain = markdown.Markdown(extensions=["tables", "fenced_code", "sane_lists", "footnotes"])
    for size, budget in BUDGETS.items():
        source = (SECTION * 200).encode()[:size].decode(errors="ignore")
        ours = median_ms(lambda source=source: render.__wrapped__(source))
        theirs = median_ms(lambda source=source: plain.reset().convert(source))
        cached = median_ms(lambda source=source: render(source))
        report(
            f"{size} bytes", f"ours {ours:.2f} ms  budget {budget:.1f} ms   Python-Markdown {theirs:.2f} ms"
            f"   ratio {ours / theirs:.2f}   cached {cached:.4f} ms", ours <= budget,
        )


def median_ms(work: Callable[[], object], rounds: int = 25) -> float:
    """The median time of some rounds in milliseconds, after one round to warm up."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000

