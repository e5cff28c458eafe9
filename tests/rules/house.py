"""What the rules of the house look at: the files of this project, read without importing them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("app", "publishers", "editorial")
NOT_OURS = {"node_modules", ".venv", "instance", "build", "dist", "__pycache__", ".git"}


@cache
def project_files() -> list[Path]:
    """Every file that is in the repository, or will be once added."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, check=True,
        ).stdout.decode().split("\0")
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        files = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return sorted(path for path in files if path.is_file())


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file of the repository that is text, with its text."""
    for path in project_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def sources(*parts: str, without: tuple[str, ...] = ()) -> list[Path]:
    """Python files under the given files or folders, as far as these exist."""
    wanted = [ROOT / part for part in parts]
    shunned = [ROOT / part for part in without]
    return [
        path for path in project_files()
        if path.suffix == ".py" and _under(path, wanted) and not _under(path, shunned)
    ]


def _under(path: Path, folders: list[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of one Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """A path as the project's people write it."""
    return path.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """`datetime.now` for such an expression, the empty string for anything that is no plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
