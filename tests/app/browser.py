"""A person at a browser: signed in, with the token every form carries."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import object_session
from werkzeug.test import TestResponse

from editorial.people.people import Person


class Browser:
    """What a person can do: look at a page, send a form."""

    def __init__(self, app: Flask, person: Person | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if person is not None:
            with self.client.session_transaction() as session:
                session["person"], session["epoch"] = person.id, person.session_epoch
            # Reading the person began a transaction of the test's own, and on SQLite only one can write.
            object_session(person).rollback()

    def look(self, address: str) -> str:
        """The page at `address`, which must be there."""
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text

    def status(self, address: str) -> int:
        """The status of the page at `address`."""
        return self.client.get(address).status_code

    def send(self, address: str, **fields: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(address, data={**fields, "csrf_token": self.token()})

    def token(self) -> str:
        """The token of this session."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/me", follow_redirects=True).text)
        assert found is not None
        return found[1]
