"""What people paste: tokens and whole addresses; nothing of it is ever shown again."""

import pytest

from publishers.dingtalk.robot import Settings as DingTalk
from publishers.feishu.robot import Settings as Feishu
from publishers.net import Base
from publishers.robots.settings import SettingError
from publishers.wecom.robot import Settings as WeCom

KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
TOKEN = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "pasted", [KEY, f"  {KEY}\n", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
               f" https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&debug=1 "],
)
def test_wecom(pasted: str) -> None:
    assert WeCom.from_settings({"key": pasted}).key == KEY


@pytest.mark.parametrize("pasted", [TOKEN, f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"])
def test_dingtalk(pasted: str) -> None:
    settings = DingTalk.from_settings({"access_token": pasted, "secret": " SECabc ", "keyword": "群声"})
    assert (settings.access_token, settings.secret, settings.keyword) == (TOKEN, "SECabc", "群声")


@pytest.mark.parametrize("pasted", [KEY, f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}"])
def test_feishu(pasted: str) -> None:
    settings = Feishu.from_settings({"hook": pasted})
    assert (settings.hook, settings.is_lark) == (KEY, False)
    assert settings.base(Base("https://open.feishu.cn")).url == "https://open.feishu.cn"


def test_lark_goes_to_lark_unless_the_platform_is_simulated() -> None:
    settings = Feishu.from_settings({"hook": f"https://open.larksuite.com/open-apis/bot/v2/hook/{KEY}"})
    assert settings.base(Base("https://open.feishu.cn")).url == "https://open.larksuite.com"
    assert settings.base(Base("http://127.0.0.1:9")).url == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "pasted",
    [
        "", "   ", "a key", "钥匙", "k" * 201, "../../evil", "k?x=1", "k&key=2",
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://me:pw@qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com:port/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/upload_media?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&key=other",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "https://[::1", "http://127.0.0.1:5000/robot/send?access_token=x",
    ],
)
def test_what_cannot_be_used_is_refused_without_being_repeated(pasted: str) -> None:
    readers = {"key": WeCom.from_settings, "access_token": DingTalk.from_settings, "hook": Feishu.from_settings}
    for field, read in readers.items():
        with pytest.raises(ValueError, match=f"^{field}: ") as caught:
            read({field: pasted})
        assert isinstance(caught.value, SettingError)
        assert caught.value.field == field
        assert KEY not in str(caught.value)


def test_absurd_secrets_and_keywords() -> None:
    with pytest.raises(SettingError, match="^secret: "):
        DingTalk.from_settings({"access_token": TOKEN, "secret": "x" * 501})
    with pytest.raises(SettingError, match="^keyword: "):
        Feishu.from_settings({"hook": KEY, "keyword": "群\n声"})


def test_nothing_secret_in_a_representation() -> None:
    shown = repr([
        WeCom(KEY), DingTalk(TOKEN, "SECabc", "群声"), Feishu(KEY, "s3cret", "群声"),
    ])
    assert not any(secret in shown for secret in (KEY, TOKEN, "SECabc", "s3cret"))
