"""WeChat's own figures (`datacube/*`): the current interfaces, read into plain rows under our names.

Sources: developers.weixin.qq.com/doc/service/api/wedata/news/ (api_getarticleread.html, api_getarticleshare.html,
api_getbizsummary.html, api_getarticletotaldetail.html) and …/wedata/user/api_getusersummary.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from publishers.connector import HandOver
from publishers.wechat.client import Client
from publishers.wechat.errors import RIGHT_MISSING

Json = Mapping[str, Any]

EVERYWHERE = "全部"
"""The scene of the source list that is the sum of the others."""

COUNTS = {
    "read_user": "readers", "share_user": "shares", "zaikan_user": "wows", "like_user": "likes", "comment_count": "comments",
    "collection_user": "favourites", "praise_money": "reward_fen", "read_subscribe_user": "followed",
    "redirect_ori_page_user": "read_more", "send_page_count": "pieces_published", "new_user": "new_followers",
    "cancel_user": "lost_followers", "cumulate_user": "followers",
}
RATES = {"read_delivery_rate": "open_rate", "read_finish_rate": "completion_rate", "read_avg_activetime": "minutes"}


@dataclass(frozen=True)
class Row:
    """Figures of one day. What is not named in `figures` is unknown, never 0.

    `msgid` is `MSG_DATA_ID_POSITION` of an article, "" for the whole account; the last three stand only in totals.
    """

    day: date
    figures: dict[str, float]
    msgid: str = ""
    sources: dict[str, int] = field(default_factory=dict)
    """Readers by the place they came from, in WeChat's words."""
    title: str = ""
    url: str = ""
    published_on: date | None = None


@dataclass(frozen=True)
class Answer:
    """What the platform said. Not `final`: it says itself that the figures are still coming."""

    rows: tuple[Row, ...]
    final: bool
    raw: Json


def ask(client: Client, interface: str, first: date, last: date) -> Answer:
    """Ask one interface about the days `first` to `last`. Raises the words of `publishers.connector`.

    A missing right comes as HandOver with a reason that speaks of figures.
    """
    try:
        said = client.datacube(interface, first.isoformat(), last.isoformat())
    except HandOver as failure:
        if failure.code not in RIGHT_MISSING:
            raise
        reason = "WeChat does not give this account its figures. Only verified accounts have them."
        raise HandOver(reason, code=failure.code, rid=failure.rid, http_status=failure.http_status) from None
    entries = _objects(said.get("list"))
    return Answer(tuple(_READERS[interface](entries)), final=said.get("is_delay") is not True, raw={"list": entries})


def _by_day(entries: list[Json]) -> Iterator[Row]:
    """One row per entry: of an article on one day, or of the account."""
    for entry in entries:
        day, detail = _day(entry.get("ref_date")), entry.get("detail")
        if day is not None and isinstance(detail, dict):
            yield Row(day, _figures(detail), msgid=str(entry.get("msgid") or ""), sources=_sources(detail))


def _totals(entries: list[Json]) -> Iterator[Row]:
    """What has come together from the publication to the end of each day."""
    for entry in entries:
        for detail in _objects(entry.get("detail_list")):
            day = _day(detail.get("stat_date"))
            if day is not None:
                yield Row(
                    day, _figures(detail), msgid=str(entry.get("msgid") or ""), sources=_sources(detail),
                    title=str(entry.get("title") or ""), url=str(entry.get("content_url") or ""),
                    published_on=_day(entry.get("ref_date")),
                )


def _changes(entries: list[Json]) -> Iterator[Row]:
    """Followers gained and lost: one entry per day and source, added up over the sources."""
    found: dict[date, dict[str, float]] = {}
    for entry in entries:
        day = _day(entry.get("ref_date"))
        if day is not None:
            known = found.setdefault(day, {})
            for name, number in _figures(entry).items():
                known[name] = known.get(name, 0) + number
    return (Row(day, figures) for day, figures in found.items())


def _standing(entries: list[Json]) -> Iterator[Row]:
    """All followers at the end of a day. The greatest of several entries is the one of all sources."""
    found: dict[date, float] = {}
    for entry in entries:
        day, count = _day(entry.get("ref_date")), _figures(entry).get("followers")
        if day is not None and count is not None:
            found[day] = max(count, found.get(day, 0))
    return (Row(day, {"followers": count}) for day, count in found.items())


_READERS: Mapping[str, Callable[[list[Json]], Iterator[Row]]] = {
    "getarticleread": _by_day, "getarticleshare": _by_day, "getbizsummary": _by_day,
    "getarticletotaldetail": _totals, "getusersummary": _changes, "getusercumulate": _standing,
}


def _figures(said: Json) -> dict[str, float]:
    counts = {ours: _number(said.get(theirs)) for theirs, ours in COUNTS.items()}
    rates = {ours: _number(said.get(theirs)) for theirs, ours in RATES.items()}
    whole = {name: float(int(number)) for name, number in counts.items() if number is not None}
    return {**whole, **{name: number for name, number in rates.items() if number is not None}}


def _sources(said: Json) -> dict[str, int]:
    entries = [(str(one.get("scene_desc") or ""), _number(one.get("user_count"))) for one in _objects(said.get("read_user_source"))]
    return {scene: int(count) for scene, count in entries if scene and scene != EVERYWHERE and count is not None}


def _number(value: object) -> float | None:
    """A figure; numbers drift between number and string. A negative one says nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < 1e15 else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
