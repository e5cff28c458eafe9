"""What a file is: by its first bytes, never by its name alone. And the words of a file in any of the usual charsets."""

from __future__ import annotations

import re
from typing import Literal

from publishers.importing.archives import Archive
from publishers.importing.results import Refused

Kind = Literal["docx", "bundle", "mail", "html", "markdown", "plain"]

CHARSETS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "hz", "iso2022_jp",
    "shift_jis", "euc_jp", "euc_kr", "cp949", "latin-1", "iso8859-15", "cp1252", "cp1251", "ascii", "cp437",
)
"""Those that are read; the child process loads them before it closes its doors."""

_OLE, _PDF, _RTF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
_MARKUP = re.compile(
    rb"\s*(?:<!doctype\s+html|<html|<head|<body|<!--|<\?xml|<(?:p|div|h[1-6]|table|ul|ol|meta|section|article|span)[\s>])", re.I
)
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2,}", re.ASCII)
_MAIL_SIGNS = re.compile(rb"^(?:from|subject|date|to|message-id|mime-version|received|content-type|return-path):", re.I | re.M)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.IGNORECASE)
_SAME = {
    "shift-jis": "shift_jis", "iso-2022-jp": "iso2022_jp", "euc-jp": "euc_jp", "euc-kr": "euc_kr", "iso-8859-1": "cp1252",
    "us-ascii": "ascii", "windows-1252": "cp1252", "windows-1251": "cp1251", "hz-gb-2312": "hz", "big5-hkscs": "big5hkscs",
}
_OFFICE_NAMES = (".docx", ".docm", ".dotx")
_MARKDOWN_NAMES = (".md", ".markdown", ".mdown", ".mkd")


def kind_of(content: bytes, name: str) -> Kind:
    """What to read the file as. Raises Refused for kinds that we do not read, saying what to do."""
    if not content.strip():
        raise Refused("This file is empty.")
    if content.startswith(b"PK"):
        return _kind_of_archive(content, name)
    if content.startswith(_OLE):
        raise Refused("This is a file of an older Word or a protected one (.doc). Open it in Word or WPS and save it as .docx.")
    if content.startswith(_PDF):
        raise Refused("A PDF holds no text that can be edited. Import the document it was made from.")
    if content.startswith(_RTF):
        raise Refused("This is a rich text file (.rtf). Open it in Word or WPS and save it as .docx.")
    ending = name.lower()
    if ending.endswith(_MARKDOWN_NAMES):
        return "markdown" if _is_text(content) else _no_text()
    if _looks_like_mail(content[:65_536], ending):
        return "mail"
    if _MARKUP.match(content[:2_000].lstrip(b"\xef\xbb\xbf\xff\xfe")) or ending.endswith((".html", ".htm", ".xhtml")):
        return "html"
    return "plain" if _is_text(content) else _no_text()


def decoded(content: bytes, told: str = "") -> str:
    """The words of a file: by its mark, by what it says, else UTF-8, else what Chinese Windows writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    said = _CHARSET.search(content[:4_000])
    for charset in ("utf-8-sig", known_charset(told or (said[1].decode("ascii") if said else "")), "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    return content.decode("gb18030", "replace")


def known_charset(name: str) -> str:
    """A charset that we read by its name; GB 18030 contains the older ones that mails name for it."""
    plain = name.strip().strip("\"'").lower().replace("_", "-")
    if plain in ("gb2312", "gbk", "gb-2312", "x-gbk", "cp936", "gb2312-80", "chinese", "csgb2312"):
        return "gb18030"
    plain = _SAME.get(plain, plain)
    return plain if plain in CHARSETS else "utf-8"


def _kind_of_archive(content: bytes, name: str) -> Kind:
    names = Archive(content).names
    lower = [one.lower() for one in names]
    called_so = "[content_types].xml" in lower and name.lower().endswith(_OFFICE_NAMES)
    if called_so or any(one.startswith("word/") for one in lower):
        return "docx"
    if any(one.startswith(("xl/", "ppt/")) for one in lower):
        raise Refused("This is a spreadsheet or a presentation. Import a Word document, a web page, a mail or Markdown.")
    if "content.xml" in lower and "mimetype" in lower:
        raise Refused("This is an OpenDocument file. Open it in LibreOffice, Word or WPS and save it as .docx.")
    return "bundle"


def _looks_like_mail(head: bytes, ending: str) -> bool:
    if ending.endswith((".eml", ".mht", ".mhtml")):
        return True
    block = _MAIL.match(head)
    return bool(block and len({sign.lower() for sign in _MAIL_SIGNS.findall(block[0])}) >= 2)


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in content[:100_000] and sum(byte < 9 for byte in content[:10_000]) < 5


def _no_text() -> Kind:
    raise Refused("This kind of file cannot be imported. Word documents (.docx), web pages, mails, Markdown and zips of it can.")
