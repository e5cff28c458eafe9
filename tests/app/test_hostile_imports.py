"""A hundred and twenty files and fifty names made to harm: refused or made harmless, quickly, others served meanwhile."""

from __future__ import annotations

import io
import re
import resource
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable

import pytest

from app.importing import ROOT, converted
from publishers.importing import Imported, Refused, convert
from publishers.importing.passing import Request
from publishers.rendering import render
from tests import factories
from tests.app.browser import Browser
from tests.pictures import photo
from tests.publishers.importing import hostile

FILES = list(hostile.files())
MOST_SECONDS = 2.0
LIVE = re.compile(r"<(?:script|iframe|object|embed|form|style|link|base)|javascript:|vbscript:|data:|\son\w+\s*=", re.IGNORECASE)


def live(imported: Imported) -> list[str]:
    """Elements of what would be published that could do something, and anything that was to be stolen."""
    html = render(imported.markdown).html
    return [tag for tag in re.findall(r"<[^>]*>", html) if LIVE.search(tag)] + re.findall(f"root:x:0|{hostile.CANARY}", html)


def cpu_seconds() -> float:
    """Processor time of all children that have ended; the wall clock is everybody's."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_there_are_enough_of_them() -> None:
    assert len({name for name, *_ in FILES}) == len(FILES) >= 75
    assert len(set(hostile.NAMES)) == len(hostile.NAMES) >= 45


@pytest.mark.parametrize(("attack", "name", "make", "outcome"), FILES, ids=[attack for attack, *_ in FILES])
def test_a_hostile_file(attack: str, name: str, make: Callable[[], bytes], outcome: hostile.Outcome) -> None:
    content, before = make(), cpu_seconds()
    assert len(content) <= 20 * 1024 * 1024, "it would not get past the door"
    try:
        imported: Imported | None = converted(Request("file", content, name=name))
    except Refused as refused:
        imported, sentence = None, refused.message.format(**refused.params)
        assert sentence.endswith(".") and "{" not in sentence
        assert sentence != "The import took too long and was stopped. Divide the file and try again."
    assert cpu_seconds() - before < MOST_SECONDS
    assert ("refused" if imported is None else "harmless") == outcome
    if imported is not None:
        assert imported.markdown.strip()
        assert not live(imported)
        assert all(hostile.CANARY.encode() not in one.content for one in imported.assets)


def test_behind_the_doors_nothing_can_be_opened_started_or_filled() -> None:
    tried = textwrap.dedent("""
        import os, socket, sys
        from publishers.importing.__main__ import close_doors
        close_doors()
        def fails(act):
            try:
                act()
            except (OSError, MemoryError, LookupError) as error:
                return type(error).__name__
            return "done"
        print(fails(lambda: open("/etc/passwd")), fails(lambda: socket.socket()), fails(lambda: open("x", "w")),
              fails(lambda: bytearray(210_000_000)), fails(lambda: "a".encode("mac_roman")), fails(lambda: bytearray(50_000_000)))
    """)
    run = subprocess.run(
        [sys.executable, "-sP", "-c", tried], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=True,
    )
    assert run.stdout.split() == ["OSError", "OSError", "OSError", "MemoryError", "LookupError", "done"]


@pytest.fixture
def contributor(app, people, session):
    factories.group(session)
    session.commit()
    return Browser(app, people["contributor"])


@pytest.mark.parametrize("name", hostile.NAMES, ids=range(len(hostile.NAMES)))
def test_a_hostile_name_is_only_a_name(name: str) -> None:
    """As the file's own name, as a member's, as what a text calls its picture, and as a mail's attachment."""
    document = convert(hostile.docx(), name)
    assert document.markdown == "正常的一段。\n"
    address = name.replace(" ", "%20").replace("\n", "").replace("\r", "")
    bundle = convert(hostile.zipped({"a.md": f"字\n\n![](<{address}>)\n", name: photo(20, 20)}), "a.zip")
    mail = convert(mailed(name), "a.eml")
    for imported in (bundle, mail):
        assert imported.markdown.startswith("字")
        assert not live(imported)
        for asset in imported.assets:
            assert asset.content == photo(20, 20)
            assert not re.search(r"[\x00-\x1f/\\\\<>\"'\u202e\u200b]", asset.name)
            assert len(asset.name) <= 80 and asset.name not in (".", "..")


def mailed(name: str) -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "b"
    mail.set_content("字")
    mail.add_attachment(photo(20, 20), "image", "jpeg", filename=re.sub(r"[\r\n]", "", name))
    return mail.as_bytes()


def test_a_hostile_name_at_the_door(contributor, tmp_path):
    for name in hostile.NAMES:
        answer = contributor.client.post(
            "/imports", data={"file": (io.BytesIO(hostile.docx()), name)}, headers={"X-CSRFToken": contributor.token()},
            content_type="multipart/form-data",
        )
        assert answer.status_code in (201, 400, 422), (name, answer.status_code)
        assert answer.status_code != 201 or answer.get_json()["markdown"] == "正常的一段。\n"


def test_others_are_answered_while_a_hostile_file_is_read(app, people, contributor):
    heavy = next(make() for attack, _, make, _ in FILES if attack == "bold and slanted without end")
    token, answers = contributor.token(), []

    def bring() -> None:
        answers.append(contributor.client.post(
            "/imports", data={"file": (io.BytesIO(heavy), "a.html")}, headers={"X-CSRFToken": token},
            content_type="multipart/form-data",
        ).status_code)

    other = app.test_client()
    under_way = threading.Thread(target=bring)
    under_way.start()
    served = 0
    while under_way.is_alive():
        assert other.get("/healthz").status_code == 200
        served += 1
    under_way.join()
    assert answers == [201] and served > 5
