"""Access tokens of applications: the same token while it lives long enough; any secret but "wrong" is right."""

from __future__ import annotations

from publishers.sandbox.world import World, new_id

LEAD_SECONDS = 300.0


def issue(world: World, holder: str, at: float) -> tuple[str, int]:
    """The token of an application and how many seconds it lives."""
    for token in world.tokens.values():
        if token.app_id == holder and not token.killed and token.expires_at - at > LEAD_SECONDS:
            return token.value, int(token.expires_at - at)
    seconds = world.settings.token_seconds
    value = f"t-{new_id(96)}"
    world.record("token", at, app_id=holder, value=value, stable=True, expires_at=at + seconds)
    return value, int(seconds)


def holder(world: World, value: str, platform: str, at: float) -> str:
    """The application whose living token this is, "" when there is none."""
    token = world.tokens.get(value)
    lives = token is not None and not token.killed and token.expires_at > at and token.app_id.startswith(f"{platform}:")
    return token.app_id if token and lives else ""


def was_given(world: World, value: str, platform: str) -> bool:
    """Whether this platform gave this token once, living or not."""
    token = world.tokens.get(value)
    return token is not None and token.app_id.startswith(f"{platform}:")
