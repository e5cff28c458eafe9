"""Articles over the API: written, read, changed, listed."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from editorial.articles import themes
from editorial.people.people import Person
from tests import factories
from tests.app.api.conftest import Program, fields_of

STORY = {
    "title": "七十二小时的试车台", "body": factories.BODY, "origin_group": "assembly", "author": "周小满",
    "digest": "装配二车间的试车台第一次连续运转满七十二小时。",
}


@pytest.fixture(autouse=True)
def assembly(session: Session, people: dict[str, Person]) -> None:
    """The group the story comes from."""
    factories.group(session, "assembly")
    session.commit()


def test_an_article_is_written_and_read(programs: dict[str, Program]) -> None:
    written = programs["contributor"].post("/articles", STORY)
    assert written.status_code == 201, written.text
    article = written.get_json()
    assert article["state"] == "drafting" and article["revision"] == 1 and isinstance(article["id"], str)
    assert article["number"].startswith("20") and len(article["content_hash"]) == 64
    read = programs["desk_editor"].get(f"/articles/{article['id']}")
    assert read.status_code == 200
    assert read.get_json() == article
    assert {name: read.get_json()[name] for name in STORY} == STORY


def test_a_theme_of_the_house_is_named_in_short_and_pinned(
    programs: dict[str, Program], session: Session, people: dict[str, Person]
) -> None:
    styles = {"p": "margin:3em 0"}
    themes.create(session, name="spring", label="春天", recipe={}, own={}, styles=styles, by=people["desk_editor"])
    session.commit()
    article = programs["contributor"].post("/articles", {**STORY, "theme": "spring"}).get_json()
    assert article["theme"] == "spring@1"
    assert 'style="margin:0 0 3em"' in programs["contributor"].get(f"/articles/{article['id']}/rendering").get_json()["html"]
    patch = {"revision": 1, "theme": "autumn"}
    unknown = programs["contributor"]("PATCH", f"/articles/{article['id']}", patch).get_json()
    assert unknown["theme"] == "autumn"
    stopped = programs["contributor"].post(f"/articles/{article['id']}/submission")
    assert stopped.status_code == 422 and "theme" in fields_of(stopped)


def test_a_foreign_article_does_not_exist_for_a_contributor(programs: dict[str, Program]) -> None:
    article = programs["contributor"].post("/articles", STORY).get_json()
    for call in ("", "/rendering", "/trail"):
        assert programs["other"].get(f"/articles/{article['id']}{call}").status_code == 404
    patch = programs["other"]("PATCH", f"/articles/{article['id']}", {"revision": 1, "title": "改了"})
    assert patch.status_code == 404
    assert programs["other"].post(f"/articles/{article['id']}/submission").status_code == 404
    assert programs["other"].get("/articles").get_json()["items"] == []
    assert len(programs["contributor"].get("/articles").get_json()["items"]) == 1


def test_an_administrator_has_no_editorial_right(programs: dict[str, Program]) -> None:
    assert programs["admin"].post("/articles", STORY).status_code == 403
    article = programs["contributor"].post("/articles", STORY).get_json()
    assert programs["admin"].get(f"/articles/{article['id']}").status_code in (403, 404)


@pytest.mark.parametrize(("body", "fields"), [
    ({}, ["title", "body", "origin_group"]),
    ({**STORY, "titel": "x"}, ["titel"]),
    ({**STORY, "title": 7}, ["title"]),
    ({**STORY, "title": "   "}, ["title"]),
    ({**STORY, "title": "长" * 201}, ["title"]),
    ({**STORY, "body": ""}, ["body"]),
    ({**STORY, "origin_group": "nowhere"}, ["origin_group"]),
    ({**STORY, "cover": "999"}, ["cover"]),
    ({**STORY, "cover": "99999999999999999999"}, ["cover"]),
    ({**STORY, "title": "a\x00b"}, ["title"]),
    ({**STORY, "title": "a\ud800b"}, ["title"]),
    ({**STORY, "source_url": "javascript:alert(1)"}, ["source_url"]),
    ([], [""]),
    ("word", [""]),
])
def test_what_does_not_fit_is_named(programs: dict[str, Program], body: object, fields: list[str]) -> None:
    answer = programs["contributor"].post("/articles", body)
    assert answer.status_code == 422
    assert fields_of(answer) == fields


@pytest.mark.parametrize("data", [b"{", b"\xff", b"[" * 100_000, b'{"title": NaN}', b"nonsense"])
def test_what_is_not_json_is_refused(programs: dict[str, Program], data: bytes) -> None:
    answer = programs["contributor"].post("/articles", data=data, content_type="application/json")
    assert answer.status_code == 400
    assert fields_of(answer) == []


def test_a_form_is_no_body(programs: dict[str, Program]) -> None:
    assert programs["contributor"].post("/articles", data={"title": "x"}).status_code == 415


def test_a_patch_makes_the_next_revision(programs: dict[str, Program]) -> None:
    article = programs["contributor"].post("/articles", STORY).get_json()
    answer = programs["desk_editor"]("PATCH", f"/articles/{article['id']}", {"revision": 1, "title": "三天三夜"})
    changed = answer.get_json()
    assert answer.status_code == 200 and changed["revision"] == 2 and changed["title"] == "三天三夜"
    assert changed["body"] == article["body"] and changed["content_hash"] != article["content_hash"]
    stale = programs["desk_editor"]("PATCH", f"/articles/{article['id']}", {"revision": 1, "title": "又改"})
    assert stale.status_code == 409
    assert fields_of(programs["desk_editor"]("PATCH", f"/articles/{article['id']}", {"title": "又改"})) == ["revision"]


def test_a_cover_is_set_and_taken_away(programs: dict[str, Program]) -> None:
    asset = programs["contributor"].post("/assets", data={"file": (_picture(), "试车台.png")}).get_json()
    article = programs["contributor"].post("/articles", {**STORY, "cover": asset["id"]}).get_json()
    assert article["cover"] == asset["id"]
    path = f"/articles/{article['id']}"
    assert programs["desk_editor"]("PATCH", path, {"revision": 1, "cover": None}).get_json()["cover"] is None


def test_articles_are_listed_in_pages(programs: dict[str, Program]) -> None:
    for number in range(5):
        programs["contributor"].post("/articles", {**STORY, "title": f"试车台手记之{number}"})
    editor = programs["desk_editor"]
    first = editor.get("/articles?limit=2").get_json()
    second = editor.get(f"/articles?limit=2&cursor={first['next']}").get_json()
    third = editor.get(f"/articles?limit=2&cursor={second['next']}").get_json()
    titles = [item["title"] for page in (first, second, third) for item in page["items"]]
    assert titles == [f"试车台手记之{number}" for number in (4, 3, 2, 1, 0)]
    assert third["next"] is None
    assert len(editor.get("/articles?state=drafting&group=assembly").get_json()["items"]) == 5
    assert editor.get("/articles?state=published").get_json() == {"items": [], "next": None}
    assert [item["title"] for item in editor.get("/articles?q=手记之3").get_json()["items"]] == ["试车台手记之3"]


@pytest.mark.parametrize(("asked", "field"), [
    ("limit=0", "limit"), ("limit=201", "limit"), ("limit=many", "limit"), ("cursor=%00", "cursor"),
    ("cursor=abc", "cursor"), ("state=lost", "state"), ("colour=red", "colour"),
])
def test_a_list_says_what_it_does_not_understand(programs: dict[str, Program], asked: str, field: str) -> None:
    answer = programs["desk_editor"].get(f"/articles?{asked}")
    assert answer.status_code == 422 and fields_of(answer) == [field]


@pytest.mark.parametrize("path", ["/articles/0", "/articles/999", "/articles/abc", "/articles/99999999999999999999", "/nothing"])
def test_what_is_not_there_is_not_found(programs: dict[str, Program], path: str) -> None:
    answer = programs["desk_editor"].get(path)
    assert answer.status_code == 404 and fields_of(answer) == []


def test_a_wrong_method_is_told(programs: dict[str, Program]) -> None:
    answer = programs["desk_editor"]("DELETE", "/articles")
    assert answer.status_code == 405 and fields_of(answer) == []


def _picture() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (900, 383), "steelblue").save(file, "PNG")
    file.seek(0)
    return file


def photograph(programs: dict[str, Program], size: tuple[int, int] = (800, 400)) -> str:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    file.seek(0)
    brought = programs["contributor"]("POST", "/assets", data={"file": (file, "trial.png")}, content_type="multipart/form-data")
    assert brought.status_code == 201, brought.text
    return str(brought.get_json()["id"])


WIDE, SQUARE = [0.0, 0.1, 1.0, 0.951064], [0.25, 0.0, 0.75, 1.0]


def test_crops_of_a_cover_are_kept_and_signed(programs: dict[str, Program]) -> None:
    cover = photograph(programs)
    crops = {"wide": WIDE, "square": SQUARE}
    article = programs["contributor"].post("/articles", {**STORY, "cover": cover, "cover_crops": crops}).get_json()
    assert article["cover_crops"] == crops
    path = f"/articles/{article['id']}"
    plain = programs["contributor"]("PATCH", path, {"revision": 1, "cover_crops": None}).get_json()
    assert plain["cover_crops"] is None and plain["cover"] == cover and plain["content_hash"] != article["content_hash"]
    again = programs["contributor"]("PATCH", path, {"revision": 2, "cover_crops": {"square": SQUARE}}).get_json()
    assert again["cover_crops"] == {"wide": None, "square": SQUARE}
    other = programs["contributor"]("PATCH", path, {"revision": 3, "cover": photograph(programs, (640, 640))}).get_json()
    assert other["cover_crops"] is None


@pytest.mark.parametrize("crops", [
    {"wide": [0, 0, 1]}, {"wide": [0, 0, 1, 2]}, {"wide": [-0.1, 0, 1, 1]}, {"square": [0.5, 0, 0.5, 1]}, {"square": "0,0,1,1"},
    {"wide": [0, 0, 1, 1]}, {"square": [0, 0, 1, 1]}, {"wide": [0, 1, 1, 0]}, {"tall": [0, 0, 1, 1]}, [0, 0, 1, 1],
    {"wide": [0, 0, 1e-9, 1e-9]}, {"wide": ["0", None, 1, 1]},
])
def test_what_is_no_crop_is_refused(programs: dict[str, Program], crops: object) -> None:
    answer = programs["contributor"].post("/articles", {**STORY, "cover": photograph(programs), "cover_crops": crops})
    assert answer.status_code == 422
    assert all(field.startswith("cover_crops") for field in fields_of(answer))


def test_crops_without_a_cover_are_refused(programs: dict[str, Program]) -> None:
    answer = programs["contributor"].post("/articles", {**STORY, "cover_crops": {"square": SQUARE}})
    assert answer.status_code == 422 and fields_of(answer) == ["cover_crops"]
