# ruff: noqa: E501 - documents stand here as their programs write them
"""What the programs of an office put on the clipboard, each in its own dialect, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass, field

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@dataclass(frozen=True)
class Paste:
    """One clipboard."""

    name: str
    html: str
    markdown: str
    lost: dict[str, int] = field(default_factory=dict)


PASTES = [
    Paste("word-lists", """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style>p.MsoNormal{margin:0}@list l0:level1{mso-level-text:"%1."}</style></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<p class=MsoNormal><span style='font-family:等线'>会议定了三件事：</span><span lang=EN-US><o:p></o:p></span></p>
<p class=MsoListParagraph style='margin-left:22.0pt;text-indent:-22.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US
style='mso-bidi-font-family:等线'><span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>先看<b>图纸</b></p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:Wingdings'><span
style='mso-list:Ignore'>l<span>&nbsp;</span></span></span><![endif]>总装图</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='font-family:Wingdings'><span
style='mso-list:Ignore'>l<span>&nbsp;</span></span></span><![endif]>电气图</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>2.</span></span><![endif]>再签字</p>
<!--EndFragment--></body></html>""", "会议定了三件事：\n\n1. 先看**图纸**\n   - 总装图\n   - 电气图\n2. 再签字\n"),
    Paste("word-chinese-numbers", """<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>一、</span>缘起</p>
<p class=MsoNormal>正文。</p><h2 style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>二、</span>经过</h2>""",
          "一、缘起\n\n正文。\n\n## 二、经过\n"),
    Paste("word-notes-and-comments", """<p class=MsoNormal>合格率提高了<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1"
title=""><span class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]>[1]<![endif]></span></span></a>，<a
style='mso-comment-reference:ZS_1;mso-comment-date:20261112T0900'>两成</a><span class=MsoCommentReference><span><a class=msocomanchor
id="_anchor_1" href="#_msocom_1" name="_msoanchor_1">[ZS1]</a>&nbsp;</span></span>。</p>
<div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%"><div style='mso-element:footnote' id=ftn1>
<p class=MsoFootnoteText><a href="#_ftnref1" name="_ftn1"><span class=MsoFootnoteReference>[1]</span></a> 据质检部十月月报。</p></div></div>
<div style='mso-element:comment-list'><div style='mso-element:comment'><div id="_com_1" class=msocomtxt><p class=MsoCommentText>请核实</p>
</div></div></div>""", "合格率提高了[^1]，两成。\n\n---\n\n[^1]: 据质检部十月月报。\n", {"comments": 1}),
    Paste("word-tracked-changes", """<p class=MsoNormal>定于<del cite="mailto:x" datetime="2026-11-01T10:00">周四</del><ins cite="mailto:x"
datetime="2026-11-01T10:00">周五</ins>试车，<span style='display:none;mso-hide:all'>内部</span>请<s>务必</s>到场。</p>""",
          "定于周五试车，请~~务必~~到场。\n", {"insertions": 1, "deletions": 1, "hidden_text": 1}),
    Paste("word-pictures-and-vml", f"""<p class=MsoNormal><!--[if gte vml 1]><v:shape id="_x0000_i1025"><v:imagedata
src="file:///C:/Users/a/clip_image001.png"/></v:shape><![endif]--><![if !vml]><img width=553 height=300 src="file:///C:/Users/a/clip_image002.png"
v:shapes="_x0000_i1025"><![endif]></p><p class=MsoNormal>图后的字<img src="{DOT}" alt="图片 1"></p>""",
          "图后的字![](asset:0)\n", {"picture_missing": 1}),
    Paste("wps-table", """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name="Generator" content="WPS Office"></head><body>
<table border=0 width=300 style='border-collapse:collapse;width:225.00pt;'><colgroup><col width=72><col width=72></colgroup>
<tr height=18><td class=xl65 height=18 x:str>工序</td><td class=xl65 x:str>合格率</td></tr>
<tr height=18><td x:str>装配</td><td x:num="0.98">98%</td></tr></table></body></html>""",
          "| 工序 | 合格率 |\n| --- | --- |\n| 装配 | 98% |\n"),
    Paste("wps-words", """<p class=MsoNormal style="text-indent:21.0000pt;mso-char-indent-count:2.0000;"><b><span
style="mso-spacerun:'yes';font-family:宋体;font-weight:bold;font-size:10.5000pt;"><font face="宋体">试车</font></span></b><span
style="mso-spacerun:'yes';font-family:宋体;"><font face="宋体">圆满成功</font></span><span><o:p></o:p></span></p>""",
          "**试车**圆满成功\n"),
    Paste("feishu", """<meta charset='utf-8'><div data-page-id="J5" data-lark-html-role="root" data-docx-has-block-data="true"><h1 class="heading-1
