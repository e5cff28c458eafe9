"""The links that a person gives back are looked at before anything is decided: is it that article of that account?

Only WeChat's article host, or the simulated platform's own address, is ever asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.accounts import OfficialAccount
from editorial.calendar.editions import Edition, Place
from editorial.errors import Invalid, Problem
from editorial.release import given_links
from editorial.release.given_links import SeenLink
from editorial.review import sign_offs
from publishers.connector import Refused
from publishers.importing import fetching
from publishers.importing.fetching import Fetcher
from publishers.net import Base, is_loopback
from publishers.wechat import articlepage, manual
from publishers.wechat.articlepage import ArticlePage, Comparison, Expected, Standing

N_ = str

SECONDS = 12.0
"""For the pages of all links of an edition together."""

LEAST_SECONDS = 0.5
PAGE_BYTES = 8_000_000

VOUCHED = (Standing.UNREAD, Standing.OTHER_NAME, Standing.OTHER_HEADLINE)
"""What a person may stand for with a reason: the page cannot settle it. Anything else is simply the wrong link."""

WORDS: dict[Standing, str] = {
    Standing.GONE: N_("WeChat says that there is no article at the link of “{title}”, or that it was deleted. "
                      "Open the published article and copy its link anew."),
    Standing.NO_ARTICLE: N_("The link of “{title}” does not lead to an article. Open the published article, press the three "
                            "dots at the top right and copy the link."),
    Standing.OTHER_ARTICLE: N_("This link shows another article: “{found}”. Open “{title}” in WeChat, copy its link and paste "
                               "it here."),
    Standing.OTHER_TEXT: N_("An article with the headline “{title}” is there, but its text is another one: only {likeness} % of "
                            "ours stands in it. Look for the one published just now and copy its link."),
    Standing.OTHER_ACCOUNT: N_("This article stands on “{found_account}”, not on “{account}”. Copy the link of the one on "
                               "“{account}”."),
    Standing.OTHER_NAME: N_("The page names the account “{found_account}”, not “{account}”. If that is another account, copy the "
                            "link from the right one. If it is yours under its name in WeChat, say how you know and send again."),
    Standing.OTHER_HEADLINE: N_("The text is ours, but the headline there is “{found}” instead of “{title}”. If it was changed "
                                "in the console, say why and send again."),
    Standing.UNREAD: N_("The page of “{title}” could not be read from here, so nobody has checked it. Look at it yourself, say how "
                        "you know that it is this article, and send again."),
}
WRONG_PLACE = N_("This is the link of “{found}”, which has a field of its own. Put the link of “{title}” here.")
TWICE = N_("The same link was given for two articles. Each article has its own.")


def look_at(session: Session, edition: Edition, links: Sequence[str]) -> list[SeenLink]:
    """Read the page of every link, in the order of the articles. Slow: belongs before the transaction.

    Raises Invalid naming `permalink` for a link that is wrong beyond doubt.
    """
    base: Base = current_app.extensions["settings"].platforms.wechat
    urls = _permalinks(links, edition, base)
    expected = [_expected(session, place) for place in edition.places]
    pages = _pages(urls, base)
    seen, problems = [], []
    for position, (url, page) in enumerate(zip(urls, pages, strict=True)):
        found = articlepage.compare(page, expected[position])
        wrong = _problem(found, page, expected, position)
        if wrong and found.standing not in VOUCHED:
            problems.append(wrong)
        seen.append(SeenLink(url, found.standing, page.headline, page.account, page.biz, found.likeness))
    if problems:
        raise Invalid(*problems)
    return seen


def unsettled(edition: Edition, seen: Sequence[SeenLink], *, unread_too: bool) -> list[Problem]:
    """What a person must stand for with a reason; `unread_too`: also pages that could not be read."""
    problems = []
    for place, link in zip(edition.places, seen, strict=True):
        standing = Standing(link.standing)
        if standing in VOUCHED and (unread_too or standing != Standing.UNREAD):
            problems.append(Problem("permalink", WORDS[standing], {
                "title": place.article.title, "account": edition.account.name, "found": link.headline,
                "found_account": link.account_name,
            }))
    return problems


def _permalinks(links: Sequence[str], edition: Edition, base: Base) -> list[str]:
    given = [link.strip() for link in links if link.strip()]
    if len(given) < len(edition.places):
        raise Invalid(Problem("permalink", N_("Give the link of each of the {count} articles."), {"count": len(edition.places)}))
    try:
        urls = [manual.permalink(link, base) for link in given[:len(edition.places)]]
    except Refused as refusal:
        raise Invalid(Problem("permalink", refusal.reason)) from None
    if len(set(urls)) < len(urls):
        raise Invalid(Problem("permalink", TWICE))
    return urls


def _expected(session: Session, place: Place) -> Expected:
    """The article as it was signed off, and by what WeChat has known its account so far."""
    signed = sign_offs.latest(session, place.article_id)
    account = place.edition.account
    return Expected(
        title=place.article.title, html=signed.html if signed else "", account=account.name,
        bizes=frozenset(_bizes(session, account)), other_names=frozenset(session.scalars(
            select(OfficialAccount.name).where(OfficialAccount.id != account.id))),
    )


def _bizes(session: Session, account: OfficialAccount) -> Iterator[str]:
    for row in given_links.known_of(session, account.id):
        if row.biz and row.standing != Standing.UNREAD:
            yield row.biz
    for link in given_links.permalinks_of(session, account.id):
        if biz := articlepage.biz_of(link):
            yield biz


def _pages(urls: Sequence[str], base: Base) -> Iterator[ArticlePage]:
    deadline = time.monotonic() + SECONDS
    for url in urls:
        yield _page(url, base, max(deadline - time.monotonic(), LEAST_SECONDS))


def _page(url: str, base: Base, seconds: float) -> ArticlePage:
    """One page; a closed one when it cannot be fetched. A rehearsal never leaves this machine."""
    parts = urlsplit(url)
    if base.is_local != is_loopback(parts.hostname or ""):
        return ArticlePage(closed=True)
    fetcher = _fetcher(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), seconds)
    try:
        fetched = fetcher.fetch(url, PAGE_BYTES)
    except fetching.Refused:
        return ArticlePage(closed=True)
    page = articlepage.read(fetched.content.decode("utf-8", "replace"))
    page = replace(page, biz=page.biz or articlepage.biz_of(url))
    # Of an error page only its "no longer there" is believed; proxies and gateways have error pages, too.
    return page if fetched.status == 200 or page.gone else ArticlePage(closed=True)


def _fetcher(host: str, port: int, seconds: float) -> Fetcher:
    """A fetcher for one host: a redirect to any other has no address and ends there."""
    def resolve(asked: str, at: int) -> Sequence[str]:
        return fetching.addresses_of(asked, at) if (asked, at) == (host, port) else []

    permits: Callable[[str], bool] = is_loopback if is_loopback(host) else fetching.is_public
    return Fetcher(resolve=resolve, permits=permits, ports=frozenset((80, 443, port)), seconds=seconds, takes_errors=True)


def _problem(found: Comparison, page: ArticlePage, expected: Sequence[Expected], position: int) -> Problem | None:
    here = expected[position]
    if found.standing == Standing.OTHER_ARTICLE and any(
        articlepage.has_headline(page, other.title) for other in expected if other is not here
    ):
        return Problem("permalink", WRONG_PLACE, {"found": page.headline, "title": here.title})
    sentence = WORDS.get(found.standing)
    return Problem("permalink", sentence, {
        "title": here.title, "account": here.account, "found": page.headline, "found_account": page.account or "?",
        "likeness": found.likeness,
    }) if sentence else None
