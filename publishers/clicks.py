"""Who opened a tracked link: a person, or a program that fetches previews, indexes or watches? Pure; guesses low.

A group app fetches the page for its preview as soon as the card arrives; counted as people, such hits would
make every group look alive. In-app browsers of WeChat, WeCom, DingTalk and Feishu are people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

Visitor = Literal["people", "robots"]

# Names that programs give themselves; "bot" also ends Cubot, a maker of phones.
_PROGRAM = re.compile(
    r"""
    (?:spider|crawl|crawler|scraper|slurp|bots?)(?![a-z])
    | facebookexternalhit | facebookcatalog | meta-externala | mediapartners-google | google-read-aloud | feedfetcher
    | google-inspectiontool | googleother | apis-google | storebot | duplexweb | chrome-lighthouse | pagespeed
    | bingpreview | skypeuripreview | yahoo!\ slurp | embedly | quora\ link\ preview | iframely | vkshare | w3c_
    | whatsapp/ | telegrambot | snapchat.{0,80}?preview | linkpreview | link\ preview | preview\ service | pinterest/0
    | bytespider | toutiaospider | sogou.{0,80}?spider | 360spider | haosouspider | yisouspider | petalbot
    | mpcrawler | wechat.{0,80}?(?:preview|crawler|spider|fetch) | micromessenger.{0,80}?(?:preview|crawler|spider)
    | wxwork.{0,80}?(?:preview|crawler|linkcheck) | wework.{0,80}?(?:preview|crawler) | wecom.{0,80}?(?:preview|crawler)
    | dingtalkbot | dingtalk.{0,80}?(?:preview|crawler|linkcheck|spider) | dingbot
    | feishubot | larkbot | larkurlpreview | lark-url-preview | (?:feishu|lark).{0,80}?(?:preview|crawler|spider|unfurl)
    | ^(?:curl|wget|httpie|aria2|axel|lynx|libcurl|lwp|libwww)\b | python-requests | python-urllib | python-httpx
    | aiohttp | httpx | go-http-client | okhttp | java/ | apache-httpclient | jakarta | node-fetch | axios/ | undici
    | got\ \( | \bruby\b | faraday | php/ | guzzlehttp | \bperl\b | libwww-perl | scrapy | postmanruntime | insomnia
    | winhttp | headlesschrome | phantomjs | electron-fetch | puppeteer | playwright | selenium | lighthouse | prerender
    | uptime | pingdom | statuscake | site24x7 | newrelicpinger | datadog | zabbix | nagios | healthcheck | kube-probe
    | blackbox[\ _-]exporter | prometheus | zgrab | masscan | nmap | censys | nessus | nikto | sqlmap | expanse
    | safebrowsing | urlscan | virustotal | wappalyzer | ia_archiver | msie\ [1-8]\. | archive\.org | heritrix
    | feedly | inoreader
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PHONES_NAMED_BOT = re.compile(r"\bcubot\b", re.IGNORECASE)
_BROWSER = re.compile(
    r"mozilla/|opera|micromessenger|wxwork|dingtalk|feishu|lark/|alipay|ucbrowser|mqqbrowser|harmony", re.IGNORECASE
)
_PREFETCH = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PREFETCH_HEADERS = ("purpose", "x-purpose", "sec-purpose", "x-moz", "x-fb-http-engine-purpose")
_LONGEST_USER_AGENT = 600


def classify(method: str, user_agent: str, headers: Mapping[str, str]) -> Visitor:
    """`people` when a person most likely opened the link, else `robots`. Header names may be in any case."""
    if method.upper() != "GET" or _is_ahead_of_time(headers):
        return "robots"
    return "robots" if _is_program(user_agent[:_LONGEST_USER_AGENT]) else "people"


@lru_cache(maxsize=4096)
def _is_program(user_agent: str) -> bool:
    agent = _PHONES_NAMED_BOT.sub("", user_agent)
    return not _BROWSER.search(agent) or bool(_PROGRAM.search(agent))


def _is_ahead_of_time(headers: Mapping[str, str]) -> bool:
    """Whether a browser or app fetches before anybody has tapped."""
    by_name = {name.lower(): value for name, value in headers.items()}
    return any(_PREFETCH.search(by_name.get(name, "")) for name in _PREFETCH_HEADERS)
