"""The pictures of one delivery: uploaded once each, remembered at once, their new addresses put into the body.

Sources: developers.weixin.qq.com/doc/subscription/api/material/permanent/ (api_uploadimage.html, api_addmaterial.html)
"""

from __future__ import annotations

import html
import re

from publishers.connector import Article, Memory, Picture, Refused, Remember
from publishers.wechat import traces
from publishers.wechat.client import Client

NOT_THIS_FILE = ("40005", "40009")
"""The kind or the size of a file is not taken (codes.py)."""
_IMG_SRC = re.compile(r"""(<img\b[^>]*?\ssrc=)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
KEPT_BY_WECHAT = re.compile(r"https?://mmbiz\.(?:qpic|qlogo)\.cn/")
"""Addresses of pictures that WeChat has already; it drops all others without a word."""


class Pictures:
    """Uploads through `client`. What `memory` or an earlier call has uploaded is not uploaded again."""

    def __init__(self, client: Client, memory: Memory, remember: Remember) -> None:
        self._client, self._remember = client, remember
        self._memory = dict(memory)

    def body(self, article: Article) -> str:
        """The article's HTML with the platform's picture addresses.

        Raises Refused for a picture that was not handed in: the platform would drop it without a word.
        """
        own = {picture.src: picture for picture in article.pictures}

        def replaced(found: re.Match[str]) -> str:
            src = html.unescape(found.group(2) or found.group(3) or "")
            if src in own:
                src = self._address(own[src])
            elif not KEPT_BY_WECHAT.match(src):
                raise Refused("A picture in the body is not among the article's pictures.", field="body")
            return f'{found.group(1)}"{html.escape(src)}"'

        return _IMG_SRC.sub(replaced, article.html)

    def cover(self, picture: Picture) -> str:
        """The permanent id of a cover, which never moves."""
        name = traces.cover_name(picture)
        return self._memory.get(name) or self._keep(name, self._client.add_cover(picture.still or picture))

    def _address(self, picture: Picture) -> str:
        name = traces.uploaded_name(picture)
        return self._memory.get(name) or self._keep(name, self._uploaded(picture))

    def _uploaded(self, picture: Picture) -> str:
        """A moving picture as it is where WeChat takes it: the page names JPG and PNG only, and many accounts send GIF."""
        try:
            return self._client.upload_body_picture(picture)
        except Refused as refusal:
            if picture.still is None or refusal.code not in NOT_THIS_FILE:
                raise
        return self._client.upload_body_picture(picture.still)

    def _keep(self, name: str, value: str) -> str:
        self._remember(name, value)
        self._memory[name] = value
        return value
