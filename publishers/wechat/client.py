"""The official account's calls, one method each: wechatpy's call shapes over our own line and token.

The only importer of wechatpy. What the library does badly is replaced here: its session, its endless repeat on a
token error, its missing deadlines, its silent acceptance of a proxy's page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

from wechatpy import WeChatClient

from publishers.connector import OutcomeUnknown, Picture, SwitchedOff
from publishers.net import Answer, Base, Line
from publishers.robots.answers import check_way
from publishers.tokens import TokenStore
from publishers.wechat.errors import TOKEN_REJECTED, Effect, failure_for, unclear
from publishers.wechat.tokens import Count, Credentials, TokenHolder, uncounted

Json = dict[str, Any]

_OFFICIAL = "https://api.weixin.qq.com"
_DATACUBE = f"{_OFFICIAL}/datacube/"
_ADMIN_ASKED = frozenset({89504, 89505})
# 45065: the `clientmsgid` was used before. With the earlier `msg_id` in the answer that is what was wanted.
_TAKEN = _ADMIN_ASKED | {45065}
_HIDDEN = frozenset({"draft/add"})
_VISIBLE = frozenset({
    "freepublish/submit", "freepublish/delete", "message/mass/sendall", "message/mass/delete",
    "comment/open", "comment/close", "comment/markelect", "comment/unmarkelect",
    "comment/delete", "comment/reply/add", "comment/reply/delete",
})


@dataclass(frozen=True)
class Task:
    """A task that the platform accepted: its id, and the id under which figures and comments will run."""

    id: str
    msg_data_id: str = ""
    awaiting: str = "platform"
    """`admin` when the account's administrator must confirm it first."""


