"""People and programs at a tracked link, by user agents as they are met in the wild."""

import pytest

from publishers.clicks import classify

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) {WEBKIT}"
IPAD = f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {WEBKIT}"
HUAWEI = f"Mozilla/5.0 (Linux; Android 12; NOH-AN00 Build/HUAWEINOH-AN00; wv) {CHROME} Version/4.0"
XIAOMI = f"Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001; wv) {CHROME} Version/4.0"
CUBOT = f"Mozilla/5.0 (Linux; Android 11; CUBOT P50 Build/RP1A.200720.011; wv) {CHROME} Version/4.0"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
HARMONY = f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {CHROME} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile"

PEOPLE = {
    "WeChat iOS": f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN",
    "WeChat iPad": f"{IPAD} Mobile/15E148 MicroMessenger/8.0.47(0x18002f2c) NetType/WIFI Language/zh_CN",
    "WeChat Android": f"{HUAWEI} Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240404 MMWEBID/2247 "
    "MicroMessenger/8.0.49.2600(0x28003156) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64",
    "WeChat Windows": f"{WINDOWS} Chrome/122.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) NetType/WIFI "
    "MiniProgramEnv/Windows WindowsWechat/WMPF WindowsWechat(0x63090a13) UnifiedPCWindowsWechat XWEB/9129 Flue",
    "WeChat Mac": f"{MAC} {WEBKIT} MicroMessenger/6.8.0(0x16080000) NetType/WIFI MiniProgramEnv/Mac MacWechat/WMPF",
    "WeChat Harmony": f"{HARMONY} MicroMessenger/8.0.6(0x28000620) Weixin NetType/WIFI Language/zh_CN",
    "WeChat on a Cubot": f"{CUBOT} Chrome/116.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.49.2600 NetType/WIFI",
    "WeCom iOS": f"{IPHONE} Mobile/15E148 wxwork/4.1.28 MicroMessenger/7.0.1 Language/zh ColorScheme/Light",
    "WeCom Android": f"{XIAOMI} Chrome/116.0.0.0 Mobile Safari/537.36 wxwork/4.1.28 ColorScheme/Light "
    "MicroMessenger/7.0.1 "
    "NetType/WIFI Language/zh Lang/zh",
    "WeCom Windows": f"{WINDOWS} Chrome/108.0.5359.215 Safari/537.36 wxwork/4.1.28 "
    "(MicroMessenger/6.2) WindowsWechat MailPlugin",
    "WeCom Mac": f"{MAC} {WEBKIT} wxwork/4.1.26 (MicroMessenger/6.2) WeChatWork",
    "DingTalk iOS": f"{IPHONE} Mobile/15E148 AliApp(DingTalk/7.5.20) com.laiwang.DingTalk/38451226 "
    "Channel/201200 language/zh",
    "DingTalk Android": f"{HUAWEI} UWS/3.22.2.46 Mobile Safari/537.36 AliApp(DingTalk/7.5.20) "
    "com.alibaba.android.rimet/38451225 Channel/700159 language/zh-CN abi/64 UT4Aplus/0.2.25 colorScheme/light",
    "DingTalk Windows": f"{WINDOWS} Chrome/110.0.5481.177 Safari/537.36 dingtalk-win/1.0.0 nw(0.14.7) "
    "DingTalk(7.5.20-Release.7) "
    "Mojo/1.0.0 Native AppType(release) Channel/201200",
    "DingTalk Mac": f"{MAC} {WEBKIT} DingTalk(7.5.20-macOS-arm64) nw Channel/201200",
    "Feishu iOS": f"{IPHONE} Mobile/15E148 Safari/604.1 Feishu/7.18.6 Lark/7.18.6 LarkLocale/zh_CN ChannelName/Feishu",
    "Feishu Android": f"{XIAOMI} Chrome/110.0.5481.154 Mobile Safari/537.36 Lark/7.18.6 LarkLocale/zh_CN "
    "ChannelName/Feishu LKBrowserIdentifier/1 TTWebView/1101130052316",
    "Feishu Windows": f"{WINDOWS} Lark/7.18.6 Chrome/118.0.5993.159 Safari/537.36 LarkLocale/zh_CN SDK-Version/7.18.5",
    "Feishu Mac": f"{MAC} {CHROME} Lark/7.18.6 Chrome/118.0.5993.159 Electron/27.3.11 Safari/537.36 LarkLocale/zh_CN",
    "Lark abroad": f"{IPHONE} Mobile/15E148 Safari/604.1 Lark/7.18.6 LarkLocale/en_US ChannelName/Lark",
    "QQ iOS": f"{IPHONE} Mobile/15E148 QQ/9.0.60.615 V1_IPH_SQ_9.0.60_1_APP_A Pixel/1170 NetType/WIFI",
    "Alipay": f"{IPHONE} Mobile/15E148 AliApp(AP/10.5.96.6000) AlipayClient/10.5.96.6000 Language/zh-Hans",
    "Safari iOS": f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1",
    "Safari Mac": f"{MAC} {WEBKIT} Version/17.5 Safari/605.1.15",
    "Chrome Windows": f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36",
    "Edge": f"{WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
    "Firefox": "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Huawei browser": f"{HUAWEI} Chrome/114.0.5735.196 HuaweiBrowser/15.0.2.301 Mobile Safari/537.36",
    "UC": f"{XIAOMI} Chrome/100.0.4896.58 UCBrowser/16.7.5.1330 Mobile Safari/537.36",
    "360 browser": f"{WINDOWS} Chrome/114.0.5735.289 Safari/537.36 QIHU 360SE/14.1.1162.0",
    "Internet Explorer 11": "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
}

