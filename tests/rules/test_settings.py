"""Settings have one door and one description; the clock has one reader."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.rules.house import ROOT, dotted, name, sources, tree

SETTING = re.compile(r"QUNSHENG_[A-Z0-9_]*[A-Z0-9]")
ENVIRONMENT = {"os.environ", "os.getenv", "os.environb", "os.putenv"}
WALL_CLOCK = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today", "func.now", "sa.func.now",
}
# Signatures of requests carry the present second, and publishers may not look down for it.
STAMPS = {"time.time", "time.time_ns"}


def test_every_setting_is_described() -> None:
    known, described = _settings("app/config.py"), _settings("README.md")
    assert not known - described, "settings that README.md does not describe"
    assert not described - known - _settings("app/cli.py"), "README.md describes settings that nothing reads"


def test_only_one_module_reads_the_environment() -> None:
    places = sources("app", "editorial", "publishers", "wsgi.py", "migrations", without=("app/environment.py",))
    assert _uses(places, ENVIRONMENT) == []
    assert [name(path) for path in places if _takes(path, "os", {"environ", "getenv"})] == []


def test_only_the_clock_module_reads_the_clock() -> None:
    places = sources("app", "editorial", "publishers", without=("editorial/clock.py", "publishers/sandbox"))
    assert _uses(places, WALL_CLOCK) == []
    assert _uses([path for path in places if not name(path).startswith("publishers/")], STAMPS) == []
    assert [name(path) for path in places if _takes(path, "time", {"time", "time_ns"})] == []


def _settings(file: str) -> set[str]:
    path = ROOT / file
    return set(SETTING.findall(path.read_text(encoding="utf-8"))) if path.exists() else set()


def _uses(places: list[Path], chains: set[str]) -> list[str]:
    return [
        f"{name(path)}:{node.lineno} {dotted(node)}"
        for path in places
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and dotted(node) in chains
    ]


def _takes(path: Path, module: str, names: set[str]) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and node.module == module and names & {alias.name for alias in node.names}
        for node in ast.walk(tree(path))
    )
