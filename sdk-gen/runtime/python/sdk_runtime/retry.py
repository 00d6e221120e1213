"""When to try again, and how long to wait. Pure: the clock and the dice come in."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""A repetition does no more than the first call (RFC 9110, 9.2.2)."""

REFUSED = frozenset({408, 425, 429})
"""The server did not act on the request, so that even a POST may be sent again."""

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""The request did not leave, so that even a POST may be sent again."""


@dataclass(frozen=True)
class RetryPolicy:
    """Full jitter over an exponential wait; the server's own word wins."""

    max_retries: int = 2
    base: float = 0.5
    """Seconds before the first repetition, at most."""
    cap: float = 8.0
    """Seconds between two tries, at most, where the server says nothing."""
    max_retry_after: float = 60.0
    """Longest `Retry-After` that is waited for, in seconds; above it the error is the caller's to handle."""

    def after_failure(self, attempt: int, error: httpx.TransportError, repeatable: bool) -> float | None:
        """Seconds to wait after try number `attempt` (0 first) got no answer; `None` when it must not be repeated."""
        if attempt >= self.max_retries or not (repeatable or isinstance(error, NEVER_SENT)):
            return None
        if isinstance(error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
            return None
        return self._jitter(attempt)

    def after_answer(self, attempt: int, status: int, wait: float | None, repeatable: bool) -> float | None:
        """The same after an answer with `status`, where the server asks to wait for `wait` seconds."""
        again = status in REFUSED or (status >= 500 and status != 501 and repeatable)
        if attempt >= self.max_retries or not again:
            return None
        if wait is None:
            return self._jitter(attempt)
        return None if wait > self.max_retry_after else wait + self._jitter(attempt) / 4

    def _jitter(self, attempt: int) -> float:
        return random.uniform(0, min(self.cap, self.base * 2**attempt))


def retry_after(headers: Mapping[str, str], now: Callable[[], float]) -> float | None:
    """Seconds that `Retry-After` asks for, given as seconds or as a date; `None` where it is not there or not sense."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value)) if value.lower() not in ("nan", "inf", "infinity") else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now())
    except (TypeError, ValueError, OverflowError):
        return None
