"""A simulated official account: tokens, material, drafts, publishing. It never refuses to publish a draft a second time."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable

from tests.strangers.manners import Draft, Fault, Job, Json, Manners, Plan


class Refusal(Exception):
    """The platform answers with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Unknown(Exception):
    """This simulator does not know the call."""


class Lost(Exception):
    """The thing was done or not, and the answer gets lost as `fault` says."""

    def __init__(self, fault: Fault, answer: Json) -> None:
        super().__init__(fault)
        self.fault, self.answer = fault, answer


class Account:
    """One account. `published` is the journal of what readers have seen: the first titles, as often as they appeared."""

    def __init__(self, manners: Manners, plan: Plan, address: str) -> None:
        self.manners, self.plan, self.address = manners, plan, address
        self.drafts: dict[str, Draft] = {}
        self.jobs: dict[int, Job] = {}
        self.lists: list[Job] = []
        self.published: list[str] = []
        self.links: dict[str, list[str]] = {}
        self.calls: list[str] = []
        self.pushes: list[tuple[float, Job]] = []
        self._numbers = itertools.count(random.randrange(10**9, 2 * 10**9))
        self._token, self._token_until = "", 0.0
        self._lock = threading.RLock()

    def token(self) -> Json:
        """The stable token; a rotating one changes with every call in its last moments."""
        with self._lock:
            now = time.time()
            if now >= self._token_until or self.manners.rotates:
                self._token = f"{self._number()}_".ljust(self.manners.token_length, "k")
                self._token_until = now + self.manners.token_lives
            return {"access_token": self._token, "expires_in": int(self._token_until - now) or 1}

    def gave(self, token: str) -> bool:
        """Whether this is the token in force."""
        return bool(token) and token == self._token

    def answer(self, call: str, token: str, body: Json) -> Json:
        """What the platform says. Raises Refusal, Unknown, Lost."""
        with self._lock:
            self.calls.append(call)
            if token != self._token:
                raise Refusal(40001)
            if call in self.manners.missing or call not in CALLS:
                raise Unknown
            self._finish_jobs()
            fault = self.plan.take(call, self._words(call, body))
            if fault is not None and fault.code:
                raise Refusal(fault.code)
            if fault is not None and not fault.effect:
                raise Lost(fault, {})
            said = CALLS[call](self, body)
            if fault is not None:
                raise Lost(fault, said)
            return said

    def tick(self) -> None:
        """Let jobs end whose time has come."""
        with self._lock:
            self._finish_jobs()

    def add_material(self, body: Json) -> Json:
        return {"media_id": f"cover-{self._number()}", "url": "http://mmbiz.qpic.cn/mmbiz_png/cover/0?wx_fmt=png", "item": []}

    def upload_picture(self, body: Json) -> Json:
        return {"url": f"http://mmbiz.qpic.cn/mmbiz_jpg/{self._number()}/0"}

    def add_draft(self, body: Json) -> Json:
        articles = body.get("articles")
        if not isinstance(articles, list) or not articles:
            raise Refusal(44003)
        media_id = f"draft-{self._number()}-{'m' * 40}"
        self.drafts[media_id] = Draft(media_id, [self._kept(one) for one in articles], time.time())
        return {"media_id": media_id, "item": []}

    def draft(self, body: Json) -> Json:
        draft = self._draft(body)
        return {"news_item": [{**one, "url": "http://mp.weixin.qq.com/s?tempkey=x"} for one in draft.articles]}

    def list_drafts(self, body: Json) -> Json:
        items = [{"media_id": one.media_id, "content": self._content(one.articles, body), "update_time": int(one.updated_at)}
                 for one in self.drafts.values()]
        return self._page(items, body)

    def count_drafts(self, body: Json) -> Json:
        return {"total_count": len(self.drafts)}

    def submit(self, body: Json) -> Json:
        draft = self._draft(body)
        number = self._number()
        job = Job(number, f"article-{number}\n", draft, time.time() + self.manners.job_seconds,
                  self.plan.outcome(_title(draft)))
        self.jobs[number] = job
        if self.manners.consumes == "submit" and job.outcome == 0:
            self.drafts.pop(draft.media_id)
        self.pushes += [(delay, job) for delay in self.manners.events]
        return {"errmsg": "ok", "publish_id": self._id(number), "msg_data_id": self._id(self._number())}

    def publishing(self, body: Json) -> Json:
        job = self.jobs.get(int(str(body.get("publish_id") or 0)))
        if job is None:
            raise Refusal(53502)
        if not job.ended:
            return {"publish_id": self._id(job.publish_id), "publish_status": 1, "fail_idx": [1]}
        if job.outcome:
            return {"publish_id": self._id(job.publish_id), "publish_status": job.outcome, "fail_idx": [1]}
        return {"publish_id": self._id(job.publish_id), "publish_status": 0, **self._result(job)}

    def published_articles(self, body: Json) -> Json:
        wanted = str(body.get("article_id"))
        for job in self.lists:
            if job.article_id.strip() == wanted:
                return self._content(self._with_links(job), {})
        raise Refusal(53600)

    def list_published(self, body: Json) -> Json:
        items = [{"article_id": job.article_id.strip(), "update_time": int(job.ends_at),
                  "content": self._content(self._with_links(job), body)} for job in self.lists]
        random.Random(len(items)).shuffle(items)
        return self._page(items, body)

    def _finish_jobs(self) -> None:
        now = time.time()
        for job in self.jobs.values():
            if not job.ended and now >= job.ends_at:
                job.ended = True
                if job.outcome == 0:
                    self._appear(job)
            if job.ended and job.outcome == 0 and self.manners.consumes == "later" and now >= job.ends_at + 1:
                self.drafts.pop(job.draft.media_id, None)

    def _appear(self, job: Job) -> None:
        if self.manners.consumes == "finish":
            self.drafts.pop(job.draft.media_id, None)
        self.lists.insert(0, job)
        self.published.append(_title(job.draft))
        self.links[_title(job.draft)] = [str(one["url"]) for one in self._with_links(job)]

    def _with_links(self, job: Job) -> list[Json]:
        return [{**one, "url": self._link(job, position), "is_deleted": False}
                for position, one in enumerate(job.draft.articles, start=1)]

    def _link(self, job: Job, position: int) -> str:
        if self.manners.links == "short":
            return f"https://mp.weixin.qq.com/s/{job.publish_id}-{position}_Q"
        if self.manners.links == "local":
            return f"{self.address}/s/{job.publish_id}/{position}"
        return (f"http://mp.weixin.qq.com/s?__biz=MzI2MzQ3&mid={job.publish_id}&idx={position}"
                f"&sn=a1b2c3d4e5f6&chksm=ea55#rd")

    def rows(self, job: Job) -> list[Json]:
        """Positions and links, the last first: no order is promised."""
        rows: list[Json] = [{"idx": position, "article_url": one["url"]}
                            for position, one in enumerate(self._with_links(job), start=1)]
        return rows[::-1]

    def _result(self, job: Job) -> Json:
        rows = self.rows(job)
        detail: Json = {"count": len(rows), "item": rows}
        if self.manners.details == "single" and len(rows) == 1:
            detail["item"] = rows[0]
        return {"article_id": job.article_id, **({} if self.manners.details == "none" else {"article_detail": detail})}

    def _content(self, articles: list[Json], body: Json) -> Json:
        bare = str(body.get("no_content", 0)) == "1"
        if bare and not self.manners.lists_without_content:
            return {}
        left_out = {"content"} if bare else set()
        if not self.manners.lists_covers:
            left_out.add("thumb_media_id")
        return {"news_item": [{name: value for name, value in one.items() if name not in left_out} for one in articles]}

    def _page(self, items: list[Json], body: Json) -> Json:
        offset, count = int(str(body.get("offset", 0))), min(int(str(body.get("count", 20))), self.manners.page)
        shown = items[offset:offset + count]
        return {"total_count": len(items), "item_count": len(shown), "item": shown}

    def _kept(self, article: Json) -> Json:
        content = str(article.get("content", "")).replace(' src="', ' data-src="')
        content = content.replace("<p", '<section><p').replace("</p>", '<span leaf=""></span></p></section>')
        title = str(article.get("title", ""))
        digest = str(article.get("digest") or "") or title[:54]
        return {**article, "content": content, "digest": digest, "thumb_url": "http://mmbiz.qpic.cn/t/0", "show_cover_pic": 0}

    def _draft(self, body: Json) -> Draft:
        draft = self.drafts.get(str(body.get("media_id")))
        if draft is None:
            raise Refusal(40007)
        return draft

    def _words(self, call: str, body: Json) -> str:
        """The title that a call is about, by which faults are chosen."""
        if call == "draft/add":
            articles = body.get("articles")
            return str(articles[0].get("title")) if isinstance(articles, list) and articles else ""
        draft = self.drafts.get(str(body.get("media_id")))
        if draft is None:
            job = self.jobs.get(int(str(body.get("publish_id") or 0)))
            draft = job.draft if job else None
        return _title(draft) if draft else ""

    def _number(self) -> int:
        return next(self._numbers)

    def _id(self, number: int) -> int | str:
        return number if self.manners.numeric_ids else str(number)


def _title(draft: Draft) -> str:
    return str(draft.articles[0].get("title"))


CALLS: dict[str, Callable[[Account, Json], Json]] = {
    "material/add_material": Account.add_material,
    "media/uploadimg": Account.upload_picture,
    "draft/add": Account.add_draft,
    "draft/get": Account.draft,
    "draft/batchget": Account.list_drafts,
    "draft/count": Account.count_drafts,
    "freepublish/submit": Account.submit,
    "freepublish/get": Account.publishing,
    "freepublish/getarticle": Account.published_articles,
    "freepublish/batchget": Account.list_published,
    "material/get_materialcount": lambda account, body: {"voice_count": 0, "image_count": 1},
}