ace-line old-record-id-a">联调记录</h1><div class="ace-line ace-line old-record-id-b">第一天 <strong>通过</strong></div><ul class="list-bullet1"><li
class="ace-line ace-line old-record-id-c" data-list="bullet"><div>上电</div></li></ul><ul class="list-bullet2"><li class="ace-line"
data-list="bullet"><div>主柜</div></li></ul><ul class="list-bullet1"><li class="ace-line" data-list="bullet"><div>空载</div></li></ul><div
class="ace-line"><br></div></div><span data-lark-record-data="{&quot;rootId&quot;:&quot;x&quot;}" data-lark-record-format="docx/record"
class="lark-record-clipboard"></span>""", "# 联调记录\n\n第一天 **通过**\n\n- 上电\n  - 主柜\n- 空载\n"),
    Paste("feishu-tasks", """<ul class="list-check1"><li data-list="check"><input type="checkbox" checked>接线</li><li data-list="check"><input
type="checkbox">验收</li></ul>""", "- [x] 接线\n- [ ] 验收\n"),
    Paste("dingtalk", """<div data-version="4.0.0"><p style="text-align:left;margin-left:0" uuid="k1" data-type="p"><span data-type="text"
style="font-weight:bold;color:rgb(23,26,29)">交接班</span><span data-type="text">写清三点</span></p><ol data-type="ol"><li
style="margin-left:0"><p><span data-type="text">设备</span></p></li><li><p><span data-type="text">人员</span></p></li></ol></div>""",
          "**交接班**写清三点\n\n1. 设备\n2. 人员\n"),
    Paste("tencent-docs", """<div style="white-space:pre-wrap"><p class="paragraph text-align-type-left pap-line-1.3" style="text-align:left"><span
style="font-size:11pt;font-weight:700;white-space:pre-wrap">值班表</span></p><ul class="list"><li class="list-item" aria-level="1"><span>一班</span></li><li
class="list-item" aria-level="2"><span>甲组</span></li><li class="list-item" aria-level="1"><span>二班</span></li></ul></div>""",
          "**值班表**\n\n- 一班\n  - 甲组\n- 二班\n"),
    Paste("wechat-article", """<div class="rich_media_content js_underline_content" id="js_content"><section style="margin:0 8px"
data-role="outer"><section><p style="text-align:center"><strong><span leaf="" style="color:rgb(192,0,0)">热流滚滚</span></strong></p></section><section
nodeleaf=""><img class="rich_pages wxw-img" data-src="https://mmbiz.qpic.cn/mmbiz_png/abc/640?wx_fmt=png" data-ratio="0.5" data-w="1080"
src="data:image/svg+xml,%3Csvg/%3E"></section><p><span leaf="">七十二小时。<br></span></p><p><span leaf=""><br></span></p></section><mp-common-profile
class="js_uneditable" data-id="x" data-nickname="澄江重工"></mp-common-profile><iframe class="video_iframe"
data-src="https://v.qq.com/x"></iframe></div>""", "**热流滚滚**\n\n![](outside:0)\n\n七十二小时。\n", {"media": 1, "card": 1, "colour": 1}),
    Paste("web-page", """<p>第一段，<a href="https://example.com/a?b=1&amp;c=(2)">出处</a>；<a href="javascript:alert(1)">点我</a>。<br><br>第二段
<code>make test</code></p><pre><code class="language-python">def f():
    return "`x`"
</code></pre><hr><figure><img src="https://example.com/p.jpg" alt="台前三人"><figcaption>图 1 台前</figcaption></figure>""",
          "第一段，[出处](https://example.com/a?b=1&c=%282%29)；点我。\n\n第二段 `make test`\n\n```python\ndef f():\n    return \"`x`\"\n```\n\n---\n\n"
          "![台前三人](outside:0 \"图 1 台前\")\n", {"link_refused": 1}),
    Paste("joined-cells", """<table><tbody><tr><th rowspan="2">班组</th><th colspan="2">合格率</th></tr><tr><td>九月</td><td>十月 &lt; 11月</td></tr><tr><td>一班</td>
<td>97%</td><td><b>98%</b></td></tr></tbody></table>""",
          '<table><tr><th rowspan="2">班组</th><th colspan="2">合格率</th></tr><tr><td>九月</td><td>十月 &lt; 11月</td></tr>'
          "<tr><td>一班</td><td>97%</td><td><strong>98%</strong></td></tr></table>\n"),
    Paste("mail-layout", """<table role="presentation" width="100%"><tr><td><table><tr><td><p>各位同事：</p><p>试车成功。</p></td></tr></table></td></tr></table><img
src="https://track.example/o.gif" width="1" height="1"><blockquote class="gmail_quote"><p>原来的邮件</p></blockquote>""",
          "各位同事：\n\n试车成功。\n\n> 原来的邮件\n", {"quoted_mail": 1}),
    Paste("signs-that-markdown-knows", """<p># 不是标题</p><p>1. 不是列表</p><p>- 也不是</p><p>5*3*2 与 a_b_c，&lt;b&gt;，[x](y)，$5 到 $10，3~5天与6~8天，`x`，\\*</p>
<p>&amp;lt; {甲|乙} ::: *** |</p>""",
          "\\# 不是标题\n\n1\\. 不是列表\n\n\\- 也不是\n\n5\\*3\\*2 与 a_b_c，\\<b>，\\[x](y)，\\$5 到 \\$10，3\\~5天与6\\~8天，\\`x\\`，\\\\\\*\n\n"
          "&amp;lt; \\{甲|乙} ::: \\*\\*\\* |\n"),
]
