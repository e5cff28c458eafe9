"""Twenty stories with everything a colleague puts into a document, and what must be left of each after an import."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import docx
from docx.document import Document
from PIL import Image

SENTENCES = (
    "十月十二日，试车台第一次连续运转满七十二小时。",
    "班长陈立带着三名新人守在台前，一夜没有合眼。",
    "“安全不是口号。”他说完又去看了一遍仪表。",
    "从图纸到总装，这台机组走了整整四百天。",
    "质检员用放大镜逐条核对焊缝，合格率99.6%。",
    "车间把旧工装改成了培训教具，省下12万元。",
    "Every shift begins with a five-minute talk（班前会）。",
    "食堂师傅把夜宵送到了现场，热汤驱走了寒意。",
    "他们算过一笔账：停机1小时，损失约3.5万元。",
    "客户代表在验收单上签字，全场响起掌声。",
    "这份记录会存进知识库，供后来人查阅。",
    "读者来信说：希望多写一线的故事。",
    "下一站，机组将运往海南文昌。",
    "研发部的年轻人第一次独立完成联调。",
    "师徒结对八年，这是第一百三十七次交底。",
    "数据表明，振动值比上一代下降了21%。",
    "会议决定：每月5日为质量回头看日。",
    "有人问值不值，他指了指墙上的照片。",
)
HEADINGS = ("背景", "现场", "人物", "数据", "下一步", "一、缘起", "（二）经过", "Q&A")


@dataclass(frozen=True)
class Part:
    """One block: its kind, and what stands in it. A picture's number is its width in pixels less 40."""

    kind: str
    text: str = ""
    items: tuple[object, ...] = ()
    number: int = 0


@dataclass
class Story:
    """A title and its parts."""

    number: int
    title: str
    parts: list[Part] = field(default_factory=list)

    @property
    def paragraphs(self) -> list[str]:
        """Every text that must be found again."""
        return [text for part in self.parts for text in _texts(part)]

    @property
    def pictures(self) -> list[int]:
        """The numbers of its pictures in order."""
        return [part.number for part in self.parts if part.kind == "picture"]


def stories() -> list[Story]:
    """Always the same twenty."""
    return [_story(number) for number in range(20)]


def picture(number: int) -> bytes:
    """A small picture that is known again by its width."""
    file = io.BytesIO()
    Image.new("RGB", (40 + number, 30), (10 * number % 256, 90, 160)).save(file, "PNG")
    return file.getvalue()


def as_docx(story: Story) -> bytes:
    """The story as python-docx writes it."""
    document = docx.Document()
    document.add_heading(story.title, 0)
    for part in story.parts:
        _WRITERS[part.kind](document, part)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def as_html(story: Story, style: int = 0) -> str:
    """The story as a page; `style` chooses how its layout is said: by elements, by inline styles, by sections."""
    body = "".join(_html(part, style) for part in story.parts)
    head = f"<!doctype html><html lang=zh><meta charset=utf-8><title>{story.title}</title>"
    return f"{head}<body><h1>{story.title}</h1>{body}</body></html>"


def _story(number: int) -> Story:
    story, said = Story(number, f"第{number + 1}号机组的故事"), iter(range(number * 7, number * 7 + 200))
    add = story.parts.append
    shown = 0
    add(_paragraph(said))
    for section in range(2 + number % 3):
        add(Part("heading", f"{HEADINGS[(number + section) % len(HEADINGS)]}（{number}-{section}）", number=1 + section % 2))
        add(_paragraph(said, bold=section == 0))
        if (number + section) % 2 == 0:
            add(Part("list", items=tuple(_said(said) for _ in range(3))))
        if (number + section) % 3 == 0:
            add(Part("numbers", items=(_said(said), _said(said), (_said(said), _said(said)), _said(said))))
        for _ in range((number + section) % 3):
            add(Part("picture", number=number % 10 * 10 + shown))
            shown += 1
        if (number + section) % 4 == 0:
            add(Part("caption", f"图 {section + 1} {_said(said)}"))
        if (number + section) % 3 == 1:
            rows = (("工序", f"班组{number}", "合格率"), ("装配", _said(said), "98%"), ("试车", "二班", _said(said)))
            add(Part("table", items=rows))
        if (number + section) % 5 == 2:
            add(Part("quote", _said(said)))
        add(_paragraph(said))
    return story


