"""A share as a mail: the articles of an edition, each with its picture, its digest and the group's own link."""

from __future__ import annotations

from html import escape

from publishers.connector import Card, LinkParcel, NoteParcel

DIGEST_CHARACTERS = 200
_PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title></head>'
    '<body style="margin:0;padding:24px 12px;background:#f2f3f5;font-family:system-ui,-apple-system,sans-serif">'
    '<table role="presentation" width="100%" cellspacing="0" cellpadding="0"><tr><td align="center">'
    '<table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="max-width:560px;text-align:left">'
    '{words}{cards}{foot}</table></td></tr></table></body></html>'
)
_WORDS = '<tr><td style="padding:0 4px 16px;font-size:16px;line-height:1.7;color:#1d2129">{}</td></tr>'
_CARD = (
    '<tr><td style="padding:0 0 16px"><table role="presentation" width="100%" cellspacing="0" cellpadding="0" '
    'style="background:#ffffff;border-radius:10px;overflow:hidden">{picture}'
    '<tr><td style="padding:20px 22px 24px"><h2 style="margin:0 0 8px;font-size:20px;line-height:1.45;color:#1d2129">{title}</h2>'
    '<p style="margin:0 0 16px;font-size:15px;line-height:1.7;color:#4e5969">{digest}</p>'
    '<a href="{url}" style="display:inline-block;padding:11px 22px;border-radius:8px;background:#1f5f8b;color:#ffffff;'
    'font-size:15px;text-decoration:none">阅读全文</a></td></tr></table></td></tr>'
)
_PICTURE = (
    '<tr><td><a href="{url}"><img src="{picture}" alt="" width="560" style="display:block;width:100%;height:auto"></a></td></tr>'
)
_FOOT = (
    '<tr><td style="padding:4px;font-size:13px;line-height:1.7;color:#6b7785">这封邮件发到群组「{group}」的地址。'
    '<a href="{url}" style="color:#6b7785">不再收到</a></td></tr>'
)


def letter(parcel: LinkParcel, group: str, unsubscribe_url: str) -> NoteParcel:
    """The parcel as a note that a mailer can send: subject, plain text and the same with a layout."""
    lead = parcel.cards[0]
    more = f"（共 {len(parcel.cards)} 篇）" if len(parcel.cards) > 1 else ""
    return NoteParcel(
        marker=parcel.marker, subject=f"{lead.title}{more}", text=_text(parcel, group, unsubscribe_url), memory=parcel.memory,
        html=_html(parcel, group, unsubscribe_url), unsubscribe_url=unsubscribe_url,
    )


def _text(parcel: LinkParcel, group: str, unsubscribe_url: str) -> str:
    parts = [parcel.words.strip()]
    for card in parcel.cards:
        parts.append("\n".join(part for part in (f"《{card.title}》", card.digest[:DIGEST_CHARACTERS], card.url) if part))
    parts.append(f"——\n这封邮件发到群组「{group}」的地址。不再收到：{unsubscribe_url}")
    return "\n\n".join(part for part in parts if part)


def _html(parcel: LinkParcel, group: str, unsubscribe_url: str) -> str:
    words = _WORDS.format("<br>".join(escape(line) for line in parcel.words.strip().split("\n"))) if parcel.words.strip() else ""
    return _PAGE.format(
        title=escape(parcel.cards[0].title), words=words, cards="".join(_card(card) for card in parcel.cards),
        foot=_FOOT.format(group=escape(group), url=escape(unsubscribe_url)),
    )


def _card(card: Card) -> str:
    picture = _PICTURE.format(url=escape(card.url), picture=escape(card.picture_url)) if card.picture_url else ""
    return _CARD.format(
        picture=picture, title=escape(card.title), digest=escape(card.digest[:DIGEST_CHARACTERS]), url=escape(card.url),
    )
