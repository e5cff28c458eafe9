# ruff: noqa: E501 - documents stand here as their programs write them
"""Files made to harm, built here and kept nowhere: bombs, entities, links outward, tricks with paths, input without end."""

from __future__ import annotations

import base64
import gzip
import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Literal

Outcome = Literal["refused", "harmless"]
CANARY = "QS-CANARY"
"""Stands in what must not be read; it must not come out."""

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
TOO_MUCH = (
    "200,000 opened elements", "200,000 sections", "100,000 lists inside each other", "100,000 tables inside each other",
    "a million less-than signs", "a million opened tags", "a tag of quotes", "comments that never end", "a million entities",
    "entities without end", "500,000 line breaks", "nothing but white space",
)
"""Pages that are refused; of all others the words are left."""
DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
WORDS = "<w:p><w:r><w:t>正常的一段。</w:t></w:r></w:p>"


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def body(inside: str) -> str:
    """A main document."""
    return f'<?xml version="1.0"?><w:document {W} {R} {A}><w:body>{inside}</w:body></w:document>'


def relations(*lines: str) -> str:
    """What a part refers to."""
    return f'<Relationships {PACKAGE}>{"".join(lines)}</Relationships>'


def relation(id_: str, kind: str, target: str, mode: str = "Internal") -> str:
    return f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def docx(inside: str = WORDS, *related: str, main: str = "word/document.xml", **parts: bytes | str) -> bytes:
    """A document with these parts; `styles` is word/styles.xml and so on."""
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>", "_rels/.rels": relations(relation("r", "officeDocument", main)),
        "word/document.xml": body(inside), "word/_rels/document.xml.rels": relations(*related),
    }
    return zipped({**members, **{f"word/{name}.xml": part for name, part in parts.items()}})


def drawing(attribute: str) -> str:
    """A picture in the text."""
    return f"<w:p><w:r><w:drawing><a:blip {attribute}/></w:drawing></w:r></w:p>"


def files() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    """Name of the attack, name of the file, its maker, and what must become of it."""
    yield from _bombs()
    yield from _archives()
    yield from _xml()
    yield from _outward()
    yield from _documents()
    yield from _pages()
    yield from _mails()
    yield from _markdown()
    yield from _disguises()


