"""A Gatepost server that somebody else started: GATEPOST_BASE_URL is where, GATEPOST_API_KEY its root key.

    scripts/with-server.sh python -m pytest sdk-python/tests/live

It needs `gatepost[verify]`, pytest and eth-account (scripts/sdks.sh installs them).

The suite signs in more often from one address than the server's defaults allow: `LIMITS_AUTH_PER_15_MINUTES=none`,
`LIMITS_SESSIONS_PER_MINUTE=none` and `LIMITS_FREE_PER_MINUTE=none` let it. The free account's day stays limited: a test
needs its end.
"""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from gatepost import Client


@pytest.fixture(scope="session", autouse=True)
def server() -> str:
    for name in ("GATEPOST_BASE_URL", "GATEPOST_API_KEY"):
        if not os.environ.get(name):
            pytest.exit(f"{name} is not set: run this through scripts/with-server.sh", returncode=2)
    return os.environ["GATEPOST_BASE_URL"]


@pytest.fixture
def root() -> Iterator[Client]:
    """The root key, from the environment."""
    with Client() as client:
        yield client


@pytest.fixture
def nobody() -> Iterator[Client]:
    """No credential at all."""
    key = os.environ.pop("GATEPOST_API_KEY")
    try:
        client = Client()
    finally:
        os.environ["GATEPOST_API_KEY"] = key
    with client:
        yield client


@dataclass(frozen=True)
class Account:
    email: str
    password: str


def sign_up(nobody: Client) -> Account:
    account = Account(f"ada-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(24))
    nobody.auth.register_account(email=account.email, password=account.password, name="Ada")
    return account


@dataclass
class Counted:
    """What went over the wire, by method and path."""

    calls: Counter[str] = field(default_factory=Counter)

    def note(self, request: httpx.Request) -> None:
        self.calls[f"{request.method} {request.url.path}"] += 1

    async def note_async(self, request: httpx.Request) -> None:
        self.note(request)

    @property
    def refreshes(self) -> int:
        return self.calls["POST /v1/auth/refresh"]
