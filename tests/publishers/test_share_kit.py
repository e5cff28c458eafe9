"""What a person takes into an ordinary WeChat group."""

import io
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from publishers.connector import Absent, Card, LinkParcel, NoteParcel, Refused
from publishers.share_kit import Credit, ShareKit, make_kit, make_note_kit

LEAD = Card("调度大厅的除夕夜", "https://news.example.cn/s/ab12", "四百多趟列车、三十七块大屏、一顿凉了又热的饺子。")
OTHER = Card("新站房开建", "https://news.example.cn/s/cd34")


def test_a_person_is_awaited_and_nothing_can_double() -> None:
    kit, parcel = ShareKit(), LinkParcel("m", (LEAD,))
    assert kit.abilities.needs_person
    for receipt in (kit.send(parcel, lambda name, value: None), kit.confirm(parcel)):
        assert (receipt.final, receipt.awaiting) == (False, "person")
    assert kit.find_out(parcel) == Absent()


@pytest.mark.parametrize("parcel", [LinkParcel("m", ()), NoteParcel("m", "s", "t")])
def test_only_links(parcel: LinkParcel | NoteParcel) -> None:
    with pytest.raises(Refused):
        ShareKit().send(parcel, lambda name, value: None)


def test_a_call_with_its_link_is_posted_by_hand_too() -> None:
    note = NoteParcel("m", "征稿：夜班", "写一个人。\n截稿：11 月 28 日", "https://q.example.cn/hand-in?call=ab12")
    assert ShareKit().send(note, lambda name, value: None).awaiting == "person"
    kit = make_note_kit(note, "试验站群")
    assert kit.text == f"征稿：夜班\n写一个人。\n截稿：11 月 28 日\n{note.url}" and kit.link == note.url
    assert "<svg" in kit.qr_svg and kit.qr_png.startswith(b"\x89PNG")


def test_words_of_a_kit() -> None:
    kit = make_kit(LinkParcel("m", (LEAD, OTHER), words="本期头条来自调度所"), "家属群", Credit("林晓"))
    assert kit.text == (
        "本期头条来自调度所\n《调度大厅的除夕夜》\n四百多趟列车、三十七块大屏、一顿凉了又热的饺子。\n供稿：林晓\n"
        "阅读全文：https://news.example.cn/s/ab12\n\n同期还有：\n· 《新站房开建》https://news.example.cn/s/cd34"
    )
    assert kit.moments_text == (
        "《调度大厅的除夕夜》四百多趟列车、三十七块大屏、一顿凉了又热的饺子。\n供稿：林晓\nhttps://news.example.cn/s/ab12"
    )
    assert kit.link == LEAD.url


def test_no_kit_asks_for_forwarding() -> None:
    text = make_kit(LinkParcel("m", (LEAD,)), "家属群").text
    assert not any(word in text for word in ("转发", "朋友圈", "红包", "奖"))


def test_the_picture_forms_of_the_link() -> None:
    kit = make_kit(LinkParcel("m", (LEAD,)), '<script>"群"</script>')
    root = ET.fromstring(kit.qr_svg)
    assert root.tag.endswith("svg") and "<script>" not in kit.qr_svg
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None and title.text == '《调度大厅的除夕夜》 <script>"群"</script>'
    picture = Image.open(io.BytesIO(kit.qr_png))
    assert picture.format == "PNG" and picture.width == picture.height >= 300


def test_an_empty_parcel_has_no_kit() -> None:
    with pytest.raises(ValueError, match="card"):
        make_kit(LinkParcel("m", ()), "家属群")
