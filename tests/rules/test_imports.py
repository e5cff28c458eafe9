"""Nobody looks up: the import contracts of pyproject.toml hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.rules.house import FLOORS, ROOT, name, sources, tree

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_contracts_hold() -> None:
    lint = str(Path(sys.executable).with_name("lint-imports"))
    run = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_the_sandbox_knows_nothing_of_ours() -> None:
    wrong = []
    for path in sources("publishers/sandbox"):
        wrong += [f"{name(path)} imports {module}" for module in _imports(path)
                  if module.split(".")[0] in FLOORS and not module.startswith("publishers.sandbox")]
    assert wrong == []


@pytest.mark.parametrize(
    ("parts", "extras"), [((*FLOORS, "migrations", "wsgi.py"), ("paper",)), (("tests", "deploy"), ("dev",))]
)
def test_what_is_imported_is_declared(parts: tuple[str, ...], extras: tuple[str, ...]) -> None:
    declared = {_canonical(line) for line in PROJECT["dependencies"]}
    for extra in extras:
        declared |= {_canonical(line) for line in PROJECT["optional-dependencies"][extra]}
    owners = packages_distributions()
    undeclared = set()
    for path in sources(*parts):
        for module in _imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in {*FLOORS, "tests"}:
                continue
            if not declared & {_canonical(owner) for owner in owners.get(top, [])}:
                undeclared.add(f"{name(path)}: {top}")
    assert not undeclared


def test_what_is_declared_is_pinned() -> None:
    dev = (ROOT / "deploy/requirements-dev.lock").read_text()
    pinned = {_canonical(line) for line in dev.splitlines() if "==" in line}
    extras = PROJECT["optional-dependencies"]
    declared = [*PROJECT["dependencies"], *extras["dev"], *extras["paper"]]
    assert not {_canonical(line) for line in declared} - pinned, "run make lock"


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def _canonical(requirement: str) -> str:
    """`Flask_Login>=1` and `flask-login` as the same word."""
    bare = requirement
    for mark in "[<>=!~; (":
        bare = bare.split(mark)[0]
    return bare.strip().lower().replace("_", "-").replace(".", "-")
