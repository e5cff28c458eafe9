"""Words of the interface in Chinese and English, escaping, and times as a phone shows them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape

from publishers.sandbox import chinatime

Words = dict[str, str]

WORDS: dict[str, Words] = {
    "zh": {
        "lang": "zh-CN", "code": "zh", "title": "演练手机", "other": "English", "other_code": "en",
        "note": "演练：一切都在本机，没有发给任何人。", "accounts": "公众号", "groups": "工作群", "back": "返回",
        "nothing_title": "还没有消息", "nothing": "文章发布后会出现在这里，随后每个群里会出现它的链接。",
        "choose": "从左边选一个公众号或群。", "no_articles": "还没有发布过文章", "no_messages": "群里还没有消息",
        "published": "发布", "mass": "群发", "deleted": "该内容已被发布者删除", "robot": "机器人",
        "robot_name": "编辑部", "read": "阅读全文", "source": "阅读原文", "draft": "草稿预览，尚未发布",
        "gone": "这篇文章不存在，或已被发布者删除", "articles": "篇文章", "messages": "条消息", "yesterday": "昨天",
        "wecom": "企业微信", "dingtalk": "钉钉", "feishu": "飞书", "wechat": "微信", "mail": "邮件", "mailboxes": "邮箱",
        "letters": "封邮件", "no_letters": "邮箱里还没有邮件", "unsubscribe": "退订",
        "as": "身份", "call": "@{name} 要说的话", "quoted": "引用群里的图片或文件（可不选）", "say": "发送",
        "write": "写给应用", "unheard": "这个应用现在没有连着：在群声的“设置 → 应用 → 消息”里选长连接。",
    },
    "en": {
        "lang": "en", "code": "en", "title": "Rehearsal phone", "other": "中文", "other_code": "zh",
        "note": "Rehearsal: everything stays on this machine, nobody has received anything.",
        "accounts": "Official accounts", "groups": "Group chats", "back": "Back",
        "nothing_title": "No messages yet",
        "nothing": "Published articles appear here, and then their links in every group.",
        "choose": "Choose an account or a group on the left.", "no_articles": "Nothing has been published yet",
        "no_messages": "No messages in this group yet", "published": "published", "mass": "sent to followers",
        "deleted": "Deleted by the publisher", "robot": "robot", "robot_name": "Editors", "read": "Read",
        "source": "Read the original", "draft": "Preview of a draft, not published",
        "gone": "This article does not exist or was deleted by its publisher", "articles": "articles",
        "messages": "messages", "yesterday": "Yesterday",
        "wecom": "WeCom", "dingtalk": "DingTalk", "feishu": "Feishu", "wechat": "WeChat", "mail": "Mail",
        "mailboxes": "Mailboxes", "letters": "letters", "no_letters": "No letters yet", "unsubscribe": "Unsubscribe",
        "as": "As", "call": "What to say to @{name}", "quoted": "Quote a picture or file of the group (optional)", "say": "Send",
        "write": "To the application",
        "unheard": "This application is not connected now. In Qunsheng: Settings, Applications, Messages, long connection.",
    },
}

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'）】，。]+")
_MARKDOWN_LINK = re.compile(r"!?\[([^\]]*)\]\((https?://[^\s)]+)\)")
_FONT = re.compile(r"</?font[^>]*>", re.IGNORECASE)


def safe(text: str) -> str:
    """Text for HTML, quotes included."""
    return escape(text)


def link(url: str, inner: str, css: str = "") -> str:
    """`inner` (HTML) as a link that opens in a new page; without a web address only as a box."""
    if not url.startswith(("http://", "https://")):
        return f'<div class="{css}">{inner}</div>'
    return f'<a class="{css}" href="{safe(url)}" target="_blank" rel="noopener noreferrer">{inner}</a>'


def plain(text: str) -> str:
    """Plain text with its line breaks, web addresses made into links."""
    out, end = [], 0
    for found in _WEB_ADDRESS.finditer(text):
        out += [safe(text[end : found.start()]), link(found[0], safe(found[0]))]
        end = found.end()
    return "".join([*out, safe(text[end:])]).replace("\n", "<br>")


def markdown(text: str) -> str:
    """The little Markdown that chat tools show: headings, quotes, bold, links."""
    return "<br>".join(_line(line) for line in _FONT.sub("", text).split("\n"))


def clock(at: float, now: float, words: Words) -> str:
    """Time of day in China; with the day when it is not today's."""
    then, today = chinatime.wall(at), chinatime.day(now)
    if then.date() == today:
        return f"{then:%H:%M}"
    if then.date() == today - timedelta(days=1):
        return f"{words['yesterday']} {then:%H:%M}"
    chinese = words["code"] == "zh"
    return f"{then.month}月{then.day}日 {then:%H:%M}" if chinese else f"{then:%b} {then.day}, {then:%H:%M}"


def day(at: float, words: Words) -> str:
    then = chinatime.wall(at)
    chinese = words["code"] == "zh"
    return f"{then.year}年{then.month}月{then.day}日 {then:%H:%M}" if chinese else f"{then:%Y-%m-%d %H:%M}"


def _line(line: str) -> str:
    stripped = line.lstrip("# ") if line.startswith("#") else line.removeprefix("> ")
    out, end = [], 0
    for found in _MARKDOWN_LINK.finditer(stripped):
        out.append(safe(stripped[end : found.start()]))
        out.append("" if found[0].startswith("!") else link(found[2], safe(found[1])))
        end = found.end()
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", "".join([*out, safe(stripped[end:])]))
    return f"<strong>{html}</strong>" if line.startswith("#") else html
