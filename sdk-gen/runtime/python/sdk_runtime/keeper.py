"""When to refresh. The decisions alone: the two clients bring the network and the waiting.

Well before the end one caller refreshes while the others go on with the old token; close to the end, and after a 401,
everybody waits for that one refresh. No lock is held while the network is busy.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum

from .tokens import Tokens

ADVISORY_SECONDS = 120.0
MANDATORY_SECONDS = 30.0
PAUSE_AFTER_FAILURE_SECONDS = 5.0


class Need(Enum):
    """How much a token needs its successor."""

    NONE = "none"
    SOON = "soon"
    """One caller should refresh; the token still works for the others."""
    NOW = "now"
    """Nobody should use it any more."""


class TokenKeeper:
    """The current tokens. Safe to use from several threads."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._rest_until = 0.0
        self._refused: str | None = None
        self.tokens: Tokens | None = None
        self.loaded = False

    def need(self, tokens: Tokens) -> Need:
        """Whether `tokens` should be replaced before use."""
        if tokens.refresh_token is None or tokens.refresh_token == self._refused or tokens.expires_at is None:
            return Need.NONE
        left = tokens.expires_at - self._now()
        lifetime = tokens.lifetime or tokens.expires_at
        if left <= min(MANDATORY_SECONDS, lifetime / 10):
            return Need.NOW
        if left <= min(ADVISORY_SECONDS, lifetime / 4) and self._now() >= self._rest_until:
            return Need.SOON
        return Need.NONE

    def can_refresh(self) -> bool:
        """Whether there is a refresh token that the server has not refused."""
        tokens = self.tokens
        return tokens is not None and tokens.refresh_token is not None and tokens.refresh_token != self._refused

    def still_works(self, tokens: Tokens) -> bool:
        """Whether the access token has not ended yet, as far as its own word goes."""
        return tokens.expires_at is None or tokens.expires_at > self._now()

    def accept(self, tokens: Tokens | None) -> None:
        """These are the current ones."""
        with self._lock:
            self.tokens, self.loaded = tokens, True
            self._rest_until = 0.0

    def failed(self, tokens: Tokens, refused: bool) -> None:
        """A refresh with `tokens` failed; `refused` when the server said that it never will work."""
        with self._lock:
            self._rest_until = self._now() + PAUSE_AFTER_FAILURE_SECONDS
            if refused:
                self._refused = tokens.refresh_token
