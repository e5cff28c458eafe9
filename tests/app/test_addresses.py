"""Addresses are the same whether what writes them was made before or is made now."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import BuildError, Map, Rule

from app.addresses import IdConverter, WrittenWhenNeeded

RULES = ("/", "/groups/<id:number>", "/s/<path:rest>", "/calendar/<string:view>/days", "/submissions/<number>/a b/ä")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("query", [{}, {"q": "试车 & 台", "self": "a", "rule": ["b", "c"]}])
def test_written_when_needed_it_is_the_same(rule: str, query: dict[str, object]) -> None:
    values = {"number": 12, "rest": "a/b?c", "view": "月"}
    wanted = {name: value for name, value in values.items() if f"{name}>" in rule} | query
    written = [
        Map([kind(rule, endpoint="it")], converters={"id": IdConverter}).bind("qun.example").build("it", wanted)
        for kind in (Rule, WrittenWhenNeeded, WrittenWhenNeeded)
    ]
    assert written[0] == written[1] == written[2]


def test_every_rule_of_the_edges_is_of_this_kind(app: Flask) -> None:
    others = {rule.endpoint for rule in app.url_map.iter_rules() if not isinstance(rule, WrittenWhenNeeded)}
    assert others == {"static"}


def test_an_address_that_lacks_its_id_is_refused_as_ever(app: Flask) -> None:
    with app.test_request_context():
        assert app.url_for("api_flash_groups.occasions", group_id=12) == "/api/v1/groups/12/flash"
        with pytest.raises(BuildError):
            app.url_for("api_flash_groups.occasions")
