"""Forty-five stories as mails of every kind that Chinese offices send, each with what must stand in its submission, in order."""

from __future__ import annotations

import base64
import io
import itertools
import quopri
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.header import Header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import docx

from tests.pictures import photo

ADDRESS = "tougao@chengjiang.example"
COLLEAGUE = "contributor@chengjiang.example"
STRANGER = "reader@elsewhere.example"
Held = str | int
"""A paragraph, or a picture by its width."""
_numbers = itertools.count(1)


@dataclass
class Story:
    """One story: the mails that bring it, and what its submission holds. `title` empty: any."""

    name: str
    mails: list[bytes]
    holds: list[Held]
    title: str = ""
    sender: str = COLLEAGUE
    stands_alone: list[str] = field(default_factory=list)
    """Words that must stand in it exactly once."""


def words(number: int, count: int = 3) -> list[str]:
    """Paragraphs that stand nowhere else."""
    return [
        f"第{number}篇第{at}段：试车台的灯亮到凌晨，班长陈立带着三名新人守在台前，记下第{number * 100 + at}组数据。"
        for at in range(1, count + 1)
    ]


def headed(body: MIMEBase | EmailMessage, subject: str | Header, sender: str = COLLEAGUE, **more: str) -> bytes:
    """A mail with a head; `more` with underscores for hyphens. An empty value leaves a header out."""
    said = {"Message-ID": f"<{next(_numbers)}@mail.chengjiang.example>", "Date": "Thu, 15 Oct 2026 09:30:00 +0800"}
    said |= {name.replace("_", "-"): value for name, value in more.items()}
    body["From"], body["To"] = f"{Header('周小满', 'utf-8').encode()} <{sender}>", ADDRESS
    body["Subject"] = subject if isinstance(subject, Header) else Header(subject, "utf-8")
    for name, value in said.items():
        if value:
            body[name] = value
    return body.as_bytes()


def text(paragraphs: list[str], charset: str = "utf-8", kind: str = "plain") -> MIMEText:
    """Paragraphs as a part."""
    said = "".join(f"<p>{one}</p>" for one in paragraphs) if kind == "html" else "\n\n".join(paragraphs)
    return MIMEText(said, kind, charset)


def picture(width: int, name: str = "", inline: str = "") -> MIMEImage:
    """A picture of a width of its own."""
    part = MIMEImage(photo(width, 60), "jpeg")
    if inline:
        part["Content-ID"] = f"<{inline}>"
        part["Content-Disposition"] = "inline"
    else:
        part.add_header("Content-Disposition", "attachment", filename=name or f"IMG_{width}.jpg")
    return part


