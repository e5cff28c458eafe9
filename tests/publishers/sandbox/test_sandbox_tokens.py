"""Tokens: one stable token while it is valid, and the errors that an operator must see."""

from __future__ import annotations

import pytest

from publishers.sandbox.running import Running

APP_ID = "wx00000000000000a1"


def test_stable_token_stays_the_same_and_says_the_time_left(client):
    again = client.stable()
    assert again["access_token"] == client.token
    assert 7190 < again["expires_in"] <= 7200


def test_forced_renewal_kills_the_token_before(client, sandbox: Running):
    sandbox.settings(rate_limits=False)
    fresh = client.stable(force_refresh=True)["access_token"]
    assert fresh != client.token
    assert client.ask("draft/count")["errcode"] == 40001
    assert client.said("/cgi-bin/draft/count", access_token=fresh) == {"total_count": 0}


def test_forced_renewals_must_be_half_a_minute_apart(client):
    assert client.stable(force_refresh=True)["errcode"] == 45011


def test_legacy_tokens_are_new_every_time_and_leave_the_stable_one_alone(client):
    query = {"grant_type": "client_credential", "appid": APP_ID, "secret": "right"}
    first, second = (client.said("/cgi-bin/token", **query)["access_token"] for _ in range(2))
    assert first != second
    for token in (first, second, client.token):
        assert "errcode" not in client.said("/cgi-bin/draft/count", access_token=token)


def test_a_token_expires(client, sandbox: Running):
    sandbox.control("POST", "tokens/expire", {"app_id": APP_ID})
    assert client.ask("draft/count")["errcode"] == 42001
    assert client.stable()["access_token"] != client.token


@pytest.mark.parametrize(
    ("app_id", "secret", "code"),
    [("", "right", 41002), (APP_ID, "", 41004), ("nobody", "right", 40013), (APP_ID, "wrong", 40125)],
)
def test_wrong_credentials(client, app_id: str, secret: str, code: int):
    assert client.stable(app_id, secret)["errcode"] == code


def test_a_registered_secret_is_the_only_right_one(client, sandbox: Running):
    sandbox.account("wxregistered", secret="s3cret")
    assert client.stable("wxregistered", "other")["errcode"] == 40125
    assert "access_token" in client.stable("wxregistered", "s3cret")


def test_an_address_that_is_not_on_the_list_is_named(client, sandbox: Running):
    sandbox.account(APP_ID, ips=["203.0.113.9"])
    said = client.stable()
    assert said["errcode"] == 40164
    assert "127.0.0.1" in said["errmsg"] and "rid:" in said["errmsg"]


def test_no_token_and_a_foreign_token(client):
    assert client.said("/cgi-bin/draft/count")["errcode"] == 41001
    assert client.said("/cgi-bin/draft/count", access_token="made-up")["errcode"] == 40001
