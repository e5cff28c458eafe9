"""Groups without an interface: what a person needs to post by hand, and a delivery that waits for "I have posted it".

Ordinary WeChat groups have no official interface. WeChat's rules for outside links forbid rewarding or pressing
people to forward, so the words name the article and nobody's duty to spread it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno

from publishers.connector import (
    Abilities,
    Absent,
    Card,
    LinkParcel,
    NoteParcel,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
)

MOMENTS_CHARACTERS = 100
DIGEST_CHARACTERS = 200
QR_QUIET_MODULES = 4
QR_PIXELS_PER_MODULE = 12


@dataclass(frozen=True)
class Credit:
    """Who is named. `own`: the story came from the very group that the kit is for."""

    name: str
    own: bool = False

    def words(self) -> str:
        """The line that names them."""
        return f"{'本群供稿' if self.own else '供稿'}：{_line(self.name)}"


@dataclass(frozen=True)
class Kit:
    """Everything to copy, forward or print. Every address in it is the group's own tracked link."""

    text: str
    moments_text: str
    """The short form for 朋友圈, which folds longer texts away."""
    link: str
    qr_svg: str
    qr_png: bytes


class ShareKit:
    """A target that only a person can reach. Nothing leaves this machine, so nothing here can fail half-way."""

    kind = "share_kit"
    abilities = Abilities(several_cards=True, needs_person=True)
    rates: tuple[Rate, ...] = ()

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Lay the kit out; a person is awaited."""
        if not (parcel.url if isinstance(parcel, NoteParcel) else isinstance(parcel, LinkParcel) and parcel.cards):
            raise Refused("A share kit carries links only.")
        return Receipt(final=False, awaiting="person")

    def confirm(self, parcel: Parcel) -> Receipt:
        """Only a person can say that it was posted."""
        return Receipt(final=False, awaiting="person")

    def find_out(self, parcel: Parcel) -> Reading:
        """Laying a kit out a second time shows nothing to anybody."""
        return Absent()


def make_kit(parcel: LinkParcel, group_name: str, credit: Credit | None = None) -> Kit:
    """The kit of one parcel for one group, with the line of `credit` when there is one.

    Raises ValueError when the parcel has no card.
    """
    if not parcel.cards:
        raise ValueError("a share kit needs at least one card")
    lead = parcel.cards[0]
    code = segno.make(lead.url, error="m", micro=False)
    return Kit(
        text=_text(parcel, credit),
        moments_text=_moments_text(parcel, credit),
        link=lead.url,
        qr_svg=_svg(code, f"《{_line(lead.title)}》 {_line(group_name)}"),
        qr_png=_png(code),
    )


def make_note_kit(parcel: NoteParcel, group_name: str) -> Kit:
    """The kit of a notice with a link, such as a call for stories, for one group."""
    code = segno.make(parcel.url, error="m", micro=False)
    text = "\n".join(part for part in (_line(parcel.subject), parcel.text.strip(), parcel.url) if part)
    title = f"{_line(parcel.subject)} {_line(group_name)}"
    return Kit(text=text, moments_text="", link=parcel.url, qr_svg=_svg(code, title), qr_png=_png(code))


def _text(parcel: LinkParcel, credit: Credit | None) -> str:
    lead, *others = parcel.cards
    parts = [
        _line(parcel.words), f"《{_line(lead.title)}》", _cut(_line(lead.digest), DIGEST_CHARACTERS),
        credit.words() if credit else "", f"阅读全文：{lead.url}", _others(others),
    ]
    return "\n".join(part for part in parts if part)


def _moments_text(parcel: LinkParcel, credit: Credit | None) -> str:
    lead = parcel.cards[0]
    told = _line(lead.digest) or _line(parcel.words)
    words = f"《{_line(lead.title)}》{told}"
    named = credit.words() if credit else ""
    return "\n".join(part for part in (_cut(words, MOMENTS_CHARACTERS), named, lead.url) if part)


def _others(cards: list[Card]) -> str:
    if not cards:
        return ""
    return "\n".join(["", "同期还有：", *(f"· 《{_line(card.title)}》{card.url}" for card in cards)])


def _line(words: str) -> str:
    return " ".join(words.split())


def _cut(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _svg(code: segno.QRCode, title: str) -> str:
    out = io.BytesIO()
    code.save(out, kind="svg", xmldecl=False, svgns=True, border=QR_QUIET_MODULES, light="#fff", title=title,
              omitsize=True, unit=None, nl=False)
    return out.getvalue().decode("utf-8")


def _png(code: segno.QRCode) -> bytes:
    out = io.BytesIO()
    code.save(out, kind="png", scale=QR_PIXELS_PER_MODULE, border=QR_QUIET_MODULES)
    return out.getvalue()
