"""The table of features: what each gives, shown by a golden article, or which test tries what no article can show."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.publishers.rendering.golden import FOLDER

ROOT = Path(__file__).parents[3]

PEERS = (
    "headings|lists, nested|task lists|tables|code highlighting|code white space|macOS bar|math to SVG|mermaid, PlantUML|"
    "footnotes|links to numbered references|captions|sizes|alerts|boxes|ruby|bold beside CJK punctuation|CJK-Latin spacing|"
    "cover|front matter|custom themes|dark mode care|reading time|word count|table of contents|account card|mini-program card|"
    "video|paste from Word, Feishu, web|docx import|length limits checked|untrusted input made safe|image upload to WeChat|"
    "local images"
).split("|")
"""What any of ten other programs does, from the comparison in which they were looked at."""

OURS = (
    "one numbering for footnotes and links|formula numbers as text|chemistry|lists to any depth|highlight|"
    "lowered and raised signs|quotes with their source|centred and right-aligned|AI label|limits with place and remedy|"
    "wrong formula named"
).split("|")
"""What none of them does, or does as WeChat keeps it."""

SHOWN: dict[str, tuple[str, str]] = {
    "headings": ("02-headings", r"<h1 .*<h2 .*<h3 .*<h4 "),
    "lists, nested": ("05-nested-lists", "• 装配一车间.*◦ 甲班.*▪ 早班.*1. 先检查"),
    "task lists": ("06-task-lists", "☑ 点检表已上墙.*☐ 备件未到.*☐ 已入库"),
    "tables": ("08-tables", r"overflow-x:auto[^>]*><table .*text-align:right"),
    "code highlighting": ("10-code-coloured", r'<span style="color:#[0-9a-f]+">def[^<]*</span>'),
    "code white space": ("09-code-plain", r"&nbsp;&nbsp;&nbsp;&nbsp;制表符缩进<br>&nbsp;<br>"),
    "macOS bar": ("41-technical-notice", r"<pre [^>]*><span [^>]*><svg .*<circle .*</svg></span><code"),
    "math to SVG": ("23-formulas", r'<svg [^>]*fill="currentColor"[^>]*><path d="M'),
    "footnotes": ("19-footnotes", r"再看脚注<sup>\[2\]</sup>，又见脚注<sup>\[2\]</sup>.*\[2\] 数据截至"),
    "links to numbered references": ("18-links", r"再看官网</span><sup>\[1\]</sup>.*\[2\] 别处 https://example.org/"),
    "captions": ("17-pictures", r"<img [^>]*><p [^>]*>螺栓盒挪到线中以后</p>"),
    "sizes": ("17-pictures", r"width:300px;.*width:50%;.*width:40%;"),
    "alerts": ("13-alerts", "说明</p>.*提示</p>.*请务必</p>.*注意</p>.*警告</p>"),
    "boxes": ("15-nested-boxes", "外层</p>.*中层</p>.*内层</p>.*回到中层.*回到外层"),
    "ruby": ("20-ruby", "<ruby>汉字<rt>hàn zì</rt></ruby>"),
    "bold beside CJK punctuation": ("03-emphasis", "<strong>“好。”</strong>然后"),
    "table of contents": ("26-toc", "^<section [^>]*><section [^>]*>• 一、背景</section>"),
    "account card": ("29-cards", '<mp-common-profile [^>]*data-nickname="群声"'),
    "mini-program card": ("29-cards", '<mp-common-miniprogram [^>]*data-miniprogram-title="开放日报名"'),
    "video": ("30-video", r'<iframe data-vidtype="1" data-src="https://v\.qq\.com/'),
    "untrusted input made safe": ("53-hostile", "^(?!.*(?:script|onerror|onload|position|javascript))"),
    "one numbering for footnotes and links": ("19-footnotes", r"链接</span><sup>\[1\]</sup>.*\[4\] 公报"),
    "formula numbers as text": ("45-research", r"</svg>&nbsp;&nbsp;\(1\)</section>.*&nbsp;&nbsp;\(2\)"),
    "chemistry": ("24-formulas-chemistry", "<text [^>]*>点燃</text>"),
    "lists to any depth": ("52-deep", "第 9 层</section>"),
    "highlight": ("03-emphasis", "<span style=[^>]*background[^>]*>标出的重点</span>"),
    "lowered and raised signs": ("03-emphasis", "H<sub>2</sub>O，面积 120 m<sup>2</sup>"),
    "quotes with their source": ("16-quote-and-centre", "—— 王师傅，食堂</p></blockquote>"),
    "centred and right-aligned": ("16-quote-and-centre", "text-align:center.*text-align:right"),
    "AI label": ("28-ai-label", "本图由 AI 辅助生成.*本文由 AI 辅助生成"),
}
"""Feature, golden article, and what must be found in its HTML."""

TRIED: dict[str, str] = {
    "mermaid, PlantUML": "journeys/test_editor.py::test_a_diagram_becomes_a_picture_and_can_be_drawn_anew",
    "CJK-Latin spacing": "publishers/rendering/test_render.py::test_spaces_between_scripts_are_left_alone_and_mixed_ones_remarked",
    "cover": "publishers/rendering/test_front_matter.py::test_every_field_is_read_and_taken_out",
    "front matter": "publishers/rendering/test_front_matter.py::test_every_field_is_read_and_taken_out",
    "custom themes": "app/test_web_themes.py::test_a_theme_is_made_changed_and_chosen",
    "dark mode care": "publishers/rendering/test_themes.py::test_each_text_is_judged_in_light_and_dark",
    "reading time": "publishers/rendering/test_front_matter.py::test_reading_time",
    "word count": "publishers/rendering/test_render.py::test_a_rendering_counts_itself",
    "paste from Word, Feishu, web": "publishers/importing/test_round_trip.py::test_a_paste_becomes_what_its_author_saw",
    "docx import": "publishers/importing/test_round_trip.py::test_a_document_keeps_its_paragraphs_and_pictures",
    "length limits checked": "publishers/rendering/test_render.py::test_findings",
    "image upload to WeChat": "publishers/wechat/test_wechat_draft.py::test_a_picture_used_twice_is_uploaded_once",
    "local images": "app/test_web_uploads.py::test_a_picture_arrives_in_pieces_and_goes_on_where_it_stopped",
    "limits with place and remedy": "publishers/rendering/test_render.py::test_every_finding_has_a_remedy",
    "wrong formula named": "publishers/rendering/test_math.py::test_wrong_tex_is_named_in_mathjax_words",
}
"""Feature, and the test that tries it."""


def test_every_feature_is_shown_or_tried_once() -> None:
    assert sorted([*SHOWN, *TRIED]) == sorted([*PEERS, *OURS])


@pytest.mark.parametrize("feature", SHOWN)
def test_a_feature_is_shown_by_its_article(feature: str) -> None:
    article, expected = SHOWN[feature]
    assert re.search(expected, (FOLDER / f"{article}.html").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("feature", TRIED)
def test_a_feature_is_tried_by_a_test_that_exists(feature: str) -> None:
    file, _, name = TRIED[feature].partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
