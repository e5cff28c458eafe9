"""The rules of the house: by class of the convention, each with its versions, examples, word list and a trial on the archive."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.filters import sentence
from app.web.checks import item_words
from app.web.words import field_errors
from editorial.conduct.convention import BY_PEOPLE, CLASSES
from editorial.errors import EditorialError, Invalid, Problem
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review.checks import rule as rules
from editorial.review.checks import rulebook, trying
from editorial.review.checks.rule import Example, Rule
from editorial.review.checks.rulebook import CheckRuleVersion

pages = Blueprint("rules", __name__)

LISTS: dict[str, tuple[str, ...]] = {
    "terms": ("terms", "exceptions", "needs", "unless"), "patterns": ("patterns", "exceptions", "needs", "unless"),
    "function": ("numbers",), "title": ("signs",),
}
"""Which lists a kind of rule has, one entry a line."""
LIST_WORDS: dict[str, Any] = {
    "terms": lazy_gettext("Words to look for"), "patterns": lazy_gettext("Patterns"),
    "exceptions": lazy_gettext("Left alone inside"),
    "needs": lazy_gettext("Only beside"), "unless": lazy_gettext("Not beside"),
    "numbers": lazy_gettext("Numbers of the house"), "signs": lazy_gettext("Signs with weights"),
}
SHOWN_LINES = 2000
"""Longer lists are only exchanged as CSV files."""
TRIED = 300
LONGEST_FILE = 5_000_000
NO_WORDS = "The file holds no words. Its first column is the word, the second how it is rightly written."


@pages.get("/settings/rules")
@guard(Action.SEE_RULES)
def index() -> ResponseReturnValue:
    """Every rule under its class, and how many of the convention's items have one."""
    book = rulebook.in_force(db.session())
    groups: list[tuple[str, str, list[Rule]]] = [
        (one.code, item_words(one.code, 0), [rule for rule in book.rules if rule.class_code == one.code]) for one in CLASSES
    ]
    groups.append(("house", _("Wording and rules of the house"), [rule for rule in book.rules if not rule.class_code]))
    by_people: dict[str, list[str]] = {code: [] for code, _words, _rules in groups}
    for one in (one for each in CLASSES for one in each.items if one.code in BY_PEOPLE):
        by_people[one.violation_class].append(item_words(one.violation_class, one.number))
    return render_template(
        "review/rules.html", groups=groups, total=len(book.rules), on=len(book.enabled), item_words=item_words, by_people=by_people,
    )


@pages.route("/settings/rules/new", methods=["GET", "POST"])
@guard(Action.MANAGE_RULES)
def new() -> ResponseReturnValue:
    """A rule of one's own: a list of words or of patterns."""
    kind = request.values.get("kind", "terms")
    begun = Rule("", "", kind if kind in ("terms", "patterns") else "terms", "", "“{quote}”", shipped=False)
    if request.method == "GET":
        return _page(begun, "", {})
    typed = _typed(begun.changed(code=request.form.get("code", "").strip()))
    return _tried(typed, "") if request.form.get("act") == "trial" else _kept(typed, "")


@pages.get("/settings/rules/<code>")
@guard(Action.SEE_RULES)
def rule(code: str) -> ResponseReturnValue:
    """One rule: what it says, how it came to be so, and its trial."""
    shown = rulebook.get(db.session(), code)
    return _page(shown, shown.version, {})


@pages.post("/settings/rules/<code>", endpoint="save")
@guard(Action.MANAGE_RULES)
def save(code: str) -> ResponseReturnValue:
    """Keep the next version, or only try it on the archive."""
    base = request.form.get("base", "")
    typed = _typed(rulebook.get(db.session(), code))
    return _tried(typed, base) if request.form.get("act") == "trial" else _kept(typed, base)