def _bombs() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    mega = b"\0" * 1_000_000
    yield "400 MB of nothing in the document", "a.docx", lambda: _swollen("word/document.xml", 400), "refused"
    yield "400 MB of nothing in a picture", "a.docx", lambda: _swollen("word/media/a.png", 400, drawing('r:embed="p"'), "p"), "refused"
    yield "a hundred members of 2 MB", "a.docx", lambda: zipped(
        {**{f"word/media/{n}.png": mega * 2 for n in range(100)}, "word/document.xml": body(WORDS)}), "harmless"
    yield "99 MB of text that hardly packs", "a.docx", lambda: docx("<w:p/>" * 3_000_000), "refused"
    yield "15 MB of empty paragraphs", "a.docx", lambda: docx("<w:p/>" * 2_500_000), "refused"
    yield "styles of 90 MB", "a.docx", lambda: _styled(" " * 90_000_000), "refused"
    yield "relations of 90 MB", "a.docx", lambda: zipped({
        "word/document.xml": body(WORDS), "_rels/.rels": relations(" " * 90_000_000)}), "refused"
    yield "a zip of Markdown that swells", "a.zip", lambda: zipped({"a.md": b"a" * 300_000_000}), "refused"
    yield "a picture of 300 MB in a zip of Markdown", "a.zip", lambda: zipped(
        {"a.md": "![](p.png)", "p.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 300_000_000}), "refused"
    yield "a gzip behind the name of a document", "a.docx", lambda: gzip.compress(mega * 50), "refused"
    yield "a mail of 18 MB on one line", "a.eml", lambda: b"From: a\nSubject: b\n\n" + b"a" * 18_000_000, "refused"
    yield "a page of 18 MB", "a.html", lambda: b"<p>" + b"a " * 9_000_000, "refused"


def _archives() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    yield "5,000 members", "a.docx", lambda: zipped({f"word/{n}.xml": b"" for n in range(5_000)}), "refused"
    yield "70,000 members", "a.docx", lambda: zipped({f"{n}": b"" for n in range(70_000)}, zipfile.ZIP_STORED), "refused"
    yield "an end that says four members of 5,000", "a.docx", lambda: _lying(
        zipped({f"word/{n}.xml": b"" for n in range(5_000)}), entries=4), "refused"
    yield "an end that says the far one counts", "a.docx", _far_end, "refused"
    yield "a size that lies", "a.docx", _lying_size, "refused"
    yield "every member lies on the same bytes", "a.docx", _overlapping, "refused"
    yield "a password", "a.docx", _encrypted, "refused"
    yield "packed by bzip2", "a.docx", lambda: zipped({"word/document.xml": body(WORDS)}, zipfile.ZIP_BZIP2), "refused"
    yield "packed by lzma", "a.docx", lambda: zipped({"word/document.xml": body(WORDS)}, zipfile.ZIP_LZMA), "refused"
    yield "cut in the middle", "a.docx", lambda: docx()[:400], "refused"
    yield "a broken checksum", "a.docx", lambda: _flipped(docx()), "refused"
    yield "an archive in an archive in an archive", "a.zip", lambda: zipped(
        {"a.md": "x", "b.zip": zipped({"c.zip": zipped({"d": b"\0" * 1_000_000})})}), "harmless"
    yield "two main documents of one name", "a.docx", _twice, "harmless"
    yield "no main document", "a.docx", lambda: zipped({"word/a.xml": "<a/>"}), "refused"
    yield "a main document outside", "a.docx", lambda: docx(main="../../../../etc/passwd"), "refused"
    yield "an empty archive", "a.zip", lambda: zipped({}), "refused"
    yield "an archive of nothing we read", "a.zip", lambda: zipped({"a.exe": b"MZ"}), "refused"
    yield "a spreadsheet", "a.docx", lambda: zipped({"xl/workbook.xml": "<a/>"}), "refused"
    yield "two ends", "a.docx", lambda: docx() + docx()[-22:], "refused"


def _xml() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for name, subset in {
        "a billion laughs": f'<!ENTITY l0 "lol">{laughs}', "an outer entity": '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        "an entity from the network": '<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">', "a parameter entity":
        '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;', "one long entity": f'<!ENTITY l9 "{"a" * 100_000}">',
    }.items():
        text = f'<?xml version="1.0"?><!DOCTYPE d [{subset}]><w:document {W}><w:body><w:p><w:r><w:t>{"&l9;" * 10}</w:t></w:r></w:p></w:body></w:document>'
        yield name, "a.docx", lambda text=text: zipped({"word/document.xml": text}), "refused"  # type: ignore[misc]
    yield "a document type outside", "a.docx", lambda: zipped(
        {"word/document.xml": f'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><w:document {W}><w:body/></w:document>'}), "refused"
    yield "an entity in the styles", "a.docx", lambda: _styled('', head='<!DOCTYPE d [<!ENTITY a "b">]>'), "refused"
    yield "an entity in the relations", "a.docx", lambda: zipped({
        "word/document.xml": body(WORDS), "_rels/.rels": f'<!DOCTYPE d [<!ENTITY a "b">]>{relations()}'}), "refused"
    yield "10,000 tables inside each other", "a.docx", lambda: docx("<w:tbl><w:tr><w:tc>" * 10_000), "refused"
    yield "1,000 content controls inside each other", "a.docx", lambda: docx(
        "<w:sdt><w:sdtContent>" * 1_000 + WORDS + "</w:sdtContent></w:sdt>" * 1_000), "refused"
    yield "an attribute of 10 MB", "a.docx", lambda: docx(f'<w:p x="{"a" * 10_000_000}"/>' + WORDS), "refused"
    yield "100,000 attributes", "a.docx", lambda: docx("<w:p " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>" + WORDS), "harmless"
    yield "an element that never ends", "a.docx", lambda: zipped({"word/document.xml": f"<w:document {W}><w:body><w:p>"}), "refused"
    yield "UTF-7", "a.docx", lambda: zipped({"word/document.xml": '<?xml version="1.0" encoding="UTF-7"?><a/>'}), "refused"
    yield "UTF-16 that is none", "a.docx", lambda: zipped({"word/document.xml": b"\xff\xfe<\0a\0"}), "refused"
    yield "a charset nobody knows", "a.docx", lambda: zipped({"word/document.xml": '<?xml version="1.0" encoding="x-none"?><a/>'}), "refused"
    yield "bytes that are no XML", "a.docx", lambda: zipped({"word/document.xml": b"\x00\x01\x02"}), "refused"


def _outward() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    for name, target in {
        "a picture linked to a file": "file:///etc/passwd", "a picture linked to a share": "\\\\127.0.0.1\\share\\a.png",
        "a picture linked to the network": "http://127.0.0.1:9/a.png",
    }.items():
        yield name, "a.docx", lambda target=target: docx(  # type: ignore[misc]
            WORDS + drawing('r:link="p"'), relation("p", "image", target, "External")), "harmless"
        yield f"{name}, called embedded", "a.docx", lambda target=target: docx(  # type: ignore[misc]
            WORDS + drawing('r:embed="p"'), relation("p", "image", target, "External")), "harmless"
    yield "a picture outside of the archive", "a.docx", lambda: docx(
        WORDS + drawing('r:embed="p"'), relation("p", "image", "../../../../../etc/passwd")), "harmless"
    yield "an outer template", "a.docx", lambda: docx(
        WORDS, relation("t", "attachedTemplate", "http://127.0.0.1:9/t.dotm", "External")), "harmless"
    yield "an outer style sheet", "a.docx", lambda: docx(
        WORDS, relation("s", "styles", "http://127.0.0.1:9/s.xml", "External")), "harmless"
    yield "an outer main document", "a.docx", lambda: zipped({"word/document.xml": body(WORDS), "_rels/.rels": relations(
        relation("r", "officeDocument", "http://127.0.0.1:9/d.xml", "External"))}), "harmless"
    yield "an outer frame", "a.docx", lambda: docx(
        WORDS + '<w:subDoc r:id="s"/><w:altChunk r:id="s"/>', relation("s", "aFChunk", "http://127.0.0.1:9/", "External")), "harmless"
    yield "a field that includes", "a.docx", lambda: docx(
        WORDS + '<w:p><w:fldSimple w:instr="INCLUDETEXT &quot;/etc/passwd&quot;"/><w:fldSimple w:instr="DDEAUTO c:\\\\cmd"/></w:p>'), "harmless"
    yield "links to scripts", "a.docx", lambda: docx(
        "".join(f'<w:p><w:hyperlink r:id="h{n}"><w:r><w:t>点我{n}</w:t></w:r></w:hyperlink></w:p>' for n in range(6)),
        *(relation(f"h{n}", "hyperlink", target, "External") for n, target in enumerate((
            "javascript:alert(1)", "JaVaScript&#58;alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", " javascript:x")))), "harmless"
    yield "macros", "a.docm", lambda: zipped({"word/document.xml": body(WORDS), "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 100}), "harmless"


def _documents() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    yield "a style based on itself", "a.docx", lambda: _styled(
        '<w:style w:type="paragraph" w:styleId="a"><w:basedOn w:val="b"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'), "harmless"
    yield "a list on level 99999999", "a.docx", lambda: docx(
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="99999999999999999999"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'), "harmless"
    yield "a cell over 2 billion columns", "a.docx", lambda: docx(
        '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr>' + WORDS + "</w:tc><w:tc>" + WORDS + "</w:tc></w:tr></w:tbl>"), "harmless"
    yield "50,000 rows", "a.docx", lambda: docx("<w:tbl>" + f"<w:tr><w:tc>{WORDS}</w:tc><w:tc>{WORDS}</w:tc></w:tr>" * 50_000 + "</w:tbl>"), "refused"
    yield "50,000 fields that never end", "a.docx", lambda: docx(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 50_000 + WORDS), "refused"
    yield "a thousand pictures", "a.docx", lambda: zipped({
        "word/document.xml": body(WORDS + drawing('r:embed="p"') * 1_000), "word/media/a.gif": DOT,
        "word/_rels/document.xml.rels": relations(relation("p", "image", "media/a.gif"))}), "harmless"
    yield "HTML and SVG called pictures", "a.docx", lambda: zipped({
        "word/document.xml": body(WORDS + drawing('r:embed="p"') + drawing('r:embed="q"')),
        "word/media/a.png": b"<script>alert(1)</script>", "word/media/b.png": b"<svg onload=alert(1) xmlns='http://www.w3.org/2000/svg'/>",
        "word/_rels/document.xml.rels": relations(relation("p", "image", "media/a.png"), relation("q", "image", "media/b.png"))}), "harmless"
    yield "words that are markup", "a.docx", lambda: docx(
        "<w:p><w:r><w:t>&lt;script&gt;alert(1)&lt;/script&gt; ![x](javascript:y) &lt;img src=x onerror=alert(1)&gt;</w:t></w:r></w:p>"), "harmless"
    yield "a note that mentions itself", "a.docx", lambda: docx(
        '<w:p><w:r><w:t>a</w:t><w:footnoteReference w:id="2"/></w:r></w:p>', relation("f", "footnotes", "footnotes.xml"),
        footnotes=f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>b</w:t><w:footnoteReference w:id="2"/></w:r></w:p></w:footnote></w:footnotes>'), "harmless"
    yield "text boxes in text boxes", "a.docx", lambda: docx(
        "<w:p><w:r><w:pict><txbxContent>" * 40 + WORDS + "</txbxContent></w:pict></w:r></w:p>" * 40), "harmless"


def _pages() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    for name, text in {
        "200,000 opened elements": "<b>" * 200_000 + "a", "200,000 sections": "<section>" * 200_000 + "a",
        "100,000 lists inside each other": "<ul><li>" * 100_000 + "a", "100,000 tables inside each other": "<table><tr><td>" * 100_000 + "a",
        "a million less-than signs": "<" * 1_000_000 + "a", "a million opened tags": "<a " * 400_000,
        "a tag of quotes": "<a " + "x='" * 400_000, "comments that never end": "<!--" * 300_000 + "a",
        "declarations that never end": "a<!" * 400_000, "a million entities": "&amp;" * 500_000, "entities without end": "&" * 1_000_000 + "a",
        "a number as large as it gets": "a&#99999999999999999999;&#x110000;&#xD800;&#0;", "titles that never end": "a" + "<title>" * 200_000,
        "scripts in every way": "<p>字</p><script>alert(1)</script><svg onload=alert(1)><a href=javascript:alert(1)>b</a>"
        "<img src=x onerror=alert(1)><iframe srcdoc='<script>alert(1)</script>'></iframe><math><mi xlink:href='javascript:alert(1)'>",
        "a cell over a billion columns": "<table><tr><td colspan=999999999 rowspan=999999999>a</td><td>b</td></tr></table>",
        "a base of its own": "<base href='javascript:alert(1)//'><p>a</p><a href='b'>c</a><img src='d.png'>",
        "a picture of every scheme": "<p>a</p>" + "".join(f"<img src='{one}'>" for one in (
            "file:///etc/passwd", "javascript:alert(1)", "//127.0.0.1/a", "http://127.0.0.1/a.png", "data:text/html,<script>", "ftp://a/b", "cid:x")),
        "500 lists inside each other": "<ul><li>" * 500 + "a", "500 tables inside each other": "<table><tr><td>" * 500 + "a",
        "20,000 opened elements": "<b>" * 20_000 + "a",
        "bold and slanted without end": "<b>a<i>b</i></b>" * 15_000, "500,000 line breaks": "a" + "<br>" * 500_000 + "b",
        "a style of a megabyte": f"<p style='{'color:red;' * 100_000}'>a</p>", "20,000 links": "<a href='http://a.example/'>b</a>" * 20_000,
        "nothing but white space": " \n" * 500_000,
    }.items():
        refused = name in TOO_MUCH
        outcome: Outcome = "refused" if refused else "harmless"
        yield name, "a.html", lambda text=text: text.encode(), outcome  # type: ignore[misc]


def _mails() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    head = b"From: a@example.com\nSubject: =?utf-8?b?5a6J5YWo?=\nMIME-Version: 1.0\n"
    yield "10,000 parts", "a.eml", lambda: head + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\na\n" * 10_000 + b"--b--", "refused"
    yield "500 mails inside each other", "a.eml", lambda: head + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(500)) + b"\n\na", "refused"
    yield "a boundary of nothing", "a.eml", lambda: head + b'Content-Type: multipart/mixed; boundary=""\n\n--\n\na', "harmless"
    yield "a charset that runs code", "a.eml", lambda: head + b"Content-Type: text/plain; charset=unicode_escape\n\n\\x41 rot13", "harmless"
    yield "a subject without end", "a.eml", lambda: b"From: a\nSubject: " + b"=?utf-8?b?5a6J?= " * 100_000 + b"\n\na", "refused"
    yield "a long subject", "a.eml", lambda: b"From: a\nSubject: " + b"=?utf-8?b?5a6J?= " * 10_000 + b"\n\na", "harmless"
    yield "a subject of another charset", "a.eml", lambda: b"From: a\nSubject: =?zlib_codec?b?eJw=?=\n\nabc", "harmless"
    yield "a broken base64", "a.eml", lambda: head + b"Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n!!!!" + b"A" * 99, "refused"
    yield "a picture that is a page", "a.eml", lambda: head + (
        b'Content-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>a<img src="cid:p"></p>\n--b\nContent-Type: image/png\n'
        b"Content-ID: <p>\n\n<script>alert(1)</script>\n--b--"), "harmless"
    yield "headers without end", "a.eml", lambda: b"From: a\nSubject: b\n" + b"X-A: b\n" * 150_000 + b"\na", "harmless"


def _markdown() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    for name, text in {
        "pictures that never end": "![" * 100_000 + "a", "brackets without end": "![a](" * 50_000, "references to each other":
        "".join(f"![a][r{n}]\n[r{n}]: r{n + 1}\n" for n in range(2_000)), "fences without end": "```\n" * 70_000,
        "front matter without end": "---\n" + "a: b\n" * 50_000, "images of HTML": "<img " * 50_000 + "a",
        "pictures outside": "a ![b](../../../../etc/passwd) ![c](/etc/passwd) ![d](file:///etc/passwd) <img src='../../x'>",
        "our own signs": "a \ue000 \ue0011 ![x](asset:7) ![y](outside:3)",
    }.items():
        yield f"Markdown: {name}", "a.md", lambda text=text: text.encode(), "harmless"  # type: ignore[misc]
    yield "steps back in a zip", "a.zip", lambda: zipped(
        {"../../a.md": "![b](../../../../../../etc/passwd) ![c](x/../../p.gif) 字", "../../../etc/passwd": CANARY, "p.gif": DOT}), "harmless"
    yield "only a link of the file system", "a.zip", _symbolic_link, "harmless"


def _disguises() -> Iterator[tuple[str, str, Callable[[], bytes], Outcome]]:
    yield "an older document", "a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000, "refused"
    yield "a PDF", "a.docx", lambda: b"%PDF-1.7\n" + b"\0" * 500, "refused"
    yield "rich text that fetches", "a.docx", lambda: b"{\\rtf1{\\field{\\*\\fldinst INCLUDEPICTURE http://127.0.0.1:9/}}}", "refused"
    yield "a program", "a.docx", lambda: b"MZ" + bytes(range(256)) * 40, "refused"
    yield "a program that is Markdown", "a.md", lambda: b"\x7fELF" + bytes(range(256)) * 40, "refused"
    yield "a picture that is an archive", "a.docx", lambda: DOT + docx(), "refused"
    yield "nothing", "a.docx", lambda: b"", "refused"
    yield "UTF-16 without an end", "a.txt", lambda: b"\xff\xfe\x00\xd8" * 1_000 + b"a\0", "harmless"


def _swollen(name: str, megabytes: int, inside: str = WORDS, id_: str = "") -> bytes:
    related = relations(relation(id_, "image", "media/a.png")) if id_ else relations()
    members = {"_rels/.rels": relations(relation("r", "officeDocument", "word/document.xml")), "word/document.xml": body(inside),
               "word/_rels/document.xml.rels": related}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, text in members.items():
            if other != name:
                archive.writestr(other, text)
        with archive.open(name, "w") as stream:
            for _ in range(megabytes):
                stream.write(b"\0" * 1_000_000)
    return file.getvalue()


def _styled(styles: str, head: str = "") -> bytes:
    return docx('<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>', relation("s", "styles", "styles.xml"),
                styles=f"{head}<w:styles {W}>{styles}</w:styles>")


def _lying(content: bytes, entries: int) -> bytes:
    at = content.rfind(b"PK\x05\x06")
    return content[: at + 8] + struct.pack("<HH", entries, entries) + content[at + 12 :]


def _far_end() -> bytes:
    content = docx()
    at = content.rfind(b"PK\x05\x06")
    far = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**9, 10**9, 10**12, 0)
    return content[:at] + far + struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1) + content[at:]


def _lying_size() -> bytes:
    content = bytearray(_swollen("word/document.xml", 200))
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", 100)
        at += 4
    return bytes(content)


def _overlapping() -> bytes:
    """Many names whose bytes are the same 50 MB (after D. Fifield, "A better zip bomb")."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(b"\0" * 50_000_000) + packed.flush()
    head = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(data), 50_000_000, 17, 0) + b"word/document.xml"
    directory = b"".join(
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(data), 50_000_000, 17, 0, 0, 0, 0, 0, 0)
        + b"word/document.xml" for _ in range(1_000))
    start = len(head) + len(data)
    return head + data + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1_000, 1_000, len(directory), start, 0)


def _encrypted() -> bytes:
    content = bytearray(docx())
    for sign, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = 0
        while (at := content.find(sign, at)) >= 0:
            content[at + offset] |= 1
            at += 4
    return bytes(content)


def _flipped(content: bytes) -> bytes:
    at = content.find(b"word/document.xml") + 30
    return content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :]


def _twice() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", body(WORDS))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr("word/document.xml", body(WORDS))
    return file.getvalue()


def _symbolic_link() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.md", "字 ![a](p.png)")
        link = zipfile.ZipInfo("p.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


NAMES = (
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\a.docx", "a.docx\n", "CON.docx", "a.docx/../../x", "\u202ecod.exe",
    "a" * 300 + ".docx", "<script>alert(1)</script>.docx", '"><img src=x onerror=alert(1)>.docx', "%2e%2e%2f%2e%2e%2fa", "....//....//a",
    "a.docx;rm -rf", "`id`.docx", "$(id).docx", "|id.docx", "-rf.docx", "~/.ssh/id_rsa", "file:///etc/passwd", "\\\\127.0.0.1\\share\\a.docx",
    "//127.0.0.1/a", ".", "..", " ", "a.docx.", "a.docx ", "a.docx::$DATA", "NUL", "COM1.docx", "{{7*7}}.docx", "${7*7}.docx", "%s%n%x.docx",
    "=cmd|' /C calc'!A0.docx", "a\r\nSet-Cookie: x=1.docx", "\U0001f4a3" * 200, "ａ．ｄｏｃｘ", "e\u0301.docx", "a.php.docx", "a.docx.html", "a.svg",
    "__MACOSX/._a.docx", "aux.h", ".htaccess", "a\u2028b.docx", "\ufeffa.docx", "a\u200b.docx", "../" * 50 + "a.md", "a.md/../../b.md",
    "javascript:alert(1)", "data:text/html,x", "a.docx#x?y", "a&lt;b.docx", "'; DROP TABLE asset;--.docx",
)
"""Names that were chosen to mean something to somebody on the way."""
