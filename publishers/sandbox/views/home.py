"""The phone itself: accounts and group chats in a list, and the opened one beside it (on a phone: instead of it)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from publishers.sandbox.streams.chats import parties
from publishers.sandbox.things import Account, Bubble, Chat, Job, Letter, Page
from publishers.sandbox.views.bubbles import bubble
from publishers.sandbox.views.words import Words, clock, link, plain, safe
from publishers.sandbox.wechat.drafts import cover_of
from publishers.sandbox.wechat.materials import picture_url
from publishers.sandbox.world import World

MOST_MESSAGES = 60
_HEADINGS = {"wechat": "accounts", "mail": "mailboxes"}
_UNITS = {"wechat": "articles", "mail": "letters"}
PAUSE_SECONDS = 300.0


@dataclass(frozen=True)
class Talk:
    """One entry of the list."""

    at: str
    name: str
    platform: str
    last: str
    time: float
    number: int


def page(world: World, words: Words, at: str, now: float) -> str:
    """The whole page; `at` names the opened entry."""
    talks = list(_talks(world, words))
    opened = next((talk for talk in talks if talk.at == at), None)
    shown = opened or (talks[0] if talks else None)
    view = _view(world, words, shown, now) if shown else _empty(words)
    other = f"?lang={words['other_code']}" + (f"&amp;at={opened.at}" if opened else "")
    language = f'<a href="{other}" lang="{words["other_code"]}">{words["other"]}</a>'
    entries = _list(words, talks, shown, now)
    return f"""<!doctype html>
<html lang="{words['lang']}"><head><meta charset="utf-8"><title>{words['title']}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/phone.css"><script src="/phone.js" defer></script></head>
<body class="{'opened' if opened else 'listed'}" data-version="{world.version}">
<header class="bar"><h1>{words['title']}</h1><p>{words['note']}</p>{language}</header>
<main><nav aria-label="{words['title']}">{entries}</nav><section class="screen">{view}</section></main>
</body></html>"""


def _talks(world: World, words: Words) -> Iterator[Talk]:
    """Accounts first, then groups, then mailboxes, the newest message on top in each."""
    seen: dict[str, list[tuple[Job, Page]]] = {app_id: [] for app_id in world.accounts}
    for job, item in world.pages():
        seen.setdefault(job.app_id, []).append((job, item))
    accounts = []
    for app_id, pages in seen.items():
        account = world.account(app_id) or Account(app_id, name=app_id)
        last = pages[0][1].fields["title"] if pages else words["no_articles"]
        time = pages[0][0].finished_at if pages else 0.0
        accounts.append(Talk(_name("account", app_id), account.name, "wechat", last, time, len(pages)))
    yield from sorted(accounts, key=lambda talk: -talk.time)
    groups = [_group(chat, words) for chat in world.chats.values()]
    yield from sorted(groups, key=lambda talk: -talk.time)
    boxes = [_mailbox(address, letters) for address, letters in world.letters.items()]
    yield from sorted(boxes, key=lambda talk: -talk.time)


def _group(chat: Chat, words: Words) -> Talk:
    last, time = words["no_messages"], 0.0
    if chat.bubbles:
        newest = chat.bubbles[-1]
        # The buttons of a DingTalk or Feishu card are no headlines.
        headed = newest.cards and (newest.style != "card" or chat.platform == "wecom")
        first = newest.cards[0]["title"] if headed else ""
        last, time = first or newest.title or newest.text, newest.at
    return Talk(_name(chat.platform, chat.key), chat.name, chat.platform, last, time, len(chat.bubbles))


def _mailbox(address: str, letters: list[Letter]) -> Talk:
    return Talk(_name("mail", address), address, "mail", letters[-1].subject, letters[-1].at, len(letters))


def _name(kind: str, key: str) -> str:
    """What stands in the address: a robot's key is a secret and must not."""
    return hashlib.sha256(f"{kind}:{key}".encode()).hexdigest()[:12]


def _list(words: Words, talks: list[Talk], shown: Talk | None, now: float) -> str:
    out = []
    for heading in ("accounts", "groups", "mailboxes"):
        entries = [talk for talk in talks if _HEADINGS.get(talk.platform, "groups") == heading]
        if entries:
            out.append(f"<h2>{words[heading]}</h2>")
        out += [_entry(words, talk, talk is shown, now) for talk in entries]
    return "".join(out) or f'<p class="hint">{words["nothing"]}</p>'


def _entry(words: Words, talk: Talk, current: bool, now: float) -> str:
    language = "&amp;lang=en" if words["code"] == "en" else ""
    time = f"<time>{clock(talk.time, now, words)}</time>" if talk.time else ""
    return (
        f'<a class="talk {talk.platform}" href="/?at={talk.at}{language}"{" aria-current=page" if current else ""}>'
        f'{_avatar(talk.name, talk.platform)}<span class="name">{safe(talk.name)}</span>{time}'
        f'<span class="last">{safe(" ".join(talk.last.split()))}</span><i>{words[talk.platform]}</i></a>'
    )


def _avatar(name: str, platform: str) -> str:
    return f'<span class="avatar {platform}" aria-hidden="true">{safe(name[:1])}</span>'


def _empty(words: Words) -> str:
    return f'<div class="empty"><h2>{words["nothing_title"]}</h2><p>{words["nothing"]}</p></div>'


