"""A desk editor takes forty submissions from the inbox to decided without touching the mouse."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial.intake import submissions
from editorial.intake.submissions import Submission
from editorial.people import people
from tests import browsers, factories, instances
from tests.conftest import make_settings
from tests.instances import Instance

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORTY = 40
ACTS = ("adopt", "return", "decline", "bank", "join", "words")
UNDONE = 8
SIGNS = "澄江机电泵阀轴承密封叶轮试车装配班组师傅徒弟夜里清晨记录油路滤网温度振动厂房食堂宿舍图纸毫米工序"


def story(number: int) -> str:
    """A text of its own; what is to be joined tells of the same as the one after next, which is still there then."""
    same = number + 2 if ACTS[(number - 1) % len(ACTS)] == "join" else number
    return "".join(random.Random(same).choices(SIGNS, k=150))


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """A house with forty stories in its inbox; some of them tell of the same."""
    folder = tmp_path_factory.mktemp("triage")
    with instances.running(folder) as running:
        instances.with_people(running)
        engine = open_engine(make_settings(folder))
        with Session(engine.execution_options(**WRITES)) as session:
            factories.group(session)
            by = people.by_email(session, "contributor@example.com")
            assert by is not None
            for number in range(1, FORTY + 1):
                submissions.receive(
                    session, title=f"第{number}篇来稿", origin_group="assembly", by=by,
                    body=story(number),
                )
            session.commit()
        engine.dispose()
        yield running


@pytest.fixture(scope="module")
def desk(instance: Instance) -> Iterator[Page]:
    with browsers.chromium() as browser:
        page = browsers.signed_in(browser, instance, "desk_editor")
        page.add_init_script("""
            sessionStorage.presses ??= "0";
            const count = (event) => { if (event.detail > 0) sessionStorage.presses = Number(sessionStorage.presses) + 1; };
            document.addEventListener("click", count, true);
            Object.defineProperty(window, "presses", { get: () => Number(sessionStorage.presses) });
        """)
        yield page


def decide(page: Page, *keys: str) -> None:
    """Press keys one after the other; the one that is read is decided then, and another one follows, or none."""
    before = page.locator("#reading").get_attribute("data-reading")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function(
        "(before) => document.readyState === 'complete' && document.querySelector('#reading')?.dataset.reading !== before",
        arg=before,
    )


def in_own_words(page: Page) -> None:
    """Past the choices, by the tab key, to what one writes oneself."""
    page.keyboard.press("r")
    page.keyboard.press("Tab")
    page.keyboard.type("请写明是哪一天。")
    decide(page, "Control+Enter")


def test_forty_submissions_are_decided_by_keyboard_alone(instance: Instance, desk: Page) -> None:
    page = desk
    page.goto(f"{instance.url}/inbox")
    page.keyboard.press("?")
    page.locator("#ask-keys").wait_for(state="visible")
    page.keyboard.press("Escape")
    for key, title in (("j", "第1篇来稿"), ("j", "第2篇来稿"), ("j", "第3篇来稿"), ("k", "第2篇来稿"), ("k", "第1篇来稿")):
        page.keyboard.press(key)
        page.locator("#reading h2", has_text=title).wait_for()
    keys = {"adopt": "a", "return": "r 2 Enter", "decline": "d 1 Enter", "bank": "b", "join": "m 1 Enter"}
    for turn in range(FORTY):
        act = ACTS[turn % len(ACTS)]
        if act == "words":
            in_own_words(page)
        else:
            decide(page, *keys[act].split())
        if turn == UNDONE:
            page.keyboard.press("u")
            page.locator(f"#reading h2:has-text('第{turn + 1}篇来稿')").wait_for()
            decide(page, *keys["decline"].split())
    assert page.locator("#reading").count() == 0, "nothing waits any more"
    states = _states(instance)
    assert states == Counter({"in_article": 7, "returned": 13, "declined": 7, "banked": 7, "merged": 6}), states
    assert page.evaluate("window.presses") == 0, "no button was pressed by a pointer"


def _states(instance: Instance) -> Counter[str]:
    engine = open_engine(make_settings(instance.folder))
    with Session(engine) as session:
        found = Counter(str(state) for state in session.scalars(select(Submission.state)))
    engine.dispose()
    return found
