"""The page of a published article: whose it is and whether it is the expected one, however little it tells."""

from __future__ import annotations

import pytest

from publishers.wechat.articlepage import ArticlePage, Expected, Standing, biz_of, compare, read

WORDS = "十月十二日，装配二车间的试车台第一次连续运转满七十二小时。班长陈立带着三名新人守在台前，每半小时记录一次振动值。"
OURS = Expected("七十二小时的试车台", f"<section><p>{WORDS}</p></section>", "澄江机电")
BIZ = "MzI2MzQ3OTk0MA=="


def wechat(title: str = OURS.title, account: str = "澄江机电", words: str = WORDS, biz: str = BIZ) -> str:
    """What mp.weixin.qq.com serves, as far as it matters."""
    return f"""<!DOCTYPE html><html><head><meta property="og:title" content="{title}" />
      <meta property="og:url" content="http://mp.weixin.qq.com/s?__biz={biz}&amp;mid=1&amp;idx=1&amp;sn=a#rd" />
      <meta property="og:article:author" content="陈立" /><title></title></head><body>
      <h1 class="rich_media_title " id="activity-name"> {title} </h1>
      <span class="rich_media_meta rich_media_meta_nickname"><a id="js_name"> {account} </a></span>
      <div class="rich_media_content" id="js_content"><section>{words}<br>&nbsp;</section></div>
      <div class="qr_code_pc">微信扫一扫可打开此内容，使用完整服务</div>
      <script>var biz = "{biz}" || ""; var nickname = htmlDecode("{account}"); var msg_title = '{title}'.html(false);</script>
      </body></html>"""


def note(text: str) -> str:
    return f'<html><head><title></title></head><body><h2 class="weui-msg__title">{text}</h2></body></html>'


def test_everything_is_read() -> None:
    page = read(wechat())
    assert (page.headline, page.account, page.biz) == (OURS.title, "澄江机电", BIZ.rstrip("="))
    assert page.words == WORDS and not page.gone and not page.closed


@pytest.mark.parametrize(("page", "standing"), [
    (wechat(), Standing.OURS),
    (wechat(words=WORDS.replace("三名", "两名")), Standing.OURS),
    (wechat(title="七十二小时的　试车台"), Standing.OURS),
    (wechat(title="另一篇：开放日", words="本周六上午九点，厂门向家属打开，路线从铸造车间开始，到食堂结束，请提前报名，名额有限。"),
     Standing.OTHER_ARTICLE),
    (wechat(words="去年的试车台只转了二十四小时就停了下来，工程师们连夜查找原因，最后发现是一颗松动的螺栓，才有了今天。"),
     Standing.OTHER_TEXT),
    (wechat(title="改过的标题"), Standing.OTHER_HEADLINE),
    (wechat(account="别家机电"), Standing.OTHER_NAME),
    (note("该内容已被发布者删除"), Standing.GONE),
    (note("此内容因违规无法查看"), Standing.GONE),
    (note("环境异常"), Standing.UNREAD),
    ('{"errcode": 40066}', Standing.UNREAD),
    ("", Standing.UNREAD),
    ("<html><body><p>hello</p></body></html>", Standing.NO_ARTICLE),
    (f"<title>{OURS.title}</title><h1>{OURS.title}</h1>", Standing.OURS),
    (f"<h1>{OURS.title}</h1><p>published</p>", Standing.OURS),
    (f"<p>{WORDS}</p>", Standing.OURS),
])
def test_what_a_page_is(page: str, standing: Standing) -> None:
    assert compare(read(page), OURS).standing == standing


def test_a_known_number_decides_over_the_name() -> None:
    known = Expected(OURS.title, OURS.html, "澄江机电 总部", frozenset({BIZ}))
    assert compare(read(wechat()), known).standing == Standing.OURS
    assert compare(read(wechat(biz="MzU5OTk5OTk5OQ==", account="澄江机电 总部")), known).standing == Standing.OTHER_ACCOUNT


def test_another_account_of_the_house_is_another_account() -> None:
    two = Expected(OURS.title, OURS.html, "澄江机电", other_names=frozenset({"澄江机电服务号"}))
    assert compare(read(wechat(account="澄江机电服务号")), two).standing == Standing.OTHER_ACCOUNT


def test_likeness_is_told() -> None:
    assert compare(read(wechat()), OURS).likeness == 100
    assert compare(ArticlePage(headlines=(OURS.title,)), OURS).likeness is None


@pytest.mark.parametrize(("url", "biz"), [
    ("https://mp.weixin.qq.com/s?__biz=MzI2MzQ3OTk0MA==&mid=1", "MzI2MzQ3OTk0MA"),
    ("https://mp.weixin.qq.com/s?__biz=MzI2MzQ3OTk0MA%3D%3D&mid=1", "MzI2MzQ3OTk0MA"),
    ("https://mp.weixin.qq.com/s/AbC", ""),
])
def test_an_address_may_hold_the_account(url: str, biz: str) -> None:
    assert biz_of(url) == biz