ROBOTS = {
    "empty": "",
    "only spaces": "   ",
    "Baidu": "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Baidu mobile": f"{IPHONE} Version/9.0 Mobile/13B143 Safari/601.1 (compatible; "
    "Baiduspider-render/2.0; +http://www.baidu.com)",
    "Sogou": "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
    "360": f"{WINDOWS} Chrome/50.0 Safari/537.36; 360Spider",
    "Shenma": f"{WINDOWS} (compatible; YisouSpider/5.0) Chrome/69.0 Safari/537.36",
    "Toutiao": f"{HUAWEI} Mobile Safari/537.36 (compatible; Bytespider; https://zhanzhang.toutiao.com/)",
    "Petal": "Mozilla/5.0 (compatible;PetalBot;+https://webmaster.petalsearch.com/site/petalbot)",
    "Google": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Google phone": f"{XIAOMI} Chrome/126.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
    "+http://www.google.com/bot.html)",
    "Bing": f"Mozilla/5.0 {CHROME}; compatible; bingbot/2.0; "
    "+http://www.bing.com/bingbot.htm) Chrome/116.0 Safari/537.36",
    "Bing preview": f"{WINDOWS} Chrome/80.0 Safari/537.36 BingPreview/1.0b",
    "Yandex": "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Apple": f"{MAC} {WEBKIT} Version/13.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)",
    "Facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Discord": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Telegram": "TelegramBot (like TwitterBot)",
    "WhatsApp": "WhatsApp/2.23.20.0",
    "LinkedIn": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Skype and Teams": f"{WINDOWS} Chrome/103.0 Safari/537.36 SkypeUriPreview Preview/0.5 "
    "skype-url-preview@microsoft.com",
    "GPT": f"Mozilla/5.0 {CHROME}; compatible; GPTBot/1.1; +https://openai.com/gptbot",
    "Claude": f"Mozilla/5.0 {CHROME}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "SEO": "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "WeChat articles' fetcher": "Mozilla/5.0 (compatible; mpcrawler/1.0)",
    "WeChat preview": f"{MAC} {CHROME} WeChat Link Preview/1.0",
    "WeCom preview": f"{WINDOWS} Chrome/94.0 Safari/537.36 wxwork-link-preview/1.0",
    "DingTalk preview": "Mozilla/5.0 (compatible; DingTalkBot-LinkService/1.0; +https://www.dingtalk.com)",
    "Feishu preview": "Mozilla/5.0 (compatible; FeishuBot/1.0; LarkUrl2Meta)",
    "Lark preview": f"{MAC} {CHROME} Chrome/90.0 Safari/537.36 Lark-URL-Preview/1.0",
    "old Windows of scanners": "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    "curl": "curl/7.88.1",
    "wget": "Wget/1.21.3",
    "requests": "python-requests/2.32.3",
    "httpx": "python-httpx/0.27.0",
    "aiohttp": "Python/3.11 aiohttp/3.9.5",
    "Go": "Go-http-client/2.0",
    "Java": "Java/17.0.11",
    "okhttp": "okhttp/4.12.0",
    "Dalvik fetcher": "Dalvik/2.1.0 (Linux; U; Android 12; NOH-AN00 Build/HUAWEINOH-AN00)",
    "headless Chrome": f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} HeadlessChrome/126.0.0.0 Safari/537.36",
    "Lighthouse": f"{XIAOMI} Chrome/119.0 Mobile Safari/537.36 Chrome-Lighthouse",
    "UptimeRobot": "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "blackbox": "Blackbox Exporter/0.25.0",
    "scanner": "Mozilla/5.0 zgrab/0.x",
    "archive": "Mozilla/5.0 (compatible; archive.org_bot +http://www.archive.org/details/archive.org_bot)",
}


@pytest.mark.parametrize("agent", PEOPLE.values(), ids=PEOPLE.keys())
def test_people(agent: str) -> None:
    assert classify("GET", agent, {}) == "people"


@pytest.mark.parametrize("agent", ROBOTS.values(), ids=ROBOTS.keys())
def test_robots(agent: str) -> None:
    assert classify("GET", agent, {}) == "robots"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "head"])
def test_only_a_get_is_a_person(method: str) -> None:
    assert classify(method, PEOPLE["WeChat iOS"], {}) == "robots"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Purpose": "prefetch;prerender"}, {"purpose": "prefetch"}, {"X-Purpose": "preview"}, {"X-Moz": "prefetch"}],
)
def test_what_is_fetched_before_anybody_taps_is_not_a_person(headers: dict[str, str]) -> None:
    assert classify("GET", PEOPLE["Safari iOS"], headers) == "robots"


def test_ordinary_headers_do_not_make_a_robot() -> None:
    headers = {"Sec-Fetch-Mode": "navigate", "Accept-Language": "zh-CN,zh;q=0.9", "Cache-Control": "no-cache"}
    assert classify("get", PEOPLE["WeChat Android"], headers) == "people"


def test_an_endless_user_agent_is_decided_quickly() -> None:
    assert classify("GET", "Mozilla/5.0 " + "lark" * 100_000, {}) in {"people", "robots"}
