"""What the platform tells an account, as XML: results of tasks, followers' messages, other events."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from publishers.sandbox.things import Account, Job
from publishers.sandbox.wechat.publishing import page_url
from publishers.sandbox.world import World, new_number

MPHELPER = "oR5Gjjl_eiZoUpGozMo7dbBJ362A"
"""The sender of events that no follower caused."""
KINDS = {
    "text": ("Content",),
    "image": ("PicUrl", "MediaId"),
    "voice": ("MediaId", "Format", "Recognition"),
    "video": ("MediaId", "ThumbMediaId"),
    "shortvideo": ("MediaId", "ThumbMediaId"),
    "location": ("Location_X", "Location_Y", "Scale", "Label"),
    "link": ("Title", "Description", "Url"),
}
"""The fields of a follower's message by its kind."""
_NUMBERS = {"Location_X", "Location_Y", "Scale"}


def result(world: World, account: Account, base: str, job: Job) -> tuple[str, str]:
    """Name and XML of the event that ends `job`."""
    name, inner = ("MASSSENDJOBFINISH", _mass(base, account, job)) if job.mass else ("PUBLISHJOBFINISH", _publish(base, job))
    return name, event(account, name, inner, world.now())


def event(account: Account, name: str, inner: str, at: float, sender: str = MPHELPER) -> str:
    """An event with its own elements."""
    return _envelope(account, sender, at, "event", f"<Event><![CDATA[{name}]]></Event>{inner}")


def message(account: Account, kind: str, said: Mapping[str, str], at: float, sender: str, msg_id: str = "") -> str:
    """What a follower wrote. Raises ValueError for a kind that is none."""
    if kind not in KINDS:
        raise ValueError(f"type must be one of {', '.join(KINDS)}")
    inner = "".join(
        f"<{name}>{escape(said[name])}</{name}>" if name in _NUMBERS else f"<{name}>{_cdata(said[name])}</{name}>"
        for name in KINDS[kind] if name in said
    )
    return _envelope(account, sender, at, kind, f"{inner}<MsgId>{msg_id or new_number() + new_number()[:9]}</MsgId>")


def _envelope(account: Account, sender: str, at: float, kind: str, inner: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{account.original_id}]]></ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{int(at)}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inner}</xml>"
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _publish(base: str, job: Job) -> str:
    inner = f"<publish_id>{job.id}</publish_id><publish_status>{job.status}</publish_status>"
    if job.status == 0:
        items = "".join(
            f"<item><idx>{p.position}</idx><article_url><![CDATA[{page_url(base, p)}]]></article_url></item>"
            for p in job.pages
        )
        # The line break before the id is the platform's own.
        inner += f"<article_id><![CDATA[\n{job.article_id}]]></article_id>"
        inner += f"<article_detail><count>{len(job.pages)}</count>{items}</article_detail>"
    if job.status in (2, 4):
        inner += "<fail_idx>1</fail_idx>"
    return f"<PublishEventInfo>{inner}</PublishEventInfo>"


def _mass(base: str, account: Account, job: Job) -> str:
    status = "send success" if job.status == 0 else f"err({job.status})" if job.status >= 10000 else "send fail"
    numbers = {name: job.counts.get(name, 0) for name in ("total", "filtered", "sent", "error")}
    items = "".join(
        f"<item><ArticleIdx>{p.position}</ArticleIdx><ArticleUrl><![CDATA[{page_url(base, p)}]]></ArticleUrl></item>"
        for p in job.pages
    )
    return (
        f"<MsgID>{job.id}</MsgID><Status><![CDATA[{status}]]></Status><TotalCount>{numbers['total']}</TotalCount>"
        f"<FilterCount>{numbers['filtered']}</FilterCount><SentCount>{numbers['sent']}</SentCount>"
        f"<ErrorCount>{numbers['error']}</ErrorCount>{_originality(account, job)}"
        f"<ArticleUrlResult><Count>{len(job.pages)}</Count><ResultList>{items}</ResultList></ArticleUrlResult>"
    )


def _originality(account: Account, job: Job) -> str:
    """The check of each article that was found to be a reprint; the state of the worst stands for all."""
    states = {n: account.reprints.get(article["title"], 1) for n, article in enumerate(job.articles, 1)}
    found = {n: state for n, state in states.items() if state > 1}
    items = "".join(
        f"<item><ArticleIdx>{n}</ArticleIdx><UserDeclareState>0</UserDeclareState><AuditState>2</AuditState>"
        f"<OriginalArticleUrl><![CDATA[https://mp.weixin.qq.com/s/original{n}]]></OriginalArticleUrl>"
        f"<OriginalArticleType>1</OriginalArticleType><CanReprint>{int(state == 2)}</CanReprint>"
        f"<NeedReplaceContent>{int(state == 2)}</NeedReplaceContent>"
        f"<NeedShowReprintSource>{int(state == 2)}</NeedShowReprintSource></item>"
        for n, state in found.items()
    )
    return (
        f"<CopyrightCheckResult><Count>{len(found)}</Count><ResultList>{items}</ResultList>"
        f"<CheckState>{max(found.values(), default=1)}</CheckState></CopyrightCheckResult>"
    )