def _paragraph(said: Iterator[int], bold: bool = False) -> Part:
    return Part("bold" if bold else "words", _said(said) + _said(said))


def _said(said: Iterator[int]) -> str:
    number = next(said)
    return f"{SENTENCES[number % len(SENTENCES)][:-1]}（{number}）。"


def _texts(part: Part) -> Iterator[str]:
    if part.kind in ("list", "numbers"):
        for item in part.items:
            yield from item if isinstance(item, tuple) else (item,)  # type: ignore[misc]
    elif part.kind == "table":
        for row in part.items:
            yield from row  # type: ignore[misc]
    elif part.text:
        yield part.text


def _docx_words(document: Document, part: Part) -> None:
    document.add_paragraph(part.text)


def _docx_bold(document: Document, part: Part) -> None:
    half = len(part.text) // 2
    paragraph = document.add_paragraph()
    paragraph.add_run(part.text[:half]).bold = True
    paragraph.add_run(part.text[half:]).italic = True


def _docx_list(document: Document, part: Part) -> None:
    style = "List Bullet" if part.kind == "list" else "List Number"
    for item in part.items:
        if isinstance(item, tuple):
            for inner in item:
                document.add_paragraph(str(inner), style=style + " 2")
        else:
            document.add_paragraph(str(item), style=style)


def _docx_table(document: Document, part: Part) -> None:
    table = document.add_table(0, 3)
    for row in part.items:
        for cell, text in zip(table.add_row().cells, row, strict=True):  # type: ignore[call-overload]
            cell.text = text


_WRITERS = {
    "words": _docx_words, "bold": _docx_bold, "list": _docx_list, "numbers": _docx_list, "table": _docx_table,
    "heading": lambda document, part: document.add_heading(part.text, part.number),
    "picture": lambda document, part: document.add_picture(io.BytesIO(picture(part.number))),
    "caption": lambda document, part: document.add_paragraph(part.text, style="Caption"),
    "quote": lambda document, part: document.add_paragraph(part.text, style="Quote"),
}


def _html(part: Part, style: int) -> str:
    text = html.escape(part.text)
    if part.kind == "heading":
        return f"<h{part.number + 1}>{text}</h{part.number + 1}>"
    if part.kind in ("list", "numbers"):
        return _html_list(part.items, "ul" if part.kind == "list" else "ol")
    if part.kind == "table":
        rows = ["".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in part.items]  # type: ignore[attr-defined]
        return f"<table border=1>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    if part.kind == "picture":
        shown = f'<img src="data:image/png;base64,{base64.b64encode(picture(part.number)).decode()}">'
        return f"<section>{shown}</section>" if style == 2 else f"<p>{shown}</p>"
    if part.kind == "quote":
        return f"<blockquote><p>{text}</p></blockquote>"
    half = len(part.text) // 2
    if part.kind == "bold":
        first, second = html.escape(part.text[:half]), html.escape(part.text[half:])
        if style == 0:
            return f"<p><b>{first}</b><i>{second}</i></p>"
        return f"<p><span style='font-weight:700'>{first}</span><span>{second}</span></p>"
    return f"<section style='margin:0 8px'><span>{text}</span></section>" if style == 2 else f"<p>{text}</p>"


def _html_list(items: tuple[object, ...], tag: str) -> str:
    lines: list[str] = []
    for item in items:
        if isinstance(item, tuple):
            lines[-1] = lines[-1].removesuffix("</li>") + _html_list(item, tag) + "</li>"
        else:
            lines.append(f"<li>{html.escape(str(item))}</li>")
    return f"<{tag}>{''.join(lines)}</{tag}>"
