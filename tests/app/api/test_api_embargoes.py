"""The embargo through the API: put by the desk, ended early with a reason, and what it refuses meanwhile."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from editorial import clock
from editorial.people import credentials
from editorial.people.people import Person
from tests import factories


def test_p6_an_embargo_is_put_shown_kept_to_and_lifted(app: Flask, session: Session, people: dict[str, Person]) -> None:
    article = factories.signed_off(session, people)
    account = factories.account(session)
    tokens = {role: credentials.create_token(session, people[role]) for role in ("desk_editor", "editor_in_chief", "publisher")}
    article_id, account_id = article.id, account.id
    session.commit()
    client = app.test_client()

    def call(role: str, method: str, path: str, **body: object):  # type: ignore[no-untyped-def]
        answer = client.open(f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {tokens[role]}"})
        return answer.status_code, answer.get_json()

    ends = clock.now().replace(microsecond=0) + timedelta(hours=5)
    status, said = call("desk_editor", "PUT", f"/articles/{article_id}/embargo", embargo_until=ends.isoformat())
    assert status == 200 and said["embargo_until"]
    assert call("publisher", "GET", f"/articles/{article_id}")[1]["embargo_until"] == said["embargo_until"]
    edition = call("publisher", "POST", "/editions", account=str(account_id), mode="draft", articles=[str(article_id)])[1]
    early = (ends - timedelta(hours=1)).isoformat()
    status, refused = call("publisher", "PUT", f"/editions/{edition['id']}/slot", publish_at=early)
    assert status == 422 and [error["field"] for error in refused["errors"]] == ["publish_at"]
    status, refused = call("editor_in_chief", "POST", f"/articles/{article_id}/embargo/removal", reason=" ")
    assert status == 422 and [error["field"] for error in refused["errors"]] == ["reason"]
    lifted = call("editor_in_chief", "POST", f"/articles/{article_id}/embargo/removal", reason="甲方已经公布")[1]
    assert lifted["embargo_until"] is None
    assert call("publisher", "PUT", f"/editions/{edition['id']}/slot", publish_at=early)[0] == 200
