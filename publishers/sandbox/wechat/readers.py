"""How an article is read: much on its day, less every day after, nothing after a month. Yesterday is not yet complete."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from publishers.sandbox import chinatime
from publishers.sandbox.calls import Json
from publishers.sandbox.things import Account, Job, Page
from publishers.sandbox.wechat.publishing import page_url
from publishers.sandbox.world import World

WEIGHTS = (0.52, 0.19, 0.09, 0.05, 0.03, 0.02, 0.015, *[0.003] * 23)
"""Which part of an article's readers come on its first, second … thirtieth day."""
FIRST_COUNT = 0.93
"""What is known of a day on the following day; the rest comes with the next count."""
PARTS = {
    "share_user": 0.07, "zaikan_user": 0.02, "like_user": 0.05, "comment_count": 0.01, "collection_user": 0.015,
}
"""What readers do beside reading, as parts of them."""
_SCENES = (("公众号消息", 0.55), ("聊天会话", 0.17), ("朋友圈", 0.13), ("公众号主页", 0.05), ("推荐", 0.04), ("搜一搜", 0.02))
_SCENES_UNPUSHED = (("聊天会话", 0.52), ("朋友圈", 0.27), ("公众号主页", 0.06), ("推荐", 0.04), ("搜一搜", 0.03))


@dataclass(frozen=True)
class Read:
    """One published article as the figures know it."""

    job: Job
    page: Page
    followers: int

    @property
    def msgid(self) -> str:
        """The task's `msg_data_id` and the position, from 1."""
        return f"{self.job.msg_data_id}_{self.page.position}"

    @property
    def day(self) -> date:
        return chinatime.day(self.job.finished_at)

    @property
    def title(self) -> str:
        return str(self.page.fields["title"])

    def url(self, base: str) -> str:
        return page_url(base, self.page)

    def readers(self, day: date, now: float) -> int:
        """Who read it on `day`, as far as that is known `now` (epoch seconds)."""
        age = (day - self.day).days
        if not 0 <= age < len(WEIGHTS):
            return 0
        complete = chinatime.day(now) - day > timedelta(days=1)
        return round(self._reach() * WEIGHTS[age] * (1.0 if complete else FIRST_COUNT))

    def sums(self, day: date, now: float) -> Json:
        """Everything from its day to the end of `day`."""
        users = sum(self.readers(self.day + timedelta(days=age), now) for age in range((day - self.day).days + 1))
        return {
            "stat_date": day.isoformat(), "read_user": users, "read_user_source": sources(users, self.job.mass),
            **{name: part(users, name) for name in PARTS}, "praise_money": 0,
            "read_subscribe_user": part(users, "share_user") // 4,
            "read_delivery_rate": round(users / self.followers, 4) if self.job.mass and self.followers else 0.0,
            "read_finish_rate": 0.61, "read_avg_activetime": 1.4,
            "read_jump_position": [{"position": n, "rate": rate} for n, rate in enumerate((0.14, 0.11, 0.08, 0.06, 0.61), 1)],
        }

    def _reach(self) -> int:
        """Who reads it in all: a few hundred, and a part of the followers when it was pushed to them."""
        seed = int.from_bytes(hashlib.sha256(self.title.encode()).digest()[:4], "big")
        base = 160 + seed % 640
        pushed = self.followers * (8 + seed % 9) // 100 if self.job.mass else 0
        return (base + pushed) // (1 if self.page.position == 1 else 3)


def articles_of(world: World, account: Account) -> list[Read]:
    """Everything the account has published, taken down or not, oldest first."""
    jobs = [job for job in world.jobs.values() if job.app_id == account.app_id and job.pages]
    return [
        Read(job, page, account.followers) for job in sorted(jobs, key=lambda job: job.finished_at) for page in job.pages
    ]


def sources(users: int, mass: bool) -> list[Json]:
    """From where they came; 全部 is all of them and 其他 what is left."""
    scenes = _SCENES if mass else _SCENES_UNPUSHED
    counts = [(name, int(users * part_of)) for name, part_of in scenes]
    rest = users - sum(count for _, count in counts)
    return [
        {"user_count": count, "scene_desc": name} for name, count in (("全部", users), *counts, ("其他", rest)) if count
    ]


def part(users: int, name: str) -> int:
    """How many of the readers did what `name` says."""
    return round(users * PARTS[name])
