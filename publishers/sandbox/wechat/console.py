"""What people do with an account outside the interface: press 发表, confirm, write, comment, take down."""

from __future__ import annotations

from publishers.sandbox.calls import Json
from publishers.sandbox.things import Account, Comment, Job, Page
from publishers.sandbox.wechat import events, finishing, followers, mass, materials, messages
from publishers.sandbox.wechat.comments import of_page
from publishers.sandbox.wechat.drafts import find
from publishers.sandbox.wechat.publishing import page_url
from publishers.sandbox.world import World, new_number

# A picture of one pixel, for messages that bring none.
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c6360606000000004000176300d0a0000000049454e44ae426082"
)


def press(world: World, account: Account, media_id: str, at: float, base: str, *, notify: bool) -> Json:
    """A person presses 发表 on a draft; with `notify` it is a mass send to everybody. Rights are not asked for."""
    with world.lock:
        draft = find(world, account, media_id)
        job_id = new_number()
        world.record(
            "mass_submitted" if notify else "publish_submitted", at, id=job_id, app_id=account.app_id, media_id=media_id,
            msg_data_id=new_number(), mass=notify, due=at, events=0, result=0, clientmsgid="", text="", by_person=True,
            titles=[article["title"] for article in draft.articles],
            source_urls=[article["content_source_url"] for article in draft.articles],
        )
        job = world.jobs[job_id]
        finishing.finish(world, job, at)
        return {"id": job.id, "article_id": job.article_id, "links": [page_url(base, page) for page in job.pages]}


def answer_mass_send(world: World, account: Account, msg_id: str, at: float, *, yes: bool) -> Json:
    """The administrator confirms or refuses; without `msg_id` the oldest that waits."""
    with world.lock:
        waiting = [job for job in mass.waiting_for_admin(world, account.app_id) if msg_id in ("", job.id)]
        if not waiting:
            raise ValueError("no mass send of this account waits for its administrator")
        mass.confirm(world, waiting[0], at, yes=yes)
        return {"msg_id": waiting[0].id}


def take_down(world: World, slug: str, at: float, *, banned: bool) -> Json:
    """A person deletes an article in the console, or the platform bans it: everything of its task goes."""
    with world.lock:
        job, _ = _page(world, slug)
        positions = [page.position for page in job.pages]
        world.record(
            "article_banned" if banned else "article_deleted", at, app_id=job.app_id, id=job.id,
            article_id=job.article_id, positions=positions, status=6 if banned else 5,
        )
        return {"ok": True}


def comment(world: World, slug: str, body: Json, at: float) -> Json:
    """A reader comments on an article: `content`, and `openid` ("" for readers from elsewhere)."""
    with world.lock:
        job, page = _page(world, slug)
        if not page.comments_open:
            raise ValueError("the comments of this article are closed")
        account = world.account(job.app_id)
        number = max(world.comments, default=0) + 1
        reader = followers.openid(account, number) if account else ""
        written = Comment(
            number, job.app_id, job.msg_data_id, page.position - 1, str(body.get("openid", reader)),
            str(body.get("content") or "写得真好。"), at,
        )
        world.record("comment_written", at, app_id=job.app_id, comment=vars(written))
        return vars(written)


def comments(world: World, slug: str) -> Json:
    """All comments of an article as they stand, newest first."""
    with world.lock:
        job, page = _page(world, slug)
        return {
            "msg_data_id": job.msg_data_id, "index": page.position - 1, "open": page.comments_open,
            "comments": [vars(one) for one in of_page(world, job, page)],
        }


def withdraw_comment(world: World, number: int, at: float) -> Json:
    """The writer deletes a comment."""
    with world.lock:
        written = world.comments.get(number)
        if written is None:
            raise ValueError("no such comment")
        world.record("comment_changed", at, app_id=written.app_id, id=number, changes={"withdrawn": True})
        return {"ok": True}


def write(world: World, account: Account, body: Json, picture: bytes, base: str) -> Json:
    """A follower writes to the account; the answer tells how the callback took it and what the follower sees.

    `type` text, image, voice, video, location or link with its fields; `from`, `msg_id` and `at` may be set as well.
    """
    kind, sender = str(body.get("type") or "text"), str(body.get("from") or followers.openid(account, 0))
    said = {name: str(value) for name, value in body.items()}
    at = float(body.get("at") or world.now())
    if kind in ("image", "voice", "video", "shortvideo") and "MediaId" not in said:
        material = materials.receive(world, account, picture or _PIXEL, world.now())
        said |= {"MediaId": material.media_id, "PicUrl": materials.picture_url(base, material)}
    xml = messages.message(account, kind, said, at, sender, said.get("msg_id", ""))
    told = events.tell(world, account, f"message:{kind}", xml, sender)
    return {"ok": told.taken or told.replies, "status": told.status, "answer": told.text, "reply": events.reply_of(account, told)}


def _page(world: World, slug: str) -> tuple[Job, Page]:
    found = world.page(slug.rpartition("/")[2])
    if found is None:
        raise ValueError("no such article")
    return found
