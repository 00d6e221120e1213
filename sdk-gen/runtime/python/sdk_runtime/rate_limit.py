"""What the last answer said about limits: the IETF draft's headers, and the older `X-RateLimit-*`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimit:
    """The tightest window."""

    limit: int | None
    """Calls allowed in the window."""
    remaining: int | None
    """Calls left."""
    reset: int | None
    """As the server says it: seconds until the window turns, or (`X-RateLimit-Reset`) the moment since 1970."""
    policy: str | None
    """`RateLimit-Policy` as sent."""


def read_rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """`None` where the answer says nothing about limits."""
    draft, policy = headers.get("ratelimit", ""), headers.get("ratelimit-policy")
    limit = _number(headers.get("x-ratelimit-limit")) or _member(policy or "", "q")
    remaining = _number(headers.get("x-ratelimit-remaining"))
    reset = _number(headers.get("x-ratelimit-reset"))
    remaining = _member(draft, "r") if remaining is None else remaining
    reset = _member(draft, "t") if reset is None else reset
    if limit is None and remaining is None and reset is None and policy is None:
        return None
    return RateLimit(limit, remaining, reset, policy)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _member(field: str, key: str) -> int | None:
    found = re.search(rf"[;,]\s*{key}=(\d+)", field)
    return int(found.group(1)) if found else None
