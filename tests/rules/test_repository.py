"""What the repository itself keeps to: sizes, and nothing that belongs to one machine."""

from __future__ import annotations

import json
import re
import warnings

from tests.rules.house import FLOORS, ROOT, name, sources, text_files

ASKED, TOO_LONG = 250, 400
# In pieces, so that this file does not name what it looks for.
INDEX = re.compile("|".join(["--(extra-)?index" + "-url", "registry\\.npm" + "js\\.org", "python" + "hosted\\.org",
                             "py" + "pi\\.org/simple", "--find" + "-links", "npm" + "mirror"]))
MACHINE = re.compile(r"(?<![\w.:/~-])/(" + "work|root" + r")/\w|(?<![\w.:/-])/home/\w+/|/tmp/(briefs|bash)")


def test_no_package_index_is_named() -> None:
    assert [name(path) for path, text in text_files() if INDEX.search(text)] == []


def test_locks_hold_no_addresses() -> None:
    assert [path.name for path in (ROOT / "deploy").glob("*.lock") if "://" in path.read_text()] == []
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [package for package, entry in packages.items() if "resolved" in entry] == []


def test_locks_hold_hashes() -> None:
    for path in (ROOT / "deploy").glob("*.lock"):
        pins = re.split(r"\n(?=\S)", path.read_text().strip())
        assert pins and all("==" in pin and "--hash=sha256:" in pin for pin in pins), path.name


def test_no_path_of_one_machine() -> None:
    assert [
        f"{name(path)}: {found.group()}" for path, text in text_files() if (found := MACHINE.search(text))
    ] == []


def test_files_stay_readable() -> None:
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*FLOORS)}
    asked = {file: lines for file, lines in lengths.items() if lines > ASKED}
    if asked:
        warnings.warn(f"over {ASKED} lines, does each hold one noun? {asked}", stacklevel=1)
    assert {file: lines for file, lines in asked.items() if lines > TOO_LONG} == {}


def test_every_module_says_what_it_is() -> None:
    silent = [
        name(path) for path in sources(*FLOORS)
        if path.stat().st_size and not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []


def test_templates_need_nothing_from_outside_and_no_inline_code() -> None:
    outside = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)=["'](?:https?:)?//""")
    inline = re.compile(r"""<[^>]*\s(?:on[a-z]+|style)=["']""")
    wrong = [
        f"{name(path)}: {found.group()[:80]}"
        for path, text in text_files() if name(path).startswith("templates/")
        for pattern in (outside, inline) if (found := pattern.search(text))
    ]
    assert wrong == []