class Client:
    """One account at one base address. Thread-safe. Every method raises the words of `publishers.connector`."""

    def __init__(
        self, credentials: Credentials, line: Line, store: TokenStore, *, count: Count = uncounted, testing: bool = False
    ) -> None:
        self.base: Base = line.base
        holder = TokenHolder(credentials, line, store, count=count, testing=testing)
        self._library = _Library(credentials.app_id, line, holder, count)

    def upload_body_picture(self, picture: Picture) -> str:
        """Upload a picture for an article's body; its address. It counts to no quota."""
        said = self._library.post("media/uploadimg", files=_file(picture))
        return _secure(_text(said, "url", Effect.NONE))

    def add_cover(self, picture: Picture) -> str:
        """Keep a picture as permanent material; its `media_id`. Not as `thumb`, which must stay under 64 KB."""
        said = self._library.post("material/add_material", params={"type": "image"}, files=_file(picture))
        return _text(said, "media_id", Effect.NONE)

    def count_material(self) -> Json:
        return _object(self._library.material.get_count())

    def add_draft(self, articles: Sequence[Mapping[str, object]]) -> str:
        """Put the articles into the draft box; the draft's `media_id`."""
        said = self._library.post("draft/add", data={"articles": [dict(article) for article in articles]})
        return _text(said, "media_id", Effect.HIDDEN)

    def update_draft(self, media_id: str, index: int, article: Mapping[str, object]) -> None:
        """Replace the article at `index` (from 0) of a draft by the whole of `article`. Harmless to repeat.

        Code 40007 does not mean here that the draft is gone: an incomplete article is answered so, too.
        """
        self._library.post("draft/update", data={"media_id": media_id, "index": index, "articles": dict(article)})

    def draft(self, media_id: str) -> list[Json]:
        """The draft's articles as the platform has kept them. Raises Refused with code 40007 when it is gone."""
        said = _object(self._library.draft.get(media_id))
        return _objects(said.get("news_item"))

    def drafts(self, offset: int, count: int) -> Json:
        """One page of the draft box, without bodies if the words come all the same: `total_count`, `item`."""
        return _with_words(lambda bare: self._library.draft.batchget(offset, count, no_content=bare))

    def count_drafts(self) -> int:
        return int(_object(self._library.draft.count()).get("total_count", 0))

    def submit(self, media_id: str) -> Task:
        """Ask for publication of a draft. Readers will see it: call once."""
        said = self._library.freepublish.submit(media_id)
        return Task(_text(said, "publish_id", Effect.VISIBLE), str(said.get("msg_data_id", "")))

    def publishing(self, publish_id: str) -> Json:
        """The state of a publishing task. About 100 calls a day."""
        return _object(self._library.freepublish.get(publish_id))

    def published(self, offset: int, count: int) -> Json:
        """One page of what was published without a mass send: `total_count`, `item`. About 100 calls a day."""
        return _with_words(lambda bare: self._library.freepublish.batchget(offset, count, no_content=bare))

    def published_articles(self, article_id: str) -> list[Json]:
        """The articles of one publication, each with its `url`."""
        return _objects(_object(self._library.freepublish.getarticle(article_id)).get("news_item"))

    def delete_published(self, article_id: str, position: int) -> None:
        """Delete the article at `position` (from 1) of a publication, or with 0 all of it. Irreversible; 10 calls a day."""
        self._library.post("freepublish/delete", data={"article_id": article_id, "index": position})

    def send_to_all(self, media_id: str, *, tag_id: int | None, marker: str, despite_reprint: bool) -> Task:
        """Ask for a mass send of a draft to all followers, or to those with a tag.

        `marker` (at most 32 bytes) makes it happen once in 24 hours: a repeat gives the earlier task.
        """
        audience = {"is_to_all": True} if tag_id is None else {"is_to_all": False, "tag_id": tag_id}
        body = {
            "filter": audience, "msgtype": "mpnews", "mpnews": {"media_id": media_id},
            "send_ignore_reprint": int(despite_reprint), "clientmsgid": marker,
        }
        said = self._library.post("message/mass/sendall", data=body)
        awaiting = "admin" if said.get("errcode") in _ADMIN_ASKED else "platform"
        return Task(_text(said, "msg_id", Effect.VISIBLE), str(said.get("msg_data_id", "")), awaiting)

    def mass_status(self, msg_id: str) -> str:
        """`SENDING`, `SEND_SUCCESS`, `SEND_FAIL` or `DELETE`."""
        return _text(self._library.message.get_mass(msg_id), "msg_status", Effect.NONE)

    def preview(self, media_id: str, wechat_id: str) -> None:
        """Send a draft to one follower's phone, named by WeChat id. The draft stays. 100 calls a day."""
        body = {"towxname": wechat_id, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        self._library.post("message/mass/preview", data=body)

    def delete_mass_send(self, msg_id: str, position: int = 0) -> None:
        """Delete the content of a finished mass send: the article at `position` (from 1), or with 0 all of them.

        Cannot be undone; the cards in the chats stay and lead nowhere. 10 calls a day.
        """
        number = int(msg_id) if msg_id.isdigit() else msg_id
        self._library.post("message/mass/delete", data={"msg_id": number, "article_idx": position})

    def delete_draft(self, media_id: str) -> None:
        """Take a draft out of the draft box for good. Raises Refused with code 40007 when it is not there."""
        self._library.post("draft/delete", data={"media_id": media_id})

    def tags(self) -> list[Json]:
        """The tags that the account has given its followers: each with `id`, `name` and `count`."""
        return _objects(_object(self._library.get("tags/get")).get("tags"))

    def quota(self, path: str) -> Json:
        """How often the interface at `path` (with its leading slash) may be called today, and was: `quota`."""
        return _object(self._library.post("openapi/quota/get", data={"cgi_path": path}))

    def summary(self, day: str) -> Json:
        """The account's totals of one day (`YYYY-MM-DD`, China time, yesterday at the latest)."""
        return self.datacube("getbizsummary", day, day)

    def datacube(self, interface: str, first: str, last: str) -> Json:
        """What one interface of the statistics says of the days `first` to `last` (`YYYY-MM-DD`, China time)."""
        said = self._library.post(interface, data={"begin_date": first, "end_date": last}, api_base_url=_DATACUBE)
        return _object(said)

    def comment(self, act: str, body: Mapping[str, object]) -> Json:
        """One call about reader comments, such as `list` or `reply/add`. All but `list` change what readers see."""
        return _object(self._library.post(f"comment/{act}", data=dict(body)))

    def temporary_picture(self, media_id: str) -> bytes:
        """The picture that a follower sent. The platform throws it away after three days.

        Source: developers.weixin.qq.com/doc/subscription/api/material/temporary/api_gettempmedia.html
        """
        return self._library.download("media/get", {"media_id": media_id})


class _Library(WeChatClient):  # type: ignore[misc]
    """wechatpy with its transport and its token taken out. It never sees the secret."""

    def __init__(self, app_id: str, line: Line, tokens: TokenHolder, count: Count) -> None:
        super().__init__(app_id, "", auto_retry=False)
        self._line, self._tokens, self._count = line, tokens, count

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """Make a call, and once more with a renewed token when the platform rejected the first.

        A rejected token means that nothing happened, so the repeat is safe for every call.
        """
        path = urlsplit(urljoin(str(kwargs.get("api_base_url", self.API_BASE_URL)), url_or_endpoint)).path
        token = self._tokens.current()
        said = self._said(method, path, token, kwargs)
        if said.get("errcode") in TOKEN_REJECTED:
            said = self._said(method, path, self._tokens.renewed(token), kwargs)
        self._check(said, path)
        process = kwargs.get("result_processor")
        return process(said) if process else said

    def download(self, call: str, params: Mapping[str, str]) -> bytes:
        """A file, which comes as it is; only an error comes as JSON, whatever the content type says."""
        path, token = f"/cgi-bin/{call}", self._tokens.current()
        content, said = self._downloaded(path, token, params)
        if said["errcode"] in TOKEN_REJECTED:
            content, said = self._downloaded(path, self._tokens.renewed(token), params)
        self._check(said, path)
        return content

    def _downloaded(self, path: str, token: str, params: Mapping[str, str]) -> tuple[bytes, Json]:
        try:
            answer = self._answer("get", path, {**params, "access_token": token}, {})
            said = answer.json() if answer.content.lstrip()[:1] == b"{" else {}
        except OutcomeUnknown as failure:
            raise unclear(Effect.NONE, failure.reason, failure.http_status) from None
        code = _number(said.get("errcode", 0))
        is_page = answer.content_type.startswith("text/html")
        if code is None or (code == 0 and (said or not answer.content or is_page or answer.status != 200)):
            raise unclear(Effect.NONE, "WeChat did not give the file.", answer.status)
        return answer.content, {**said, "errcode": code}

    def fetch_access_token(self) -> NoReturn:
        raise AssertionError("the token comes from the token holder")

    def _said(self, method: str, path: str, token: str, kwargs: Mapping[str, Any]) -> Json:
        effect = effect_of(path)
        try:
            answer = self._answer(method, path, {**(kwargs.get("params") or {}), "access_token": token}, kwargs)
            said = answer.json()
        except OutcomeUnknown as failure:
            raise unclear(effect, failure.reason, failure.http_status) from None
        code = _number(said.get("errcode", 0))
        if code is None or answer.status >= 500 or answer.status == 408 or (code == 0 and answer.status != 200):
            raise unclear(effect, "WeChat's server reported a fault.", answer.status)
        said["errcode"] = code
        return said

    def _check(self, said: Json, path: str) -> None:
        """Raise what an error answer means; a token rejected a second time is nobody's to try again."""
        try:
            _refuse_errors(said, path)
        except SwitchedOff as failure:
            if said["errcode"] in TOKEN_REJECTED:
                self._tokens.give_up(failure)
            raise

    def _answer(self, method: str, path: str, params: Mapping[str, str], kwargs: Mapping[str, Any]) -> Answer:
        self._count(path)
        if method.lower() == "get":
            answer = self._line.get(path, params)
        elif kwargs.get("files"):
            answer = self._line.upload(path, params, kwargs["files"])
        else:
            answer = self._line.post(path, params, kwargs.get("data") or {})
        check_way(answer)
        return answer


def _with_words(page: Callable[[int], object]) -> Json:
    """A page asked for without bodies, and once more with them where titles are left out together with the bodies."""
    said = _object(page(1))
    if all(_object(item.get("content")).get("news_item") for item in _objects(said.get("item"))):
        return said
    return _object(page(0))


def effect_of(path: str) -> Effect:
    """What a call to `path` leaves behind."""
    call = _call(path)
    if call in _VISIBLE:
        return Effect.VISIBLE
    return Effect.HIDDEN if call in _HIDDEN else Effect.NONE


def _refuse_errors(said: Json, path: str) -> None:
    code = said["errcode"]
    if code == 0 or (code in _TAKEN and said.get("msg_id")):
        return
    raise failure_for(code, str(said.get("errmsg", "")), call=_call(path), effect=effect_of(path))


def _call(path: str) -> str:
    return path.removeprefix("/cgi-bin/").strip("/")


def _file(picture: Picture) -> dict[str, tuple[str, bytes, str]]:
    """Bytes, not a stream: a stream would be at its end when the call is repeated."""
    return {"media": (picture.file_name, picture.content, picture.content_type)}


def _secure(url: str) -> str:
    """Picture addresses come back as http, which a reader's https page does not show."""
    return "https://" + url.removeprefix("http://") if url.startswith("http://mmbiz.") else url


def _text(said: object, name: str, effect: Effect) -> str:
    """A field that the answer must have; without it the answer is unclear. Ids drift between number and string."""
    value = _object(said).get(name)
    if value is None or value == "":
        raise unclear(effect, "WeChat's answer lacks what was asked for.")
    return str(value).strip()


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
