"""Access tokens of both kinds, which never disturb each other."""

from __future__ import annotations

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account
from publishers.sandbox.world import World, new_id

OVERLAP_SECONDS = 300.0
FORCED_APART_SECONDS = 30.0
FORCED_PER_DAY = 20
DAY_SECONDS = 86400.0


def legacy(world: World, call: Call) -> Json:
    """`GET /cgi-bin/token`: always a new token; the one before dies after the overlap."""
    if call.query.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    account = _account(world, call, call.query.get("appid", ""), call.query.get("secret", ""))
    _kill(world, account.app_id, call.at, stable=False, dies_at=call.at + OVERLAP_SECONDS)
    return _issue(world, account.app_id, call.at, stable=False)


def stable(world: World, call: Call) -> Json:
    """`POST /cgi-bin/stable_token`: the same token while it is valid, a new one in its last minutes or by force."""
    if call.method != "POST":
        raise Refusal(43002, "require POST method")
    body = call.json()
    if body is None:
        raise Refusal(47001, "data format error")
    if body.get("grant_type") != "client_credential":
        raise Refusal(40002, "invalid grant_type")
    account = _account(world, call, str(body.get("appid") or ""), str(body.get("secret") or ""))
    if body.get("force_refresh"):
        _check_force(world, account.app_id, call.at)
        _kill(world, account.app_id, call.at, stable=True, dies_at=call.at)
        return _issue(world, account.app_id, call.at, stable=True)
    lead = min(OVERLAP_SECONDS, world.settings.token_seconds / 2)
    for token in world.tokens.values():
        if token.app_id == account.app_id and token.stable and not token.killed and token.expires_at - call.at > lead:
            return {"access_token": token.value, "expires_in": int(token.expires_at - call.at)}
    return _issue(world, account.app_id, call.at, stable=True)


def holder(world: World, call: Call) -> Account:
    """The account whose token the call carries."""
    value = call.query.get("access_token", "")
    if not value:
        raise Refusal(41001, "access_token missing")
    token = world.tokens.get(value)
    if token is None:
        raise Refusal(40001, "invalid credential, access_token is invalid or not latest")
    if token.expires_at <= call.at:
        if token.killed:
            raise Refusal(40001, "invalid credential, access_token is invalid or not latest")
        raise Refusal(42001, "access_token expired")
    account = world.account(token.app_id)
    if account is None:
        raise Refusal(40013, "invalid appid")
    return account


def asker(call: Call) -> str:
    """The AppID for which a token is asked, "" when none stands in the call."""
    return str(call.query.get("appid") or (call.json() or {}).get("appid") or "")


def expire(world: World, app_id: str, at: float) -> int:
    """Let every token of an account die now; the number of them."""
    values = [token.value for token in world.tokens.values() if token.app_id == app_id and token.expires_at > at]
    world.record("token_killed", at, app_id=app_id, values=values, dies_at=at, killed=False)
    return len(values)


def _account(world: World, call: Call, app_id: str, secret: str) -> Account:
    if not app_id:
        raise Refusal(41002, "appid missing")
    if not secret:
        raise Refusal(41004, "appsecret missing")
    account = world.account(app_id)
    if account is None:
        raise Refusal(40013, "invalid appid")
    if secret != account.secret if account.secret else secret == "wrong":
        raise Refusal(40125, "invalid appsecret")
    if account.ips and call.address not in account.ips:
        raise Refusal(40164, f"invalid ip {call.address} ipv6 ::ffff:{call.address}, not in whitelist")
    return account


def _check_force(world: World, app_id: str, at: float) -> None:
    own = [token for token in world.tokens.values() if token.app_id == app_id and token.stable]
    forced = [token.made_at for token in own if token.made_at > at - DAY_SECONDS]
    if world.settings.rate_limits and forced and at - max(forced) < FORCED_APART_SECONDS:
        raise Refusal(45011, "api minute-quota reach limit, must slower, retry next minute")
    if world.settings.quotas and len(forced) >= FORCED_PER_DAY:
        raise Refusal(45009, "reach max api daily quota limit")


def _kill(world: World, app_id: str, at: float, *, stable: bool, dies_at: float) -> None:
    values = [
        t.value for t in world.tokens.values() if t.app_id == app_id and t.stable == stable and t.expires_at > dies_at
    ]
    if values:
        world.record("token_killed", at, app_id=app_id, values=values, dies_at=dies_at, killed=True)


def _issue(world: World, app_id: str, at: float, *, stable: bool) -> Json:
    seconds = world.settings.token_seconds
    value = f"{'98' if stable else '62'}_{new_id(126)}"
    world.record("token", at, app_id=app_id, value=value, stable=stable, expires_at=at + seconds)
    return {"access_token": value, "expires_in": int(seconds)}
