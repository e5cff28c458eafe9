"""A colleague's phone on WeCom, DingTalk or Feishu: what the platform pushes to us when they write."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.dingtalk import callback as dingtalk
from publishers.feishu import callback as feishu
from publishers.sealing import seal, signature
from tests.publishers.wechat.pushes import AES_KEY, TOKEN, written

CORP = "ww1234567890abcdef"
WEBHOOK = "https://oapi.dingtalk.com/robot/sendBySession?session=x"
ENCRYPT_KEY = "test-key"
KEYS = {"wecom": {"callback_token": TOKEN, "encoding_aes_key": AES_KEY}, "dingtalk": {}, "feishu": {"encrypt_key": ENCRYPT_KEY}}
"""What the application and its platform share beside the secret."""
Said = Mapping[str, Any]
"""`text`, `picture` (a handle), `file` (a handle) or `link` (an address) with `name`, or `rich`: words and {"picture": handle}."""
Answer = TypeVar("Answer")


class Phone(Generic[Answer]):
    """`post(body, query, headers)` takes one push to the address of the application and gives its answer."""

    def __init__(self, platform: str, post: Callable[[bytes, dict[str, str], dict[str, str]], Answer]) -> None:
        self.platform, self._post, self._number = platform, post, 0

    def says(self, words: str, sender: str = "zhangsan", key: str = "") -> Answer:
        return self.sends({"text": words}, sender, key)

    def shows(self, handle: str, sender: str = "zhangsan", key: str = "") -> Answer:
        return self.sends({"picture": handle}, sender, key)

    def sends(self, said: Said, sender: str = "zhangsan", key: str = "") -> Answer:
        """Push one message; the same `key` is the same message again."""
        self._number += 1
        pushes = {"wecom": self._wecom, "dingtalk": self._dingtalk, "feishu": self._feishu}
        return pushes[self.platform](said, sender, key or f"{self.platform}-{self._number}")

    def _wecom(self, said: Said, sender: str, key: str) -> Answer:
        fields: dict[str, Any] = {"ToUserName": CORP, "FromUserName": sender, "CreateTime": int(time.time()), "MsgId": key}
        if "picture" in said:
            fields |= {"MsgType": "image", "MediaId": said["picture"]}
        elif "file" in said:
            raise ValueError("WeCom hands no files to an application")
        elif "link" in said:
            fields |= {"MsgType": "link", "Title": said["name"], "Url": said["link"]}
        else:
            fields |= {"MsgType": "text", "Content": said["text"]}
        stamp, cipher = str(int(time.time())), seal(written(fields), AES_KEY, CORP)
        query = {"timestamp": stamp, "nonce": "n", "msg_signature": signature(TOKEN, stamp, "n", cipher)}
        return self._post(written({"ToUserName": CORP, "Encrypt": cipher}).encode(), query, {})

    def _dingtalk(self, said: Said, sender: str, key: str) -> Answer:
        body: dict[str, Any] = {"msgId": key, "senderStaffId": sender, "senderNick": "张三", "sessionWebhook": WEBHOOK}
        if "picture" in said:
            body |= {"msgtype": "picture", "content": {"downloadCode": said["picture"]}}
        elif "file" in said:
            body |= {"msgtype": "file", "content": {"downloadCode": said["file"], "fileName": said["name"]}}
        elif "rich" in said:
            parts = [
                {"text": one} if isinstance(one, str) else {"type": "picture", "downloadCode": one["picture"]}
                for one in said["rich"]
            ]
            body |= {"msgtype": "richText", "content": {"richText": parts}}
        else:
            body |= {"msgtype": "text", "text": {"content": f" {said['text']}"}}
        stamp = str(int(time.time() * 1000))
        return self._post(json.dumps(body).encode(), {}, {"timestamp": stamp, "sign": dingtalk.sign("right", stamp)})

    def _feishu(self, said: Said, sender: str, key: str) -> Answer:
        kind, content = _feishu_content(said)
        message = {"message_id": key, "message_type": kind, "content": json.dumps(content)}
        event = {"sender": {"sender_id": {"open_id": sender}, "sender_type": "user"}, "message": message}
        head = {"event_id": f"e-{key}-{self._number}", "event_type": feishu.RECEIVED, "app_id": "feishu_abc", "token": ""}
        body = sealed_for_feishu({"schema": "2.0", "header": head, "event": event})
        signed = feishu.sign(ENCRYPT_KEY, "1", "n", body)
        return self._post(
            body, {}, {"X-Lark-Request-Timestamp": "1", "X-Lark-Request-Nonce": "n", "X-Lark-Signature": signed},
        )


def _feishu_content(said: Said) -> tuple[str, dict[str, Any]]:
    if "picture" in said:
        return "image", {"image_key": said["picture"]}
    if "file" in said:
        return "file", {"file_key": said["file"], "file_name": said["name"]}
    if "rich" in said:
        lines = [
            [{"tag": "text", "text": one} if isinstance(one, str) else {"tag": "img", "image_key": one["picture"]}]
            for one in said["rich"]
        ]
        return "post", {"title": "", "content": lines}
    return "text", {"text": f"@_user_1 {said['text']}"}


def sealed_for_feishu(said: dict[str, Any]) -> bytes:
    """A body as Feishu encrypts it."""
    vector = b"0123456789abcdef"
    padder = padding.PKCS7(128).padder()
    plain = padder.update(json.dumps(said).encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES256(hashlib.sha256(ENCRYPT_KEY.encode()).digest()), modes.CBC(vector)).encryptor()
    return json.dumps({"encrypt": base64.b64encode(vector + encryptor.update(plain) + encryptor.finalize()).decode()}).encode()
