"""Files that are not what they say, words no database stores, inputs made to cost, keys used twice."""

from __future__ import annotations

import io
import json
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.engine import open_engine
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.people import credentials
from editorial.people.people import Person
from publishers.pictures import shrinking
from publishers.pictures.fitting import fit
from tests import factories
from tests.app.browser import Browser

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.domain)</script>"


def drawn(kind: str = "PNG", size: tuple[int, int] = (64, 48), **words: Any) -> bytes:
    """A picture file."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **words)
    return file.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def with_place() -> bytes:
    """A photo taken with the phone on its side, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a phone of somebody"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 44.0)
    return drawn("JPEG", exif=exif)


REFUSED = {
    "svg": SVG,
    "html": HTML,
    "empty": b"",
    "svg with a png's beginning": b"\x89PNG\r\n\x1a\n" + SVG,
    "html with a gif's": b"GIF89a" + HTML,
    "truncated": drawn("JPEG", (640, 480))[:900],
    "huge by its word": claiming(60_000, 60_000),
    "50 million and more": claiming(7_100, 7_100),
    "long by its word": claiming(1, 49_000_000),
    "none wide": claiming(0, 9),
    "negative": claiming(2**31 - 1, 2**31 - 1),
    "bmp": b"BM" + bytes(60),
    "tiff": drawn("TIFF"),
    "ico": drawn("ICO"),
    "pdf": b"%PDF-1.4\n1 0 obj",
    "zip": b"PK\x03\x04" + bytes(99),
    "xml": b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
}


@pytest.fixture
def browser(app: Flask, people: dict[str, Person]) -> Browser:
    """The contributor's."""
    return Browser(app, people["contributor"])


def upload(browser: Browser, content: bytes, name: str = "照片.jpg", **fields: str) -> TestResponse:
    """Send one file as the hand-in page does."""
    return browser.send("/assets", file=(io.BytesIO(content), name), **fields)


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_picture_is_refused_at_once(browser: Browser, kind: str) -> None:
    begun = time.process_time()
    for name in ("照片.jpg", "photo.png"):
        answer = upload(browser, REFUSED[kind], name)
        assert answer.status_code == 422, kind
        assert answer.get_json()["errors"][0]["field"] == "file"
    assert time.process_time() - begun < 2


def test_a_polyglot_loses_what_is_behind_the_picture(browser: Browser, app: Flask) -> None:
    for content in (drawn("PNG") + HTML, drawn("JPEG", comment=HTML), drawn("GIF") + b"PK\x03\x04" + SVG, drawn("PNG") + SVG):
        said = upload(browser, content, "x.html").get_json()
        answer = browser.client.get(said["url"])
        assert answer.content_type in ("image/png", "image/jpeg")
        assert b"script" not in answer.data and b"PK\x03\x04" not in answer.data
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
        assert browser.status(said["url"].rpartition(".")[0] + ".html") == 404


def test_a_photo_stands_upright_and_forgets_where_it_was_taken(browser: Browser) -> None:
    said = upload(browser, with_place()).get_json()
    assert (said["width"], said["height"]) == (48, 64)
    kept = Image.open(io.BytesIO(browser.client.get(said["url"]).data))
    assert not kept.getexif() and "exif" not in kept.info and b"a phone of" not in browser.client.get(said["url"]).data


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd",
        "..\\..\\x.jpg",
        "/etc/x.png",
        "a\x01b.png",
        "\u202egnp.exe",
        "x" * 5000 + ".png",
        "<img src=x onerror=alert(1)>.png",
    ],
)
def test_a_file_s_name_never_becomes_a_path(browser: Browser, tmp_path: Path, name: str) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file() and "media" not in path.parts}
    answer = upload(browser, drawn(), name)
    assert answer.status_code in (201, 413, 422)
    after = {path for path in tmp_path.rglob("*") if path.is_file() and "media" not in path.parts}
    assert {path for path in after - before if "sqlite" not in path.name and "hits" not in str(path)} == set()
    assert name not in (answer.text if answer.status_code == 201 else "")


@pytest.mark.parametrize(
    ("size", "mode"), [((7000, 7000), "RGB"), ((7000, 7000), "P"), ((1440, 34000), "RGB"), ((40000, 1200), "L")]
)
def test_the_largest_picture_costs_little(size: tuple[int, int], mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, size).save(file, "PNG", compress_level=1)
    begun = time.process_time()
    fitted = fit(file.getvalue()).picture
    assert time.process_time() - begun < 5
    assert fitted.width <= shrinking.WIDEST and fitted.width * fitted.height <= shrinking.KEPT_PIXELS * 1.01


def test_a_moving_picture_of_a_million_frames_is_read_to_its_first() -> None:
    frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0"
    begun = time.process_time()
    fit(b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + frame * 800_000 + b";")
    assert time.process_time() - begun < 1