def _view(world: World, words: Words, talk: Talk, now: float) -> str:
    back = "/?lang=en" if words["code"] == "en" else "/"
    unit = words[_UNITS.get(talk.platform, "messages")]
    head = (
        f'<div class="top {talk.platform}"><a class="back" href="{back}" aria-label="{words["back"]}">‹</a>'
        f'<h2>{safe(talk.name)}</h2><small>{words[talk.platform]} · {talk.number} {unit}</small></div>'
    )
    if talk.platform == "wechat":
        return f'{head}<div class="stream wechat">{_pushes(world, words, talk, now)}</div>'
    if talk.platform == "mail":
        letters = next(held for address, held in world.letters.items() if _name("mail", address) == talk.at)
        return f'{head}<div class="stream mail">{_letters(letters, words, now)}</div>'
    chat = next(c for c in world.chats.values() if _name(c.platform, c.key) == talk.at)
    stream = f'<div class="stream chat {chat.platform}" data-end>{_messages(chat, words, now)}</div>'
    if chat.platform == "wecom":
        return f"{head}{stream}{_call(world, words, talk)}"
    app_id, _ = parties(chat.key)
    return f"{head}{stream}{_write(words, talk, bool(world.lines.of(chat.platform, app_id))) if app_id else ''}"


def chat_at(world: World, at: str) -> Chat | None:
    """The group chat that an address names."""
    return next((chat for chat in world.chats.values() if _name(chat.platform, chat.key) == at), None)


def _call(world: World, words: Words, talk: Talk) -> str:
    """Where members of a WeCom group call the smart robot, when there is one."""
    robots = world.settings.smart_robots
    if not robots:
        return ""
    members = "".join(
        f'<option value="{safe(str(one["id"]))}">{safe(str(one["name"]))}</option>'
        for one in world.settings.company_people if not one.get("outside")
    )
    name = safe(str(robots[0].get("name") or robots[0]["bot_id"]))
    return (
        '<form class="call" method="post" action="/phone/robot" enctype="multipart/form-data">'
        f'<input type="hidden" name="at" value="{talk.at}"><input type="hidden" name="lang" value="{words["code"]}">'
        f'<label><span>{words["as"]}</span><select name="from">{members}</select></label>'
        f'<label class="wide"><span>{words["call"].format(name=name)}</span>'
        '<textarea name="words" rows="2" required></textarea></label>'
        f'<label><span>{words["quoted"]}</span><input type="file" name="quote" accept="image/*,.docx,.md,.txt"></label>'
        f'<button>{words["say"]}</button></form>'
    )


def _write(words: Words, talk: Talk, is_heard: bool) -> str:
    """Where a member writes to an application, while it listens."""
    if not is_heard:
        return f'<p class="call">{words["unheard"]}</p>'
    return (
        '<form class="call" method="post" action="/phone/application" enctype="multipart/form-data">'
        f'<input type="hidden" name="at" value="{talk.at}"><input type="hidden" name="lang" value="{words["code"]}">'
        f'<label class="wide"><span>{words["write"]}</span><textarea name="words" rows="2" required></textarea></label>'
        f'<button>{words["say"]}</button></form>'
    )


def _pushes(world: World, words: Words, talk: Talk, now: float) -> str:
    jobs = [job for job in world.jobs.values() if job.visible and _name("account", job.app_id) == talk.at]
    jobs.sort(key=lambda job: job.finished_at, reverse=True)
    return "".join(_push(world, words, job, now) for job in jobs[:MOST_MESSAGES]) or _empty(words)


def _push(world: World, words: Words, job: Job, now: float) -> str:
    mode = words["mass"] if job.mass else words["published"]
    items = "".join(_article(world, words, item, alone=len(job.pages) == 1) for item in job.pages)
    inner = f'<div class="push">{items}</div>' if items else f'<div class="say">{plain(job.text)}</div>'
    return f'<p class="when">{clock(job.finished_at, now, words)} · {mode}</p>{inner}'


def _article(world: World, words: Words, item: Page, *, alone: bool) -> str:
    if item.deleted:
        return f'<p class="deleted">{words["deleted"]}</p>'
    language = "?lang=en" if words["code"] == "en" else ""
    material = world.materials.get(cover_of(item.fields))
    # By path only: the page must not depend on the host name under which it was opened.
    image = f'<img src="{picture_url("", material)}" alt="" loading="lazy">' if material else ""
    title, digest = safe(item.fields["title"]), safe(item.fields["digest"])
    address = f"/s/{item.slug}{language}"
    if item.position > 1:
        return f'<a class="second" href="{address}"><span>{title}</span><span class="thumb">{image}</span></a>'
    below = f'<span class="digest">{digest}</span>' if alone and digest else ""
    return f'<a class="first" href="{address}"><span class="cover">{image}<b>{title}</b></span>{below}</a>'


def _letters(letters: list[Letter], words: Words, now: float) -> str:
    """The newest on top, as plain text: its HTML is the mail program's affair."""
    out = []
    for item in reversed(letters[-MOST_MESSAGES:]):
        end = link(item.unsubscribe, words["unsubscribe"], "end") if item.unsubscribe else ""
        out.append(
            f'<article class="letter"><h3>{safe(item.subject)}</h3>'
            f'<p class="when">{safe(item.name)} · {clock(item.at, now, words)}</p>'
            f'<p class="letter-text">{plain(item.text.strip())}</p>{end}</article>'
        )
    return "".join(out)


def _who(item: Bubble, words: Words) -> str:
    return safe(item.who) if item.who else f"{words['robot_name']}<em>{words['robot']}</em>"


def _messages(chat: Chat, words: Words, now: float) -> str:
    out, last = [], 0.0
    for item in chat.bubbles[-MOST_MESSAGES:]:
        if item.at - last > PAUSE_SECONDS:
            out.append(f'<p class="when">{clock(item.at, now, words)}</p>')
        last = item.at
        out.append(
            f'<article class="message">{_avatar(item.who or "群", chat.platform)}<div><p class="who">{_who(item, words)}</p>'
            f"{bubble(item, chat.platform, words)}</div></article>"
        )
    return "".join(out) or f'<div class="empty"><p>{words["no_messages"]}</p></div>'