@pages.post("/settings/rules/<code>/switch")
@guard(Action.MANAGE_RULES)
def switch(code: str) -> ResponseReturnValue:
    """Switch a rule on or off."""
    enabled, person_id = request.form.get("enabled") == "1", person_now().id
    with deciding() as scoped:
        session = scoped()
        rulebook.switch(session, code, enabled=enabled, by=people.get(session, person_id))
    flash(_("The rule is on from now.") if enabled else _("The rule is off; what it found before stays on record."))
    return redirect(url_for("rules.rule", code=code), 303)


@pages.get("/settings/rules/<code>/words.csv")
@guard(Action.SEE_RULES)
def export(code: str) -> ResponseReturnValue:
    """The words of a rule as a CSV file: word, how it is rightly written."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("word", "right"))
    writer.writerows((_inert(wrong), _inert(right)) for wrong, right in rulebook.get(db.session(), code).pairs)
    # Spreadsheets take a file for UTF-8 only by its mark.
    return Response("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="{code}.csv"',
    })


@pages.post("/settings/rules/<code>/words")
@guard(Action.MANAGE_RULES)
def take_words(code: str) -> ResponseReturnValue:
    """Replace the words of a rule by those of a CSV file, or add them."""
    before = rulebook.get(db.session(), code)
    try:
        words = _words_of(request.files["file"].read(LONGEST_FILE + 1)) if "file" in request.files else []
        if not words:
            raise Invalid(Problem("file", NO_WORDS))
    except Invalid as error:
        return _page(before, before.version, field_errors(error)), 422
    known = before.listed("terms") if request.form.get("how") == "add" else []
    terms = list(dict.fromkeys([*known, *words]))
    note = _("%(count)s words from a file", count=len(words))
    return _kept(before.changed(settings={**before.settings, "terms": terms}), before.version, note)


def _kept(typed: Rule, base: str, note: str = "") -> ResponseReturnValue:
    """Save a rule whose examples hold."""
    person_id = person_now().id
    try:
        problems = [*rules.problems_of(typed)] or [*trying.examples_of(typed)]
        if problems:
            raise Invalid(*problems)
        with deciding() as scoped:
            session = scoped()
            kept = rulebook.save(
                session, typed, base=base, by=people.get(session, person_id), note=note or request.form.get("note", "")[:400],
            )
            code, version = kept.code, kept.version
    except EditorialError as error:
        status = 422 if error.family == "invalid" else 409
        return _page(typed, base, field_errors(error)), status
    flash(_("Version %(version)s is in force.", version=version))
    return redirect(url_for("rules.rule", code=code), 303)


def _tried(typed: Rule, base: str) -> ResponseReturnValue:
    """The same page with what the rule as typed would find; nothing is kept."""
    problems = [*rules.problems_of(typed)] or [*trying.examples_of(typed)]
    found = None if problems else trying.against_archive(db.session(), typed, TRIED)
    page = _page(typed, base, field_errors(Invalid(*problems)) if problems else {}, found)
    return (page, 422) if problems else page


def _page(shown: Rule, base: str, errors: Mapping[str, str], trial: trying.Trial | None = None) -> str:
    versions = rulebook.history(db.session(), shown.code) if shown.code else []
    names = LISTS.get(shown.kind, ())
    return render_template(
        "review/rule.html", rule=shown, base=base, errors=errors, trial=trial, tried=TRIED, versions=_changes(shown.code, versions),
        lists=[(name, LIST_WORDS[name], shown.listed(name)) for name in names], shown_lines=SHOWN_LINES,
        items=_items(), present=f"{shown.class_code}.{shown.item}" if shown.class_code else "",
        item=item_words(shown.class_code, shown.item), finds=_examples(shown, True), leaves=_examples(shown, False),
        tried_by_itself=shown.kind in trying.TRIED_BY_ITSELF,
    )


def _typed(before: Rule) -> Rule:
    """The form over what stood before. Sentences that were not changed stay msgids."""
    form = request.form
    said = {name: _sentence(form.get(name, ""), getattr(before, name)) for name in ("name", "message", "suggestion")}
    class_code, _dot, item = form.get("item", "").partition(".")
    settings = dict(before.settings)
    for name in LISTS.get(before.kind, ()):
        if name in form:
            settings[name] = list(dict.fromkeys(filter(None, (line.strip() for line in form[name].splitlines()))))
    field = "title" if before.kind == "title" else "body"
    examples = [
        Example(line.strip(), finds, "title" if field == "title" else "body")
        for name, finds in (("finds", True), ("leaves", False)) for line in form.get(name, "").splitlines() if line.strip()
    ]
    return before.changed(
        **said, source=form.get("source", "").strip(), class_code=class_code, item=int(item) if item.isdigit() else 0,
        severity=form.get("severity", before.severity), joins="legal" if form.get("joins") else "",
        enabled=form.get("enabled") == "1", settings=settings, examples=tuple(examples),
    )


def _sentence(typed: str, before: str) -> str:
    typed = typed.strip()
    return before if before and typed == sentence_of(before) else typed


def sentence_of(message: str) -> str:
    """A rule's sentence in the reader's language, its places left open."""
    return sentence(message, {"quote": "{quote}", "right": "{right}"})


def _examples(shown: Rule, finds: bool) -> str:
    return "\n".join(example.text for example in shown.examples if example.finds == finds)


def _items() -> list[tuple[str, str]]:
    return [("", _("None of the convention")), *(
        (f"{one.code}.{item.number}", item_words(one.code, item.number)) for one in CLASSES for item in one.items
    )]


def _changes(code: str, versions: list[CheckRuleVersion]) -> list[tuple[CheckRuleVersion, list[tuple[str, str]]]]:
    """Each version with what it changed: (what, how) in words; the oldest against the shipped rule."""
    found = []
    shipped = rulebook.shipped().get(code)
    for place, version in enumerate(versions):
        before = versions[place + 1].said if place + 1 < len(versions) else (shipped.as_data() if shipped else {})
        found.append((version, _differences(before, version.said)))
    return found


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    words = {
        "name": _("Name of the rule"), "message": _("What it says"), "suggestion": _("What to do"), "source": _("What it rests on"),
        "severity": _("How bad it is"), "enabled": _("Switched on"), "joins": _("Who joins the review"), "item": _("Item"),
        "class_code": _("Class"),
    }
    told = [
        (str(word), f"{_in_words(before.get(name))} → {_in_words(after.get(name))}")
        for name, word in words.items() if before and before.get(name) != after.get(name)
    ]
    old, new = before.get("settings", {}), after.get("settings", {})
    for name, word in LIST_WORDS.items():
        gone, come = ([one for one in a.get(name, ()) if one not in set(b.get(name, ()))] for a, b in ((old, new), (new, old)))
        told.extend((str(word), f"{sign} {'、'.join(some[:12])}{'…' if len(some) > 12 else ''}")
                    for sign, some in (("+", come), ("−", gone)) if some)
    return told


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    known = {"blocker": _("stops the article"), "advice": _("is only said"), "legal": _("the legal review")}
    return str(known.get(value, sentence_of(str(value)) if value else "–"))


def _words_of(content: bytes) -> list[str]:
    """The words of a CSV file in UTF-8 or GB 18030, as lines of a list. Raises Invalid."""
    if len(content) > LONGEST_FILE:
        raise Invalid(Problem("file", "At most {limit} MB.", {"limit": LONGEST_FILE // 1_000_000}))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    rows = [[cell.strip().lstrip("'") for cell in row] for row in csv.reader(io.StringIO(text)) if row and row[0].strip()]
    rows = rows[1:] if rows and rows[0][0].lower() in ("word", "词", "词语") else rows
    return [f"{row[0]}=>{row[1]}" if len(row) > 1 and row[1] else row[0] for row in rows]


def _inert(cell: str) -> str:
    """Spreadsheets take what begins so for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