def test_pictures_of_others_are_not_found_by_counting(
    app: Flask, session: Session, people: dict[str, Person], browser: Browser
) -> None:
    theirs = upload(Browser(app, people["other"]), drawn(size=(99, 77))).get_json()
    mine = upload(browser, drawn(size=(33, 77))).get_json()
    factories.group(session, "assembly")
    session.commit()
    page = browser.send("/hand-in", title="", body="", origin_group="assembly", assets=[theirs["id"], mine["id"]])
    assert theirs["sha256"] not in page.text and mine["sha256"] in page.text
    article_id = factories.article(session, people["contributor"]).id
    session.commit()
    answer = browser.send(f"/articles/{article_id}/cover", base="1", cover_asset=theirs["id"])
    assert answer.status_code == 422 and theirs["sha256"] not in answer.text
    again = upload(browser, drawn(size=(99, 77))).get_json()
    assert again["id"] == theirs["id"]
    assert browser.send(f"/articles/{article_id}/cover", base="1", cover_asset=theirs["id"]).status_code == 303


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Flask, Browser, str]]:
    """The application on each kind of database, a browser and a token of somebody who may do everything."""
    from app.factory import create_app
    from editorial.people import people as registry
    from tests.conftest import _copied, make_settings

    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = str(server.url(server.fresh(server.template)))
    else:
        url = _copied(request.getfixturevalue("migrated_sqlite"), tmp_path)
    settings = make_settings(tmp_path, database_url=url)
    app = create_app(settings)
    engine = open_engine(settings)
    with Session(engine) as session:
        roles = ["contributor", "desk_editor", "department_head", "publisher", "operator", "admin"]
        person = registry.add(session, email="all@chengjiang.example", name="全能", roles=roles, department="制造部")
        token = credentials.create_token(session, person)
        group = factories.group(session, "assembly")
        assert group.id
        session.commit()
        session.refresh(person)
        browser = Browser(app, person)
    yield app, browser, token
    engine.dispose()


UNSTORABLE = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "\ufffe",
    "\U0010ffff",
    "\x01\x1b[31m",
    "é" * 3000,
    "²",
    "1" * 5000,
    "-1",
    "9" * 19,
    "' OR 1=1 --",
    "%\\",
]


@pytest.mark.slow
def test_no_words_break_a_page(anywhere: tuple[Flask, Browser, str]) -> None:
    app, browser, _token = anywhere
    browser.send("/articles/new", title="试车", body=factories.BODY, origin_group="assembly")
    token = browser.token()
    fields = (
        "title",
        "body",
        "origin_group",
        "q",
        "name",
        "slug",
        "kind",
        "parent",
        "steward",
        "purpose",
        "email",
        "reason",
        "text",
        "stage",
        "decision",
        "revision",
        "base",
        "cover",
        "cover_asset",
        "roles",
        "department",
        "password",
        "target",
        "publish_at",
        "account",
        "mode",
        "articles",
        "share_to",
        "cursor",
        "assets",
        "pen_name",
        "nonce",
        "theme",
        "source_url",
        "digest",
        "author",
        "day",
        "wall_time",
    )
    broken: list[str] = []
    for word in UNSTORABLE:
        form = {**{name: word.encode("utf-8", "surrogatepass") for name in fields}, "csrf_token": token}
        for address in (
            "/articles/new",
            "/articles/1",
            "/articles/1/opinions",
            "/articles/1/withdrawal",
            "/articles/1/cover",
            "/hand-in",
            "/groups/new",
            "/groups/assembly",
            "/groups/assembly/connector",
            "/settings/people",
            "/settings/house",
            "/settings/accounts",
            "/settings/holds/removal",
            "/editions/new",
            "/me",
            "/me/tokens",
            "/language",
            "/sign-in",
            "/articles/preview",
            "/settings/people/1",
            "/settings/people/1/password",
        ):
            answer = browser.client.post(address, data=form)
            if answer.status_code >= 500:
                broken.append(f"POST {address} {word[:9]!r} {answer.status_code}")
        seen = {
            name: word.encode("utf-8", "surrogatepass")[:20_000]
            for name in (
                "q",
                "cursor",
                "after",
                "before",
                "state",
                "kind",
                "group",
                "under",
                "edition",
                "revision",
                "from",
                "to",
                "thing",
                "id",
                "role",
                "month",
                "week",
                "day",
                "next",
                "again",
                "act",
                "dark",
                "article",
                "articles",
                "date",
            )
        }
        for address in (
            "/articles",
            "/articles/1",
            "/articles/1/preview",
            "/articles/1/comparison",
            "/articles/1/trail",
            "/inbox",
            "/my-submissions",
            "/hand-in",
            "/groups",
            "/groups/new",
            "/settings/people",
            "/settings/audit",
            "/deliveries",
            "/share-back",
            "/calendar",
            "/calendar/week",
            "/calendar/list",
            "/editions/new",
            "/notices",
            "/sign-in",
            "/today",
        ):
            answer = browser.client.get(address, query_string=seen)
            if answer.status_code >= 500:
                broken.append(f"GET {address} {word[:9]!r} {answer.status_code}")
    for path in (
        "/groups/%00",
        "/submissions/%00",
        "/s/%00",
        "/assets/%00.png",
        "/submissions/%ff%fe",
        "/articles/" + "9" * 19,
        "/articles/" + "9" * 5000,
        "/settings/people/" + "9" * 30,
        "/deliveries/" + "9" * 30,
        "/callbacks/wechat/" + "9" * 30,
        "/groups/" + "a" * 5000,
    ):
        if browser.client.get(path).status_code >= 500:
            broken.append(f"GET {path[:40]}")
    assert broken == []


