"""Rendering beside three ways of composing it from packages, in one run: `python -m tests.bench --only rendering`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import bleach
import css_inline
import markdown
import mistune
import nh3

from publishers.rendering import THEMES, render
from tests import endless
from tests.bench import articles
from tests.bench.measures import MILLI, clock_in_words, heading, median, percentile, report, timed

ROOT = Path(__file__).resolve().parents[2]
BUDGETS = {"under 4 KB": (1.3, 3.5), "4 to 16 KB": (5.0, 8.0), "16 to 48 KB": (10.0, 30.0), "over 48 KB": (35.0, 45.0)}
"""Milliseconds of processor by class of size: median and 95th percentile."""
CACHED_MS, COLD_SECONDS, MEGABYTES, GROWTH_MEGABYTES, ENDLESS_SECONDS = 0.2, 0.25, 60, 4, 2.0
_EXTENSIONS = ["tables", "fenced_code", "sane_lists", "footnotes"]
_TAGS = set("p h1 h2 h3 h4 strong em a img ul ol li blockquote pre code table thead tbody tr th td hr br sup div span".split())
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}}
_STYLES = "".join(f"{tag}{{{style}}}" for tag, style in THEMES["default"].styles.items() if tag in _TAGS)


def main() -> None:
    """Print sizes, the cache, the command from cold, its memory, growth over many renderings, and hostile input."""
    heading(f"Rendering, warm, {clock_in_words()}; p50 / p95 in ms, then how many times longer the others take")
    plain = markdown.Markdown(extensions=_EXTENSIONS)
    parser = mistune.create_markdown(plugins=["table", "footnotes", "strikethrough"])
    others: dict[str, Callable[[str], object]] = {
        "markdown": lambda text: plain.reset().convert(text),
        "+ bleach + css-inline": lambda text: _inlined(
            bleach.clean(plain.reset().convert(text), tags=_TAGS, attributes={tag: [*names] for tag, names in _ATTRIBUTES.items()})
        ),
        "mistune + nh3 + css-inline": lambda text: _inlined(nh3.clean(str(parser(text)), tags=_TAGS, attributes=_ATTRIBUTES)),
    }
    for name, texts in articles.classes().items():
        _compare(name, texts, others)
    _cached()
    _cold()
    _growth()
    _endless()


def _compare(name: str, texts: list[str], others: dict[str, Callable[[str], object]]) -> None:
    ours = _times(render.__wrapped__, texts, 15)
    half, worst = median(ours) * MILLI, percentile(ours, 95) * MILLI
    ratios = ", ".join(f"{other} {median(_times(work, texts, 3)) * MILLI / half:.1f}" for other, work in others.items())
    most = BUDGETS[name]
    report(
        f"{len(texts)} articles {name}", f"{half:.2f} / {worst:.2f}  budget {most[0]} / {most[1]}   {ratios}",
        half <= most[0] and worst <= most[1],
    )


def _times(work: Callable[[str], object], texts: list[str], rounds: int) -> list[float]:
    return [seconds for text in texts for seconds in timed(lambda text=text: work(text), rounds)]


def _inlined(html: str) -> str:
    return css_inline.inline(f"<style>{_STYLES}</style>{html}")


def _cached() -> None:
    longest = articles.classes()["over 48 KB"][-1]
    found = percentile(timed(lambda: render(longest), 200), 95) * MILLI
    report("the same article again", f"p95 {found:.4f} ms  budget {CACHED_MS}", found <= CACHED_MS)


def _cold() -> None:
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder, "article.md")
        article.write_text(articles.of_size(6_000, 1), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "qunsheng"), "render", str(article)]
        found = median([_child(command) for _ in range(9)])
        report("qunsheng render from cold", f"{found:.3f} s  budget {COLD_SECONDS}", found <= COLD_SECONDS)
        memory = _peak(article)
        report("its memory", f"{memory:.0f} MB  budget {MEGABYTES}", memory <= MEGABYTES)
        uncompiled = median([_child(_without_bytecode(folder, article)) for _ in range(5)])
        report("without compiled files of ours", f"{uncompiled:.3f} s")


def _without_bytecode(folder: str, article: Path) -> list[str]:
    """The command over a copy of what it imports, none of it compiled."""
    for name in ("app/__init__.py", "app/cli.py", "publishers/__init__.py"):
        Path(folder, name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, Path(folder, name))
    unwanted = shutil.ignore_patterns("__pycache__", "*.js")
    shutil.copytree(ROOT / "publishers/rendering", Path(folder, "publishers/rendering"), ignore=unwanted, dirs_exist_ok=True)
    begin = f"import sys; sys.path.insert(0, {folder!r}); from app.cli import main; main()"
    return [sys.executable, "-B", "-c", begin, "render", str(article)]


def _child(command: list[str]) -> float:
    """Seconds of processor that a command takes."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise RuntimeError(f"{command} ended with {status}")
    return usage.ru_utime + usage.ru_stime


def _peak(article: Path) -> float:
    """The most megabytes that the command ever held; said by itself, since what a parent held would be counted as well."""
    script = (
        "import sys\n"
        "from app.cli import main\n"
        "main(['render', sys.argv[1]], standalone_mode=False)\n"
        "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')), file=sys.stderr)\n"
    )
    answer = subprocess.run([sys.executable, "-c", script, str(article)], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(answer.stderr) / 1024


def _growth() -> None:
    """Ten thousand renderings of articles that are never the same, in a process of their own."""
    script = (
        "from tests.bench import articles, rendering\n"
        "texts = [articles.of_size(2_000, seed) for seed in range(50)]\n"
        "def pass_by(rounds):\n"
        "    for number in range(rounds):\n"
        "        rendering.render(f'{texts[number % 50]}\\n\\n第{number}稿')\n"
        "pass_by(2_000)\n"
        "before = rendering.resident()\n"
        "pass_by(10_000)\n"
        "print(rendering.resident() - before)\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    grown = float(answer.stdout) / 1e6
    report("growth over 10,000 renderings", f"{grown:.1f} MB  budget {GROWTH_MEGABYTES}", grown <= GROWTH_MEGABYTES)


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _endless() -> None:
    times = {name: _once(make()) for name, make in endless.KINDS.items()}
    worst = max(times, key=times.__getitem__)
    report(
        f"{len(times)} hostile megabytes", f"worst {times[worst]:.2f} s ({worst})  budget {ENDLESS_SECONDS}",
        times[worst] <= ENDLESS_SECONDS,
    )


def _once(text: str) -> float:
    return timed(lambda: render.__wrapped__(text), 1, 0)[0]
