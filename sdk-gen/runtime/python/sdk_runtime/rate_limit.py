"""What an answer said about limits: the IETF draft's headers with all windows, else the older `X-RateLimit-*`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .structured_field import Member, members


@dataclass(frozen=True)
class RateLimitWindow:
    """One window of the limits. What the answer did not say is `None`."""

    limit: int | None = None
    """Calls that it allows."""
    remaining: int | None = None
    """Calls left in it."""
    reset_seconds: int | None = None
    """Seconds until it has room again, counted from the answer."""
    policy: str | None = None
    """Its name, where the server names it."""
    window_seconds: int | None = None
    """How long it is."""


@dataclass(frozen=True)
class RateLimit(RateLimitWindow):
    """The tightest window, and all of them."""

    windows: tuple[RateLimitWindow, ...] = ()
    """Every window that the answer spoke of."""


def read_rate_limit(headers: Mapping[str, str], now: float) -> RateLimit | None:
    """`None` where the answer says nothing about limits, or nothing that can be read. `now` in seconds since 1970."""
    windows = _drafted(headers.get("ratelimit", ""), headers.get("ratelimit-policy", ""))
    plain = _plain(headers, now)
    if plain is not None and all(window.remaining is None for window in windows):
        windows = [plain]
    if not windows:
        return None
    best = min(windows, key=_room)
    return RateLimit(
        best.limit, best.remaining, best.reset_seconds, best.policy, best.window_seconds, windows=tuple(windows)
    )


def _room(window: RateLimitWindow) -> tuple[float, int]:
    """Fewer calls left are tighter; of two with as few, the one that takes longer."""
    remaining = float("inf") if window.remaining is None else window.remaining
    return remaining, -(window.reset_seconds or 0)


def _drafted(state: str, policy: str) -> list[RateLimitWindow]:
    rules = members(policy)
    windows = []
    for now in _states(state):
        rule = next((rule for rule in rules if _is_of(rule, now)), None)
        if rule is not None:
            rules.remove(rule)
        limit = _quota(rule) if now.limit is None else now.limit
        length = None if rule is None else _whole(rule.parameters.get("w"))
        windows.append(RateLimitWindow(limit, now.remaining, now.reset_seconds, now.policy, length))
    for rule in rules:
        if _quota(rule) is not None:
            length = _whole(rule.parameters.get("w"))
            windows.append(RateLimitWindow(_quota(rule), policy=rule.name, window_seconds=length))
    return windows


def _is_of(rule: Member, window: RateLimitWindow) -> bool:
    return _quota(rule) == window.limit if window.policy is None else rule.name == window.policy


def _states(field: str) -> list[RateLimitWindow]:
    """`"minute";r=50;t=30, …`; or, as drafts before the eighth have it, one window in `limit=60, remaining=50`."""
    found = members(field)
    named = {member.key: _whole(member.text) for member in found}
    if "remaining" in named:
        return [RateLimitWindow(named.get("limit"), named["remaining"], named.get("reset"))]
    windows = []
    for member in found:
        limit, left, reset = (_whole(member.parameters.get(name)) for name in ("limit", "r", "t"))
        if member.name is not None and left is not None:
            windows.append(RateLimitWindow(limit, left, reset, member.name))
    return windows


def _quota(rule: Member | None) -> int | None:
    """`"minute";q=60`; before the eighth draft the number was the item itself: `60;w=60`."""
    if rule is None:
        return None
    quota = _whole(rule.parameters.get("q"))
    return _whole(rule.text) if quota is None else quota


def _plain(headers: Mapping[str, str], now: float) -> RateLimitWindow | None:
    limit, remaining, reset = (_number(headers, name) for name in ("limit", "remaining", "reset"))
    if limit is None and remaining is None and reset is None:
        return None
    return RateLimitWindow(limit, remaining, _wait(reset, now))


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(f"x-ratelimit-{name}", headers.get(f"ratelimit-{name}", ""))
    # Some servers add the rules behind the number: `100, 100;w=60`.
    found = re.fullmatch(r"([0-9]+)(?:\.[0-9]+)?\s*(?:[,;].*)?", text.strip())
    return _whole(found.group(1)) if found else None


def _whole(text: str | None) -> int | None:
    """Whole numbers, no longer than RFC 9651 allows."""
    return int(text) if text is not None and re.fullmatch("[0-9]{1,15}", text) else None


def _wait(value: int | None, now: float) -> int | None:
    """Some servers give the moment (seconds or milliseconds since 1970), others the seconds to wait: never 30 years."""
    if value is None or value < 1_000_000_000:
        return value
    moment = value if value < 1_000_000_000_000 else value / 1000
    return max(0, -int((now - moment) // 1))
