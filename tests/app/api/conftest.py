"""Programs that speak to the API, each with the token of one person."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from editorial.people import credentials
from editorial.people.people import Person


class Program:
    """Calls the API in the name of one person, or of nobody."""

    def __init__(self, app: Flask, token: str | None) -> None:
        self._client = app.test_client()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(self, method: str, path: str, body: Any = None, *, key: str = "", **more: Any) -> TestResponse:
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {}), **more.pop("headers", {})}
        given = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **given, **more)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self("POST", path, body, **more)


@pytest.fixture(autouse=True)
def keep_what_was_read(session: Session) -> None:
    """Asking a committed thing for its id must not begin another writing transaction: the API would wait for it."""
    session.expire_on_commit = False


@pytest.fixture
def stranger(app: Flask) -> Program:
    """A program without a token."""
    return Program(app, None)


@pytest.fixture
def programs(app: Flask, session: Session, people: dict[str, Person]) -> dict[str, Program]:
    """One program for each person of `people`."""
    tokens = {role: credentials.create_token(session, person) for role, person in people.items()}
    session.commit()
    return {role: Program(app, token) for role, token in tokens.items()}


def fields_of(answer: TestResponse) -> list[str]:
    """The fields a problem document names."""
    assert answer.mimetype == "application/problem+json", answer.text
    document = answer.get_json()
    assert {"type", "title", "detail", "errors"} <= set(document)
    assert all(error["message"] for error in document["errors"])
    return [error["field"] for error in document["errors"]]