@pytest.mark.slow
def test_no_draft_breaks_the_page(anywhere: tuple[Flask, Browser, str]) -> None:
    _app, browser, _token = anywhere
    token = browser.token()
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    for value in (*UNSTORABLE, deep, {"a": 1}, 1e308, True, None, [["x"]] * 99, 10**40):
        for name in ("title", "body", "assets", "byline", "origin_group"):
            answer = browser.client.put(
                "/hand-in/draft", data=json.dumps({name: value}), content_type="application/json", headers={"X-CSRFToken": token}
            )
            assert answer.status_code < 500, (name, str(value)[:30])
            assert browser.client.get("/hand-in").status_code == 200, (name, str(value)[:30])


@pytest.mark.slow
def test_nothing_costly_breaks_the_api(anywhere: tuple[Flask, Browser, str]) -> None:
    app, _browser, token = anywhere
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    text = {"title": "试车", "origin_group": "assembly"}
    bodies = [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"title":' + "[" * 5000 + "]" * 5000 + "}",
        '{"title": 1e999}',
        "\x00",
        '{"title": ' + "9" * 10_000 + "}",
        json.dumps({**text, "body": "x", **{f"f{number}": number for number in range(20_000)}}),
        "{" * 9,
        "nul",
        '"x"',
        "[]",
        *(
            json.dumps({**text, "body": piece * (1_000_000 // len(piece))})
            for piece in ("[", "*a _b ", "<div>", "> ", "- a\n> q\n", "[a](", "|a|b|\n|-|-|\n", "&#0;")
        ),
        *(
            json.dumps({**text, "body": "x", name: word})
            for word in UNSTORABLE
            for name in ("title", "digest", "author", "source_url", "theme", "cover", "origin_group")
        ),
    ]
    for body in bodies:
        begun = time.process_time()
        answer = client.post("/api/v1/articles", data=body, headers=headers)
        assert answer.status_code in (201, 400, 413, 422), (body[:60], answer.status_code)
        if answer.status_code == 201:
            assert client.get(f"/api/v1/articles/{answer.get_json()['id']}/rendering", headers=headers).status_code == 200
        assert time.process_time() - begun < 4, body[:60]
    for key in ("\x7f", "é", "x" * 300):
        assert client.post("/api/v1/articles", data="{}", headers={**headers, "Idempotency-Key": key}).status_code == 422


def test_many_fields_are_refused_quickly(browser: Browser) -> None:
    begun = time.process_time()
    many = "&".join(f"a{number}=x" for number in range(200_000))
    assert browser.client.post("/hand-in", data=many, content_type="application/x-www-form-urlencoded").status_code in (400, 413)
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="a{number}"\r\n\r\nx\r\n' for number in range(20_000)) + "--b--"
    assert browser.client.post("/assets", data=parts, content_type="multipart/form-data; boundary=b").status_code in (400, 413)
    assert time.process_time() - begun < 4


def test_a_key_belongs_to_one_person_and_one_body(app: Flask, session: Session, people: dict[str, Person]) -> None:
    tokens = {role: credentials.create_token(session, people[role]) for role in ("contributor", "other")}
    factories.group(session, "assembly")
    session.commit()
    body = {"title": "试车台手记", "body": factories.BODY, "origin_group": "assembly"}

    def post(role: str, given: dict[str, str]) -> TestResponse:
        headers = {"Authorization": f"Bearer {tokens[role]}", "Idempotency-Key": "one key"}
        return app.test_client().post("/api/v1/articles", json=given, headers=headers)

    first = post("contributor", body)
    assert first.status_code == 201
    assert post("contributor", {**body, "title": "另一篇"}).status_code == 422
    theirs = post("other", body)
    assert theirs.status_code == 201 and theirs.get_json()["id"] != first.get_json()["id"]
    answers: list[tuple[int, Any]] = []

    def race() -> None:
        headers = {"Authorization": f"Bearer {tokens['other']}", "Idempotency-Key": "raced"}
        answer = app.test_client().post("/api/v1/articles", json={**body, "title": "同时来的"}, headers=headers)
        answers.append((answer.status_code, (answer.get_json() or {}).get("id")))

    threads = [threading.Thread(target=race) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.scalar(select(func.count()).select_from(Article)) == 3
    assert len({article for status, article in answers if status == 201}) == 1
    assert {status for status, _article in answers} <= {201, 409, 503}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Asset)) == 0