def word(title: str, paragraphs: list[Held]) -> bytes:
    """A Word document; numbers are pictures."""
    document = docx.Document()
    if title:
        document.add_heading(title, 0)
    for one in paragraphs:
        if isinstance(one, int):
            document.add_picture(io.BytesIO(photo(one, 60)))
        else:
            document.add_paragraph(one)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def attached(content: bytes, name: str, kind: str = "octet-stream", how: str = "plain") -> MIMEApplication:
    """A file, its name written as different programs do."""
    part = MIMEApplication(content, kind)
    if how == "rfc2231":
        part.add_header("Content-Disposition", "attachment", filename=("gb18030", "", name))
    elif how == "encoded":
        part["Content-Disposition"] = f'attachment; filename="{encoded(name, "gb18030").decode()}"'
    else:
        part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def zipped(files: dict[str, bytes], charset: str = "utf-8") -> bytes:
    """A zip; with another charset its names are written as Chinese Windows does, without a word about it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number, (name, content) in enumerate(files.items()):
            info = _Foreign(str(number))
            info.written, info.is_utf8 = name.encode(charset), charset == "utf-8"
            archive.writestr(info, content)
    return file.getvalue()


def together(*parts: MIMEBase, kind: str = "mixed") -> MIMEMultipart:
    """Parts as one."""
    whole = MIMEMultipart(kind)
    for part in parts:
        whole.attach(part)
    return whole


def encoded(said: str, charset: str) -> bytes:
    """Words of a header as RFC 2047 writes them."""
    return f"=?{charset}?B?{base64.b64encode(said.encode(charset)).decode()}?=".encode()


def raw(subject: bytes, body: bytes, *head: bytes) -> bytes:
    """A mail written by hand, as old programs write it: bytes beyond ASCII in its head too."""
    number = next(_numbers)
    lines = [
        b"From: " + COLLEAGUE.encode(),
        b"To: " + ADDRESS.encode(),
        b"Subject: " + subject,
        f"Message-ID: <{number}@old.example>".encode(),
        b"Date: Thu, 15 Oct 2026 09:30:00 +0800",
        *head,
    ]
    return b"\r\n".join([*lines, b"", body])


def stories() -> list[Story]:
    """All of them."""
    return [*_plain(), *_laid_out(), *_with_files(), *_forwarded(), *_several(), *_odd()]


def _plain() -> Iterator[Story]:
    w = words(1)
    yield Story("plain", [headed(text(w), "投稿：试车台的灯")], [*w], "试车台的灯")
    for number, (charset, encoding) in enumerate(
        (("gbk", "base64"), ("gb18030", "quoted"), ("gb2312", "8bit"), ("big5", "base64")), 2
    ):
        w = words(number) if charset != "big5" else [f"第{number}篇：臺灣同事寫來的第{at}段文字。" for at in (1, 2)]
        w = [*w, "𠮷野同志也在场。"] if charset == "gb18030" else w
        content = "\r\n\r\n".join(w).encode(charset)
        how = {"base64": base64.encodebytes, "quoted": quopri.encodestring, "8bit": bytes}[encoding]
        name = b"quoted-printable" if encoding == "quoted" else encoding.encode()
        yield Story(
            charset,
            [
                raw(
                    encoded(f"夜班之{number}", charset),
                    how(content),
                    b"MIME-Version: 1.0",
                    b"Content-Type: text/plain; charset=" + charset.encode(),
                    b"Content-Transfer-Encoding: " + name,
                )
            ],
            [*w],
            f"夜班之{number}",
        )
    w = words(6)
    yield Story(
        "head and body in bare GBK",
        [raw("门卫老周修好了钟".encode("gbk"), "\r\n\r\n".join(w).encode("gbk"))],
        [*w],
        "门卫老周修好了钟",
    )
    w = words(7)
    yield Story("UTF-8 without saying so", [raw("食堂的新菜".encode(), "\r\n\r\n".join(w).encode())], [*w], "食堂的新菜")
    w = [f"　　{one}" for one in words(8)]
    yield Story("indented lines", [headed(MIMEText("\r\n".join(w), "plain", "utf-8"), "首行缩进")], words(8), "首行缩进")


def _laid_out() -> Iterator[Story]:
    w = words(9)
    yield Story("HTML", [headed(text(w, kind="html"), "网页邮件")], [*w], "网页邮件")
    w = words(10)
    said = "".join(f"<p>{one}</p>" for one in w)
    html = f"<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'></head><body>{said}</body></html>"
    yield Story(
        "HTML that names its charset within",
        [
            raw(
                encoded("页内写明字符集", "gbk"),
                html.encode("gbk"),
                b"Content-Type: text/html",
            )
        ],
        [*w],
    )
    w = words(11)
    yield Story(
        "two forms of the same",
        [headed(together(text(w), text(w, kind="html"), kind="alternative"), "两种写法")],
        [*w],
        stands_alone=w,
    )
    w = words(12)
    yield Story(
        "an empty layout", [headed(together(text(w), MIMEText("", "html", "utf-8"), kind="alternative"), "空的网页")], [*w]
    )
    w = words(13)
    shown = MIMEText(
        f"<p>{w[0]}</p><p><img src='cid:one'></p><p>{w[1]}</p><p><img src='cid:two'></p><p>{w[2]}</p>", "html", "utf-8"
    )
    yield Story(
        "pictures in their places",
        [
            headed(
                together(shown, picture(131, inline="one"), picture(132, inline="two"), kind="related"),
                "图在文中",
            )
        ],
        [w[0], 131, w[1], 132, w[2]],
    )
    w = words(14)
    shown = MIMEText(f"<p>{w[0]}</p><img src='cid:a'><p>{w[1]}</p>", "html", "gbk")
    inner = together(text(w[:2], "gbk"), together(shown, picture(141, inline="a"), kind="related"), kind="alternative")
    yield Story(
        "as Outlook sends it", [headed(together(inner, picture(142)), "附图在后")], [w[0], 141, w[1], 142], stands_alone=w[:2]
    )
    w = words(15)
    yield Story(
        "as a phone sends it",
        [
            headed(
                together(text(w[:1]), picture(151, inline="x"), text(w[1:2]), picture(152, inline="y"), text(w[2:])),
                "手机来稿",
            )
        ],
        [w[0], 151, w[1], 152, w[2]],
    )
    w = words(16)
    data = base64.b64encode(photo(161, 60)).decode()
    yield Story(
        "a picture within the words",
        [
            headed(
                MIMEText(f"<p>{w[0]}</p><img src='data:image/jpeg;base64,{data}'><p>{w[1]}</p>", "html", "utf-8"),
                "内嵌图片",
            )
        ],
        [w[0], 161, w[1]],
    )
    w = words(17)
    yield Story(
        "a table",
        [
            headed(
                MIMEText(
                    f"<p>{w[0]}</p><table><tr><th>班次</th><th>产量</th></tr><tr><td>甲班</td><td>一百七十</td></tr></table><p>{w[1]}</p>",
                    "html",
                    "utf-8",
                ),
                "一张表",
            )
        ],
        [w[0], "甲班", "一百七十", w[1]],
    )


def _with_files() -> Iterator[Story]:
    w = words(18)
    yield Story(
        "three pictures attached",
        [headed(together(text(w), picture(181), picture(182), picture(183)), "三张照片")],
        [*w, 181, 182, 183],
    )
    for number, how in ((19, "plain"), (20, "encoded"), (21, "rfc2231")):
        w = words(number, 4)
        file = word(f"标题{number}", [w[1], number * 10, w[2], number * 10 + 1, w[3]])
        part = attached(file, "通讯稿.docx" if how != "plain" else "story.docx", how=how)
        yield Story(
            f"Word, name {how}",
            [headed(together(text(w[:1]), part), f"附件投稿{number}")],
            [w[0], w[1], number * 10, w[2], number * 10 + 1, w[3]],
        )
    w = words(22)
    yield Story(
        "its headline only in the document",
        [
            headed(
                together(text(["请查收附件。"]), attached(word("车间里的图书角", [*w]), "稿.docx")),
                "投稿",
            )
        ],
        ["请查收附件。", *w],
        "车间里的图书角",
    )
    w = words(23)
    yield Story(
        "Markdown",
        [headed(together(text(["附件是正文。"]), attached("\n\n".join(["# 夜校", *w]).encode(), "夜校.md")), "夜校开班")],
        ["附件是正文。", *w],
    )
    w = words(24)
    packed = zipped(
        {
            "稿/正文.md": f"{w[0]}\n\n![](图/一.jpg)\n\n{w[1]}\n\n![](图/二.jpg)".encode(),
            "稿/图/一.jpg": photo(241, 60),
            "稿/图/二.jpg": photo(242, 60),
        }
    )
    yield Story(
        "a zip of Markdown",
        [headed(together(text(["见压缩包。"]), attached(packed, "稿件.zip", "zip")), "压缩包一")],
        ["见压缩包。", w[0], 241, w[1], 242],
    )
    w = words(25)
    packed = zipped(
        {"通讯/正文.docx": word("", [w[0], 251, w[1]]), "通讯/照片一.jpg": photo(252, 60), "通讯/照片二.jpg": photo(253, 60)},
        "gbk",
    )
    yield Story(
        "a zip of Word and photos, named in GBK",
        [
            headed(
                together(text(["稿件和照片。"], "gbk"), attached(packed, "通讯.zip", "zip", "encoded")),
                "压缩包二",
            )
        ],
        ["稿件和照片。", w[0], 251, w[1], 252, 253],
    )
    w = words(26)
    packed = zipped({"1.jpg": photo(261, 60), "2.jpg": photo(262, 60)})
    yield Story(
        "a zip of photos", [headed(together(text(w), attached(packed, "photos.zip", "zip")), "压缩包三")], [*w, 261, 262]
    )
    w = words(27)
    yield Story(
        "a text file in GBK",
        [
            headed(
                together(text(["正文在附件。"]), attached("\r\n\r\n".join(w).encode("gbk"), "正文.txt", how="encoded")),
                "文本附件",
            )
        ],
        ["正文在附件。", *w],
    )
    yield Story("only a picture", [headed(picture(281), "门口的桂花开了")], [281], "门口的桂花开了")


def _forwarded() -> Iterator[Story]:
    w = words(29)
    yield Story(
        "forwarded within the words",
        [
            headed(
                MIMEText(
                    "\n\n".join(["转给编辑部。", "---------- 转发邮件 ----------", "主题: 老厂房", *w]),
                    "plain",
                    "utf-8",
                ),
                "转发：老厂房",
            )
        ],
        ["转给编辑部。", *w],
        "老厂房",
    )
    w = words(30)
    inside = MIMEText("\n\n".join(w), "plain", "gb18030")
    inside["Subject"], inside["From"] = Header("原信", "gb18030"), "old@chengjiang.example"
    yield Story(
        "forwarded as a mail", [headed(together(text(["请看附信。"]), MIMEMessage(inside)), "Fw: 原信")], ["请看附信。", *w]
    )
    w = words(31)
    core = together(
        MIMEText(f"<p>{w[0]}</p><img src='cid:k'><p>{w[1]}</p>", "html", "utf-8"), picture(311, inline="k"), kind="related"
    )
    core["Subject"] = "core"
    between = together(text([w[2]], kind="html"), MIMEMessage(core))
    between["Subject"] = "between"
    yield Story(
        "forwarded twice, with layout and picture",
        [headed(together(text(["层层转来。"], kind="html"), MIMEMessage(between)), "转发: 转发: 层层转来")],
        ["层层转来。", w[2], w[0], 311, w[1]],
    )


def _several() -> Iterator[Story]:
    w = words(32, 4)
    yield Story(
        "two mails on one subject",
        [
            headed(text(w[:2]), "分两次寄"),
            headed(together(text(w[2:]), picture(321)), "分两次寄"),
        ],
        [*w, 321],
        "分两次寄",
    )
    w = words(33)
    first = headed(text(w[:1]), "先寄文字", Message_ID="<first-33@chengjiang.example>")
    yield Story(
        "an answer to one's own mail",
        [
            first,
            headed(
                together(text([w[1]]), picture(331)),
                "补两张图",
                In_Reply_To="<first-33@chengjiang.example>",
            ),
        ],
        [w[0], w[1], 331],
        "先寄文字",
    )
    w = words(34)
    yield Story("in three parts", [headed(text([one]), f"长篇（{at}/3）") for at, one in enumerate(w, 1)], [*w], "长篇")
    w = words(35)
    yield Story(
        "an answer that repeats the first",
        [
            headed(text(w[:1]), "访谈", Message_ID="<first-35@chengjiang.example>"),
            headed(
                MIMEText("\n".join([w[1], "", "在 2026年10月15日，周小满 写道：", f"> {w[0]}"]), "plain", "utf-8"),
                "回复：访谈",
                References="<first-35@chengjiang.example>",
            ),
        ],
        [w[0], w[1]],
        stands_alone=w[:2],
    )
    w = words(36)
    yield Story(
        "a picture first, words later",
        [
            headed(picture(361), "投稿", Message_ID="<first-36@chengjiang.example>"),
            headed(text(w), "投稿", In_Reply_To="<first-36@chengjiang.example>"),
        ],
        [361, *w],
    )
    w = words(37)
    same = headed(text(w), "同一封信两次送达")
    yield Story("the same mail delivered twice", [same, same], [*w], stands_alone=w)
    w = words(38)
    yield Story(
        "sent twice",
        [headed(together(text(w), picture(381)), "按了两次发送"), headed(together(text(w), picture(381)), "按了两次发送")],
        [*w, 381],
        stands_alone=w,
    )
    w = words(39)
    nameless = headed(text(w), "没有编号的信", Message_ID="")
    yield Story("delivered twice without a Message-ID", [nameless, nameless], [*w], stands_alone=w)


def _odd() -> Iterator[Story]:
    w = words(40)
    yield Story("no subject", [headed(text(w), "")], [*w])
    w = words(41)
    yield Story("through a list", [headed(text(w), "班组通讯", List_Id="<all.chengjiang.example>", Precedence="list")], [*w])
    w = words(42, 300)
    yield Story("very long", [headed(text(w), "三百段")], [*w])
    w = ["🎉 奖金发了！", "ＡＢＣ全角１２３，（括号）", "生僻字：㐀䶮𬭎"]
    yield Story("signs of every kind", [headed(text(w), "各种字符😀")], [*w])
    w = words(44)
    yield Story("from outside", [headed(text(w), "读者来信", STRANGER)], [*w], sender=STRANGER)
    yield Story(
        "a PDF alone", [headed(attached(b"%PDF-1.4 nothing to read", "report.pdf", "pdf"), "扫描件")], ["扫描件"], "扫描件"
    )


class _Foreign(zipfile.ZipInfo):
    """A member whose name stands in the archive as `written`."""

    written = b""
    is_utf8 = True

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.written, self.flag_bits | (0x800 if self.is_utf8 else 0)
