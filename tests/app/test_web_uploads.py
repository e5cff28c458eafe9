"""Pictures from phones: pieces that arrive again after the connection broke, and what stands around them."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.uploads.parts import KEPT_SECONDS, MOST_OPEN, Parts
from editorial.articles.assets import Asset
from editorial.errors import Invalid
from editorial.people.people import Person
from tests import factories
from tests.app.browser import Browser
from tests.pictures import photo

PICTURE = photo(1600, 1200, "PNG")


@pytest.fixture
def phone(app: Flask, people: dict[str, Person]) -> Browser:
    return Browser(app, people["contributor"])


def call(browser: Browser, method: str, path: str, offset: int | None = None, **more: Any) -> TestResponse:
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    if offset is not None:
        headers["Upload-Offset"] = str(offset)
    return browser.client.open(path, method=method, headers=headers, **more)


def begun(browser: Browser, size: int = len(PICTURE)) -> str:
    answer = call(browser, "POST", "/uploads", json={"size": size, "alt_text": "试车台"})
    assert answer.status_code == 201 and answer.headers["Upload-Offset"] == "0", answer.text
    return answer.headers["Location"]


def test_a_picture_arrives_in_pieces_and_goes_on_where_it_stopped(phone: Browser, session: Session, tmp_path: Path) -> None:
    path, half = begun(phone), len(PICTURE) // 2
    first = call(phone, "PATCH", path, 0, data=PICTURE[:half])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(half))
    # The answer was lost: who sends the piece again is told no, asks, and goes on.
    assert call(phone, "PATCH", path, 0, data=PICTURE[:half]).status_code == 409
    asked = call(phone, "GET", path)
    assert asked.get_json()["offset"] == half and asked.get_json()["asset"] is None
    assert call(phone, "HEAD", path).headers["Upload-Offset"] == str(half)
    last = call(phone, "PATCH", path, half, data=PICTURE[half:])
    assert last.status_code == 201
    assert (last.get_json()["width"], last.get_json()["alt_text"]) == (1440, "试车台")
    # So was this one: the finished upload still knows its picture, and makes no second.
    assert call(phone, "PATCH", path, half, data=PICTURE[half:]).get_json() == last.get_json()
    assert call(phone, "GET", path).get_json()["asset"] == last.get_json()
    assert session.query(Asset).count() == 1
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize("size", [0, -1, 10**12, "5", None, True, 1.5])
def test_a_size_that_cannot_be_is_refused(phone: Browser, size: object) -> None:
    assert call(phone, "POST", "/uploads", json={"size": size}).status_code in (400, 422)


@pytest.mark.parametrize("offset", [None, 5, -1, 10**18])
def test_a_piece_from_elsewhere_is_refused(phone: Browser, offset: int | None) -> None:
    path = begun(phone)
    assert call(phone, "PATCH", path, offset, data=b"x").status_code == 409
    assert call(phone, "GET", path).get_json()["offset"] == 0


def test_more_than_was_announced_ends_it(phone: Browser, tmp_path: Path) -> None:
    path = begun(phone, 10)
    assert call(phone, "PATCH", path, 0, data=b"x" * 11).status_code == 422
    assert call(phone, "GET", path).status_code == 404
    assert list(tmp_path.rglob("*.part")) == []


def test_what_is_no_picture_ends_it_with_a_reason(phone: Browser) -> None:
    path = begun(phone, 13)
    answer = call(phone, "PATCH", path, 0, data=b"not a picture")
    assert answer.status_code == 422 and "图片" in answer.get_json()["detail"]
    assert call(phone, "GET", path).status_code == 404


def test_nobody_sees_or_feeds_the_upload_of_another(app: Flask, people: dict[str, Person], phone: Browser) -> None:
    path, other = begun(phone), Browser(app, people["other"])
    for method in ("GET", "PATCH", "DELETE"):
        assert call(other, method, path, 0).status_code == 404
    assert call(phone, "DELETE", path).status_code == 204
    assert call(phone, "GET", path).status_code == 404


@pytest.mark.parametrize("token", ["..", "x", "A" * 32, "%2e%2e%2f" * 3, "0" * 31, "0" * 33])
def test_a_token_never_becomes_a_path(phone: Browser, token: str) -> None:
    assert call(phone, "GET", f"/uploads/{token}").status_code in (308, 404)


def test_one_person_may_not_fill_the_disk(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    kept = [parts.begin(1, 100, most=1000) for _ in range(MOST_OPEN)]
    with pytest.raises(Invalid, match="uploads"):
        parts.begin(1, 100, most=1000)
    parts.begin(2, 100, most=1000)
    parts.drop(kept[0])
    parts.begin(1, 100, most=1000)


def test_what_nobody_goes_on_with_is_swept(tmp_path: Path) -> None:
    parts = Parts(tmp_path)
    old, young = parts.begin(1, 100, most=1000), parts.begin(1, 100, most=1000)
    for path in tmp_path.glob(f"{old.token}.*"):
        at = path.stat().st_mtime - KEPT_SECONDS - 60
        os.utime(path, (at, at))
    assert parts.sweep() == 2
    assert {path.stem for path in tmp_path.glob("*")} == {young.token}
    assert Parts(tmp_path / "nowhere").sweep() == 0


def test_words_are_asked_for_and_kept(phone: Browser, app: Flask, people: dict[str, Person], session: Session) -> None:
    path = begun(phone)
    asset = call(phone, "PATCH", path, 0, data=PICTURE).get_json()
    assert phone.send(f"/assets/{asset['id']}/alt-text", alt_text="  试车台\n  和两个人 ").status_code == 204
    session.expire_all()
    assert session.get_one(Asset, int(asset["id"])).alt_text == "试车台 和两个人"
    assert Browser(app, people["other"]).send(f"/assets/{asset['id']}/alt-text", alt_text="改").status_code == 404


def test_lists_get_a_small_one(phone: Browser) -> None:
    asset = call(phone, "PATCH", begun(phone), 0, data=PICTURE).get_json()
    small, whole = phone.client.get(asset["small_url"]), phone.client.get(asset["url"])
    assert small.content_type in ("image/png", "image/jpeg") and len(small.data) < len(whole.data)
    for answer in (small, whole):
        assert "immutable" in answer.headers["Cache-Control"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert small.headers["ETag"] != whole.headers["ETag"]


def test_the_cover_page_suggests_keeps_and_checks_parts(phone: Browser, session: Session, people: dict[str, Person]) -> None:
    asset = call(phone, "PATCH", begun(phone), 0, data=PICTURE).get_json()
    article_id = factories.article(session, people["contributor"]).id
    session.commit()
    path = f"/articles/{article_id}/cover"
    assert "按标题和主题" in phone.client.get(path).text
    drawn = phone.client.get(f"{path}/drawn")
    assert drawn.content_type == "image/png" and Image.open(io.BytesIO(drawn.data)).size == (900, 383)
    assert phone.send(path, base="1", cover_asset=asset["id"]).headers["Location"].endswith("/cover")
    page = phone.client.get(path).text
    assert 'data-crop-ratio="2.35"' in page and asset["url"] in page
    bad = phone.send(path, base="2", cover=asset["sha256"], cover_wide="0,0,1,1", cover_square="0,0,1,1")
    assert bad.status_code == 422 and "2.35" in bad.text
    good = phone.send(path, base="2", cover=asset["sha256"], cover_wide="0,0.2,1,0.767376", cover_square="0.25,0,1,1")
    assert good.status_code == 303
    changes = phone.client.get(f"/articles/{article_id}/comparison").text
    assert "封面横幅裁剪" in changes and re.search(r'<svg class="cover-part" viewBox="0\.0 [\d.]+ [\d.]+ [\d.]+"', changes)
    assert asset["sha256"] not in re.sub(r'href="[^"]*"', "", changes)
    assert phone.send(path, base="3", act="draw").status_code == 303
    assert "按标题和主题" in phone.client.get(path).text
