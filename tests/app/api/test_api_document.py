"""The document says what the API does, and nothing else."""

from __future__ import annotations

import re

from flask import Flask

from app.api import NOUNS

CALLS = {
    "POST /assets", "POST /groups", "POST /accounts", "POST /articles", "GET /articles/{id}", "PATCH /articles/{id}",
    "POST /articles/{id}/submission", "POST /articles/{id}/opinions", "GET /articles/{id}/rendering",
    "GET /articles/{id}/trail", "POST /editions", "PUT /editions/{id}/slot", "DELETE /editions/{id}/slot",
    "GET /editions/{id}", "GET /deliveries", "POST /deliveries/{id}/retry", "POST /deliveries/{id}/resolution",
    "POST /deliveries/{id}/confirmation", "GET /links/{id}",
}


def test_the_document_names_every_call(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    described = {
        f"{method.upper()} {re.sub(r'{.*?}', '{id}', path.removeprefix('/api/v1'))}"
        for path, methods in document["paths"].items() for method in methods
    }
    assert described >= CALLS
    assert len([call for file in NOUNS for call in file.noun.calls]) == sum(len(one) for one in document["paths"].values())


def test_every_reference_leads_somewhere(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")
    schemas = answer.get_json()["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', answer.text)) <= set(schemas)
    assert schemas["NewArticle"]["required"] == ["title", "body", "origin_group"]
    assert schemas["NewArticle"]["additionalProperties"] is False


def test_the_page_shows_every_call_without_outside_help(app: Flask) -> None:
    answer = app.test_client().get("/api/docs")
    assert answer.status_code == 200
    for path in ("/api/v1/articles", "/api/v1/editions/{edition_id}/slot", "/api/v1/links/{code}"):
        assert path in answer.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
