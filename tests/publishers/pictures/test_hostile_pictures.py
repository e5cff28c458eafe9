"""Sixty files that are refused or made harmless, each by itself in the child process: time and memory measured there."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from publishers.pictures.results import BODY_BYTES
from publishers.pictures.shrinking import KEPT_PIXELS, WIDEST
from publishers.pictures.talk import FIT, HEAD, JOB
from tests.pictures import photo
from tests.publishers.pictures.hostile import FILES
from tests.rules.house import ROOT

SECONDS = 2.0
BYTES = 200 * 1024 * 1024 + 50_000_000
"""What 50 million pixels weigh in Pillow (200 MB), and what stands beside them."""
EVIL = (b"<script", b"<?php", b"PK\x03\x04", b"ENTITY", b"/etc/passwd")


def test_there_are_enough() -> None:
    assert len(FILES) >= 50


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_or_harmless(name: str) -> None:
    said, files, seconds, memory = _developed(FILES[name]())
    assert seconds < SECONDS and memory < BYTES, (seconds, memory)
    if "unusable" in said:
        assert said["unusable"].endswith(".")
    else:
        _are_harmless(said["files"], files)


def _are_harmless(said: list[tuple[str, int, str, int, int]], files: list[bytes]) -> None:
    """Clean pictures: nothing of what came along, no more pixels than are kept."""
    for (_, _, content_type, width, height), content in zip(said, files, strict=True):
        assert len(content) < BODY_BYTES and width <= WIDEST
        assert content_type in ("image/jpeg", "image/png", "image/gif")
        assert not any(evil in content for evil in EVIL)
        again = Image.open(io.BytesIO(content))
        again.load()
        assert again.size == (width, height) and width * height <= KEPT_PIXELS * 1.01


def _developed(content: bytes) -> tuple[dict[str, Any], list[bytes], float, int]:
    """What the child answers, its processor seconds, and the most memory it held above what it held before."""
    child = _children[0] if _children and _children[0].poll() is None else _started()
    Path(f"/proc/{child.pid}/clear_refs").write_text("5")
    before, begun = _most_memory(child.pid), _seconds(child.pid)
    said, files = _asked(child, content)
    return said, files, _seconds(child.pid) - begun, _most_memory(child.pid) - before


_children: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True, scope="module")
def _nobody_stays() -> Iterator[None]:
    yield
    for child in _children:
        child.communicate()


def _started() -> subprocess.Popen[bytes]:
    child = subprocess.Popen(
        [sys.executable, "-m", "publishers.pictures"], cwd=ROOT, env={"PATH": os.defpath, "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )
    _children.insert(0, child)
    _asked(child, photo(40, 30))
    return child


def _asked(child: subprocess.Popen[bytes], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(JOB.pack(FIT, len(content)) + content)
    child.stdin.flush()
    said = json.loads(child.stdout.read(HEAD.unpack(child.stdout.read(HEAD.size))[0]))
    return said, [child.stdout.read(one[1]) for one in said["files"]]


def _most_memory(pid: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found.group(1)) * 1024


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
