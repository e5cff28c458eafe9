"""Cutting and defusing: what leaves for a group is within the limits and calls nobody."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishers.robots.words import cut_bytes, cut_characters, encoded, fitted, harmless, one_line, with_keyword

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("春运第一线", 15, "春运第一线"),
        ("春运第一线", 14, "春运第…"),
        ("春运第一线", 12, "春运第…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "…"),
        ("abcd", 2, ""),
        ("我们一家" + FAMILY, 30, "我们一家…"),
        ("加油👍🏽全体", 16, "加油…"),
        ("祖国🇨🇳🇨🇳万岁", 19, "祖国🇨🇳…"),
        ("cafe\u0301s de Paris", 8, "caf…"),
    ],
)
def test_cut_by_bytes(text: str, limit: int, cut: str) -> None:
    assert cut_bytes(text, limit) == cut


def test_cut_by_characters() -> None:
    assert cut_characters("走进调度大厅", 6) == "走进调度大厅"
    assert cut_characters("走进调度大厅", 5) == "走进调度…"


@given(st.text(max_size=300), st.integers(3, 400))
def test_a_cut_is_short_enough_valid_and_a_beginning(text: str, limit: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    cut = cut_bytes(text, limit)
    assert len(cut.encode("utf-8")) <= limit
    assert cut == text or text.startswith(cut.removesuffix("…"))


@given(st.text(max_size=2000), st.integers(60, 900))
def test_a_fitted_body_is_within_its_limit(text: str, limit: int) -> None:
    text = harmless(text)
    body = fitted(lambda words: {"msgtype": "text", "text": {"content": words}}, text, limit)
    assert len(encoded(body)) <= limit


@pytest.mark.parametrize(
    "calling",
    [
        "@all", "@ all", "@ALL", "<@all>", "< @all>", "@所有人 快看", "@everyone", "@全体成员", "@\u200ball",
        '<at id=all></at>', '<at user_id="all">所有人</at>', "<AT id='all'>", "< at user_id=\"all\">", "@\u202eall",
        "@\x00all", "@\r\nall", "@\u2066所有人", "@\u3000所有人", "@\u200dall", "<\u200dat id=all>",
    ],
)
def test_a_title_cannot_call_everyone(calling: str) -> None:
    for made in (harmless(calling), one_line(calling)):
        squeezed = "".join(sign for sign in made.lower() if sign.isprintable() and not sign.isspace())
        for call in ("@all", "@所有人", "@everyone", "@全体", "<at", "<@"):
            assert call not in squeezed


def test_other_people_and_addresses_stay() -> None:
    assert harmless("来信请寄 desk@railway.example，谢谢 @张三") == "来信请寄 desk@railway.example，谢谢 @张三"
    assert harmless("3 < 5，<atlas> 地图") == "3 < 5，<atlas> 地图"


def test_half_a_surrogate_does_not_stop_a_message() -> None:
    assert json.loads(encoded({"text": harmless("半个\ud83d字")})) == {"text": "半个?字"}


def test_real_characters_on_the_line() -> None:
    assert encoded({"title": "春运"}) == '{"title": "春运"}'.encode()


def test_keyword() -> None:
    assert with_keyword("春运第一线", "群声") == "春运第一线 群声"
    assert with_keyword("群声周报", "群声") == "群声周报"
    assert with_keyword("", "群声") == "群声"
    assert with_keyword("春运第一线", "") == "春运第一线"
