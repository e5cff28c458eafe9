"""Every page with the demo's data, in a real browser: three widths, two themes, two languages; axe, console, words, pictures.

A page without an entry in PAGES fails, so no page is made that nobody looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests import browsers, instances
from tests.instances import Instance
from tests.journeys import pages

PASSWORD = "qunsheng-demo"
WHO = {
    "contributor": "lin.shuyao", "desk_editor": "shen.zhixia", "department_head": "zhou.mingyuan", "editor_in_chief": "xu.wenqing",
    "publisher": "jiang.yutong", "operator": "pan.xiaoman", "admin": "wei.chengzhou",
}
NOBODY = ""
AUTHOR = "select id from person where email like 'lin.shuyao@%'"
CREDIT_YEAR = "select strftime('%Y', max(published_at)) from edition"
SUBMISSION = "select number from submission where"
CALLED = "select code from story_call_target t join story_call c on c.id = t.call_id where c.state ="
OWN = f"select id from article where contributor_id = ({AUTHOR})"
RELEASE = "select id from delivery where purpose = 'release' and state"
SHARE = "select id from delivery where purpose = 'share' and state"
RULED = "select slug from community_group join admission_rule on group_id = id"
WECOM = "select min(id) from platform_application where platform = 'wecom'"
READ = ("color-contrast", "target-size", "link-in-text-block", "link-name", "button-name", "scrollable-region-focusable")
# address with a query for what stands in it, and who looks
PAGES: dict[str, list[tuple[str, str, str]]] = {
    "people.sign_in": [("/sign-in", "", NOBODY)],
    "people.home": [("/", "", "admin")],
    "people.me": [("/me", "", "contributor")],
    "second_factor.mine": [("/me/second-factor", "", "contributor")],
    "access.index": [("/settings/access", "", "admin")],
    "author_requests.mine": [("/author-status", "", "contributor"), ("/author-status", "", "desk_editor")],
    "author_requests.queue": [("/settings/requests", "", "admin")],
    "directories.index": [("/settings/directories", "", "admin")],
    "directories.directory": [("/settings/directories/{}", "select id from directory", "admin")],
    "sign_in_ways.new": [("/settings/access/ways/new", "", "admin"), ("/settings/access/ways/new?kind=wecom", "", "admin")],
    "sign_in_ways.way": [("/settings/access/ways/{}", "select id from sign_in_way", "admin")],
    "people.notices": [("/notices", "", "desk_editor"), ("/notices", "", "contributor")],
    "notices.preferences": [("/notices/preferences", "", "desk_editor")],
    "notices.sent": [("/notices/sent", "", "contributor")],
    "notice_settings.index": [("/settings/notices", "", "admin")],
    "notice_settings.log": [("/settings/notices/log", "", "admin")],
    "desk.today": [("/today", "", role) for role in ("desk_editor", "editor_in_chief", "publisher", "operator")],
    "intake.hand_in": [
        ("/hand-in", "", "contributor"), ("/hand-in?call={}", f"{CALLED} 'open'", "contributor"),
    ],
    "intake.mine": [("/my-submissions", "", "contributor")],
    "triage.inbox": [("/inbox", "", "desk_editor")],
    "mailbox.index": [("/settings/mailbox", "", "admin")],
    "mailbox.set_aside": [("/inbox/set-aside", "", "desk_editor")],
    "triage.story_bank": [("/story-bank", "", "desk_editor")],
    "credit.index": [("/my-credit", "", "contributor")],
    "credit.certificate": [("/my-credit/{}", CREDIT_YEAR, "contributor")],
    "funnel.index": [("/figures/funnel?days=90", "", "editor_in_chief")],
    "funnel.levels": [("/figures/service-levels?days=90", "", "editor_in_chief")],
    "triage_rules.rules": [("/settings/triage", "", "admin")],
    "intake.submission": [
        ("/submissions/{}", f"{SUBMISSION} state = 'received'", "desk_editor"),
        ("/submissions/{}", f"{SUBMISSION} state = 'returned'", "desk_editor"),
    ],
    "intake.receipt": [("/submissions/{}/receipt", f"{SUBMISSION} contributor_id = ({AUTHOR})", "contributor")],
    "sharing_rules.rules": [("/settings/share-back", "", "admin")],
    "rules.index": [("/settings/rules", "", "admin"), ("/settings/rules", "", "desk_editor")],
    "rules.rule": [("/settings/rules/absolute_claim", "", "editor_in_chief"), ("/settings/rules/house_brands", "", "admin")],
    "rules.new": [("/settings/rules/new", "", "admin")],
    "articles.desk": [("/articles", "", "desk_editor")],
    "articles.new": [("/articles/new", "", "desk_editor")],
    "picture_posts.new": [("/picture-posts/new", "", "desk_editor")],
    "articles.article": [
        ("/articles/{}", "select id from article where state = 'drafting'", "desk_editor"),
        ("/articles/{}", "select id from article where state = 'published'", "desk_editor"),
        ("/articles/{}", "select id from article where state = 'in_review'", "department_head"),
    ],
    "articles.compare": [("/articles/{}/comparison", "select id from article where revision > 1", "desk_editor")],
    "suggestions.begin": [
        ("/articles/{}/suggesting", "select id from article where state = 'drafting'", "desk_editor"),
        ("/articles/{}/suggesting", "select id from article where state = 'in_review'", "editor_in_chief"),
    ],
    "review.stage": [
        ("/articles/{}/review", "select id from article where state = 'in_review' and stage = 'review_1'", "desk_editor"),
        ("/articles/{}/review", "select id from article where state = 'in_review' and stage = 'review_2'", "department_head"),
        ("/articles/{}/review", "select id from article where state = 'published'", "editor_in_chief"),
    ],
    "routes.index": [
        ("/settings/routes", "", "admin"),
        ("/settings/routes?article={}", f"{SUBMISSION} state = 'in_article'", "editor_in_chief"),
    ],
    "routes.new": [("/settings/routes/new", "", "admin")],
    "routes.route": [("/settings/routes/{}", "select max(id) from review_route", "admin")],
    "sheets.sheet": [("/articles/{}/sheet", "select id from article where state = 'published'", "editor_in_chief")],
    "review_acts.substitutes": [("/substitutes", "", "department_head")],
    "trail.article": [
        ("/articles/{}/trail", "select id from article where state = 'published'", "editor_in_chief"),
        ("/articles/{}/trail", "select id from article where state = 'drafting'", "desk_editor"),
    ],
    "figures.index": [("/figures", "", "editor_in_chief")],
    "figures.account": [("/figures/1", "", "operator"), ("/figures/1?days=90", "", "admin")],
    "figures.article": [
        ("/articles/{}/figures", f"{OWN} and state = 'published'", "contributor"),
        ("/articles/{}/figures", "select id from article where state = 'drafting'", "desk_editor"),
    ],
    "comments.article": [
        ("/articles/{}/comments", "select id from article where state = 'published'", "operator"),
        ("/articles/{}/comments", "select id from article where state = 'drafting'", "desk_editor"),
    ],
    "covers.cover": [("/articles/{}/cover", "select id from article where state = 'drafting'", "desk_editor")],
    "calendar.month": [("/calendar", "", "publisher")],
    "calendar.week": [("/calendar/week", "", "publisher")],
    "days.index": [("/calendar/days", "", "publisher")],
    "calendar_files.mine": [("/calendar/mine", "", "publisher")],
    "calendar_files.bring": [("/calendar/import", "", "publisher")],
    "best_times.index": [("/calendar/best-times", "", "publisher")],
    "calendar.listing": [("/calendar/list", "", "publisher")],
    "calendar.plan": [("/editions/new", "", "publisher")],
    "calendar.edition": [
        ("/editions/{}", "select id from edition where state = 'published'", "publisher"),
        ("/editions/{}", "select id from edition where state = 'scheduled'", "publisher"),
        ("/editions/{}", "select id from edition where state = 'planned'", "publisher"),
    ],
    "deliveries.index": [("/deliveries", "", "publisher"), ("/deliveries?state=sent", "", "operator")],
    "deliveries.delivery": [
        ("/deliveries/{}", f"{RELEASE} = 'sent'", "publisher"),
        ("/deliveries/{}", f"{RELEASE} = 'refused'", "publisher"),
        ("/deliveries/{}", f"{SHARE} = 'needs_person'", "publisher"),
        ("/deliveries/{}", f"{SHARE} = 'sent'", "operator"),
    ],
    "deliveries.assisted": [("/deliveries/{}/assisted", f"{RELEASE} = 'refused'", "publisher")],
    "readback.kept": [("/editions/{}/kept", "select id from edition where state = 'published'", "desk_editor")],
    "afterwards.take_down": [("/editions/{}/take-down", "select id from edition where state = 'published'", "publisher")],
    "afterwards.corrected": [("/articles/{}/corrections", "select id from article where state = 'published'", "desk_editor")],
    "share_back.index": [("/share-back", "", "operator"), ("/share-back", "", "contributor")],
    "share_back.kit": [("/share-back/{}", f"{SHARE} = 'accepted'", "operator")],
    "groups.tree": [("/groups", "", "operator")],
    "groups.group": [("/groups/{}", "select slug from community_group", "operator")],
    "memberships.mine": [("/my-groups", "", "contributor")],
    "memberships.door": [
        ("/groups/{}/joining", f"{RULED} where admission = '{way}'", "contributor") for way in ("evidence", "questions")
    ],
    "members.index": [
        ("/groups/{}/members", "select slug from community_group g join group_invitation on group_id = g.id", "operator"),
    ],
    "admission.rule": [("/groups/{}/admission", RULED, "operator")],
    "admission.one": [
        ("/admission-requests/{}", "select id from admission_request where group_id ="
         " (select id from community_group where slug = 'reading')", "operator"),
    ],
    "role_sheets.sheet": [("/groups/{}/roles", "select slug from community_group", "operator")],
    "groups.new": [("/groups/new", "", "operator")],
    "group_health.index": [("/group-health", "", "operator")],
    "customer_groups.index": [("/customer-groups", "", "operator")],
    "join_codes.index": [("/groups/customers/join-codes", "", "operator")],
    "spotlights.index": [(
        "/groups/{}/spotlight",
        "select slug from community_group where id in (select group_id from article where state = 'published')", "operator",
    )],
    "tiers.index": [("/settings/tiers", "", "admin")],
    "playbook.index": [("/group-health/playbook", "", "operator")],
    "group_templates.index": [("/group-templates", "", "operator")],
    "group_templates.replicate": [("/group-templates/{}/groups/new", "select max(id) from group_template", "operator")],
    "group_kinds.index": [("/settings/group-kinds", "", "admin"), ("/settings/group-kinds", "", "editor_in_chief")],
    "group_kinds.one": [("/settings/group-kinds/training", "", "admin"), ("/settings/group-kinds/culture", "", "editor_in_chief")],
    "chat_rules.index": [("/chat-rules", "", "operator"), ("/chat-rules", "", "admin")],
    "chat_rules.new": [("/chat-rules/{}/new", WECOM, "operator")],
    "chat_rules.rule": [("/chat-rules/rules/{}", "select id from anti_harassment_rule", "operator")],
    "welcome_messages.index": [("/welcome-messages", "", "operator")],
    "welcome_messages.one": [("/welcome-messages/{}/training", WECOM, "operator")],
    "group_rules.rules": [("/settings/groups", "", "admin")],
    "group_bulk.all_tags": [("/group-tags", "", "operator")],
    "charters.charter": [("/groups/{}/charter", "select slug from community_group where charter_version > 0", "operator")],
    "circles.index": [("/circles", "", "contributor"), ("/circles", "", "operator")],
    "circles.new": [("/circles/new", "", "operator"), ("/circles/new?like={}", "select id from writing_circle", "operator")],
    "circles.circle": [
        ("/circles/{}", "select id from writing_circle", "contributor"),
        ("/circles/{}", "select id from writing_circle", "operator"),
        ("/circles/{}", "select id from writing_circle", "desk_editor"),
    ],
    "circle_rounds.mine": [("/circles/mine", "", "contributor"), ("/circles/mine", "", "desk_editor")],
    "circle_rounds.turn": [
        ("/circles/{}/rounds/4", "select id from writing_circle", "contributor"),
        ("/circles/{}/rounds/5", "select id from writing_circle", "operator"),
    ],
    "circle_rounds.piece": [("/circles/{}/rounds/5/piece", "select id from writing_circle", "contributor")],
    "rights.ledger": [("/rights", "", "desk_editor"), ("/rights?standing=minors", "", "operator")],
    "rights.picture": [("/rights/{}", "select asset_id from portrait_consent", "desk_editor")],
    "rights.tasks": [("/rights/tasks", "", "publisher")],
    "declaring.rights": [
        ("/articles/{}/rights", "select id from article where state = 'drafting'", "desk_editor"),
        ("/articles/{}/rights", "select article_id from ai_use", "desk_editor"),
    ],
    "objections.objection": [("/objections", "", NOBODY)],
    "convention.read": [("/convention", "", "contributor"), ("/convention", "", "operator")],
    "convention.change": [("/convention/next", "", "admin")],
    "convention.labels": [("/convention/labels", "", "operator")],
    "conduct.report": [("/reports/new?thing=article&id={}", "select id from article where state = 'published'", "desk_editor")],
    "conduct.mine": [("/conduct", "", "contributor"), ("/conduct", "", "desk_editor")],
    "conduct.appeal": [("/appeals/{}", f"select id from conduct_case where about_id = ({AUTHOR})", "contributor")],
    "cases.queue": [("/cases", "", "operator"), ("/cases?shown=decided", "", "editor_in_chief")],
    "cases.case": [
        ("/cases/{}", "select id from conduct_case where state = 'open'", "operator"),
        ("/cases/{}", "select id from conduct_case where state = 'awaiting_second'", "editor_in_chief"),
        ("/cases/{}", "select id from conduct_case where state = 'closed'", "editor_in_chief"),
    ],
    "story_calls.index": [("/story-calls", "", "desk_editor"), ("/story-calls", "", "operator")],
    "story_calls.new": [("/story-calls/new", "", "desk_editor")],
    "story_calls.call": [
        ("/story-calls/{}", "select id from story_call where state = 'open'", "desk_editor"),
        ("/story-calls/{}", "select id from story_call where state = 'summed_up'", "publisher"),
    ],
    "answering_calls.through": [
        ("/story-calls/through/{}", f"{CALLED} 'open'", "contributor"),
        ("/story-calls/through/{}", f"{CALLED} 'summed_up'", "admin"),
    ],
    "answering_calls.kit": [
        ("/story-calls/messages/{}", "select id from delivery where purpose = 'story_call' and state = 'accepted'", "operator"),
    ],
    "topics.index": [
        ("/topics", "", "desk_editor"), ("/topics?view=under_way", "", "operator"), ("/topics?view=shelved", "", "publisher"),
    ],
    "topics.meeting": [("/topics/meeting", "", "editor_in_chief")],
    "topics.mine": [("/topics/mine", "", "contributor")],
    "topics.new": [("/topics/new", "", "contributor")],
    "topics.topic": [
        ("/topics/{}", "select id from topic where state = 'discussed'", "desk_editor"),
        ("/topics/{}", "select topic_id from assignment where state = 'assignment_accepted'", "editor_in_chief"),
    ],
    "finding.index": [
        ("/search?q=食堂", "", "desk_editor"), ("/search?kind=pictures", "", "operator"), ("/search", "", "publisher"),
    ],
    "assignments.mine": [("/assignments", "", "contributor")],
    "columns.index": [("/columns", "", "desk_editor")],
    "columns.new": [("/columns/new", "", "editor_in_chief")],
    "columns.column": [("/columns/{}", "select id from editorial_column", "editor_in_chief")],
    "balance.index": [("/balance", "", "editor_in_chief")],
    "balance.year": [("/year-review", "", "editor_in_chief")],
    "themes.gallery": [("/themes", "", "admin"), ("/themes", "", "publisher")],
    "themes.new": [("/themes/new?from=business", "", "editor_in_chief")],
    "themes.theme": [("/themes/{}", "select name from house_theme", "desk_editor")],
    "settings.index": [("/settings", "", "admin")],
    "applications.index": [("/settings/applications", "", "admin"), ("/settings/applications?platform=dingtalk", "", "admin"),
                           ("/settings/applications?platform=aibot", "", "admin")],
    "applications.application": [
        ("/settings/applications/{}", "select min(id) from platform_application", "admin"),
        ("/settings/applications/{}", "select min(id) from platform_application where platform = 'aibot'", "admin"),
    ],
    "receptions.index": [
        ("/settings/applications/{}/messages", "select min(id) from platform_application", "admin"),
        ("/settings/applications/{}/messages", "select min(id) from platform_application where platform = 'aibot'", "admin"),
    ],
    "accounts.index": [("/settings/accounts", "", "admin")],
    "accounts.account": [("/settings/accounts/{}", "select min(id) from official_account", "admin")],
    "account_calls.today": [("/settings/accounts/{}/calls", "select min(id) from official_account", "admin")],
    "followers.index": [("/settings/accounts/{}/followers", "select id from official_account", "admin")],
    "settings.audit": [("/settings/audit", "", "admin")],
    "settings.people": [("/settings/people", "", "admin")],
    "departures.departure": [
        ("/settings/people/{}/departure", "select steward_id from community_group where slug = 'training'", "admin"),
        ("/settings/people/{}/departure", "select id from person where active = 0", "admin"),
    ],
    "settings.person": [("/settings/people/{}", "select id from person where email like 'shen.zhixia@%'", "admin")],
    "api_document.docs": [("/api/docs", "", NOBODY)],
}
ELSEWHERE = {
    "mailbox.original", "join_codes.picture",
    "hand_in_codes.code", "hand_in_codes.poster", "application_callbacks.check_wecom",
    "themes.sample",
    "calendar_files.export", "calendar_files.feed", "against.conflicts_at",
    "static", "system.asset", "system.healthz", "system.readyz", "links.follow", "links.cover", "wechat_callbacks.check",
    "figures.account_csv", "figures.article_csv", "balance.as_csv", "balance.year_csv",
    "funnel.table", "funnel.events", "funnel.breaches", "rules.export", "sheets.as_pdf",
    "articles.preview_of", "previewing.drawing_board", "covers.drawing", "uploads.progress", "readback.kept_article",
    "author_requests.knock", "signing_in.begin", "signing_in.come_back", "signing_in.join", "second_factor.ask",
    "accounts.contact", "previewing.blank", "notes.listing", "notices.follow", "notices.unsubscribe",
    "group_mails.unsubscribe", "share_back.poster", "memberships.invited", "memberships.copy", "admission.evidence",
    "review_links.open_link", "review_links.preview", "review_links.picture",
}
"""What answers no page: files, probes, redirects, what WeChat is going to get and the board for drawing, which stand in frames."""
LOOKS = [(endpoint, number) for endpoint, looks in PAGES.items() for number in range(len(looks))]
WIDTHS = {"phone": (360, 780), "tablet": (768, 1024), "desk": (1440, 900)}

pytestmark = [pytest.mark.slow, pytest.mark.browser]


class Tour:
    """A browser at the demo company, with one window per person."""

    def __init__(self, instance: Instance, browser: Browser) -> None:
        self.instance, self.browser = instance, browser
        self._windows: dict[str, tuple[Page, pages.Noise]] = {}

    def window(self, role: str) -> tuple[Page, pages.Noise]:
        """The window of the person of `role`, signed in."""
        if role not in self._windows:
            context = self.browser.new_context(locale="zh-CN", reduced_motion="reduce")
            page = context.new_page()
            page.set_default_timeout(60_000)
            if role:
                self._sign_in(context, page, role)
            self._windows[role] = page, pages.Noise(page)
        return self._windows[role]

    def address(self, endpoint: str, number: int) -> tuple[str, str]:
        """Where this look goes, and who looks; the demo has everything that a page can show."""
        path, query, role = PAGES[endpoint][number]
        if query:
            found = self._first(query)
            assert found is not None, f"the demo has nothing for {query}"
            path = path.format(found)
        return self.instance.url + path, role

    def _sign_in(self, context: BrowserContext, page: Page, role: str) -> None:
        page.goto(f"{self.instance.url}/sign-in")
        page.fill("input[name=email]", f"{WHO[role]}@chengjiang.example")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def _first(self, query: str) -> str | int | None:
        path = self.instance.folder / "qunsheng.sqlite"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            row = connection.execute(f"{query} limit 1").fetchone()
        return row[0] if row else None


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """The demo company, seeded once for all pages."""
    if not pages.AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    with browsers.chromium() as browser, instances.running(Path(tmp_path_factory.mktemp("tour")), "--demo") as instance:
        yield Tour(instance, browser)


def test_every_page_has_an_entry(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    routes = {name for name in routes if not name.startswith("api_") or name == "api_document.docs"}
    assert routes - ELSEWHERE == set(PAGES)


@pytest.mark.parametrize(("endpoint", "number"), LOOKS, ids=[f"{endpoint}-{number}" for endpoint, number in LOOKS])
def test_page(tour: Tour, endpoint: str, number: int) -> None:
    address, role = tour.address(endpoint, number)
    page, noise = tour.window(role)
    wrong: list[str] = []
    page.set_viewport_size(dict(zip(("width", "height"), WIDTHS["desk"], strict=True)))
    noise.take()
    answer = page.goto(address, wait_until="load")
    assert answer is not None and answer.status == 200, (address, answer and answer.status)
    wrong += noise.take()
    for name, (width, height) in reversed(WIDTHS.items()):
        page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{name}: sticks out: {line}" for line in pages.sticking_out(page)]
        for colours in ("light", "dark"):
            pages.theme(page, colours)
            if (name, colours) == ("desk", "light"):
                wrong += [f"{name}: {found}" for found in pages.violations(page)]
            elif name != "tablet":
                wrong += [f"{name} {colours}: {found}" for found in pages.violations(page, *READ)]
            pages.shoot(page, f"{endpoint}-{number}-{name}-{colours}")
    if endpoint != "api_document.docs":
        wrong += [f"too small for a thumb: {found}" for found in pages.small_targets(page)]
    wrong += [f"not Chinese: {words}" for words in pages.leaks(page)]
    assert not wrong, "\n".join([address, *wrong])


def test_no_chinese_is_left_in_english(tour: Tour) -> None:
    left: list[str] = []
    for endpoint, number in LOOKS:
        path, query, role = PAGES[endpoint][number]
        if number or not role:
            continue
        address, _ = tour.address(endpoint, number)
        page, noise = tour.window(role)
        page.context.add_cookies([{"name": "language", "value": "en", "url": tour.instance.url}])
        page.goto(address)
        left += [f"{path}: {words}" for words in pages.left_in_chinese(page)]
        page.context.add_cookies([{"name": "language", "value": "zh", "url": tour.instance.url}])
        noise.take()
    assert not left, "\n".join(left)


def test_the_keyboard_goes_everywhere(tour: Tour) -> None:
    page, _ = tour.window("desk_editor")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{tour.instance.url}/inbox")
    page.keyboard.press("Tab")
    assert page.locator(".skip-link").evaluate("(link) => link === document.activeElement && link.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    rows = page.locator("[data-row]")
    for key, place in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        assert rows.nth(place).evaluate("(row) => row === document.activeElement"), key
    chosen = rows.first.locator("[data-open]").get_attribute("href")
    assert chosen is not None
    # The list itself puts the row into the address, so the address does not tell that the page was left.
    page.evaluate("document.documentElement.dataset.isTheList = 'yes'")
    page.keyboard.press("Enter")
    page.locator("html[data-is-the-list]").wait_for(state="detached")
    page.wait_for_load_state()
    assert page.url.endswith(chosen)
    page.keyboard.press("Control+k")
    assert page.locator("#top-q").evaluate("(input) => input === document.activeElement")


def test_the_drawer_of_a_phone_opens_and_closes(tour: Tour) -> None:
    page, _ = tour.window("desk_editor")
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"{tour.instance.url}/today")
    button = page.locator("[data-drawer-open]")
    button.click()
    page.locator("#side a").first.wait_for(state="visible")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.evaluate("(it) => it === document.activeElement")


def test_the_questions_follow_the_group_and_nothing_typed_is_lost(tour: Tour) -> None:
    page, _ = tour.window("contributor")
    page.goto(f"{tour.instance.url}/hand-in")
    page.select_option("[name=origin_group]", "training")
    page.fill("[name='answer.training.讲师']", "祝师傅")
    page.fill("[name='answer.training.地点']", "三号楼")
    page.select_option("[name=origin_group]", "activity")
    # A question of the same name takes its answer along.
    assert page.input_value("[name='answer.activity.地点']") == "三号楼"
    assert page.locator("[data-questions=training]").is_hidden()
    page.select_option("[name=origin_group]", "training")
    assert page.input_value("[name='answer.training.讲师']") == "祝师傅"
    with page.expect_response(lambda answer: answer.url.endswith("/hand-in/draft")):
        page.fill("[name='answer.training.参加人数']", "37")
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.locator("[data-questions=training]").is_visible()
    assert page.input_value("[name='answer.training.讲师']") == "祝师傅"
    page.fill("[name=title]", "先量再锉")
    page.fill("[name=body]", "祝师傅的第一课。")
    page.locator("#hand-in .act-main").click()
    # The browser itself names what must be answered.
    assert page.locator("[name='answer.training.时间']:invalid").count() == 1
    page.fill("[name='answer.training.时间']", "2026-03-13")
    page.locator("#hand-in .act-main").click()
    page.wait_for_url("**/receipt")
