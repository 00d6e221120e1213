"""What the offline tests share: an issuer, and each verifier, blocking and asynchronous, behind one face."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from gatepost.lib.verifier import AsyncSignedKeyVerifier, SignedKeyError, SignedKeyVerifier, VerifiedKey

from issuer import AUDIENCE, Issuer


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    one = Issuer()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Issuer]:
    one = Issuer()
    yield one
    one.server.shutdown()
    one.server.server_close()


@dataclass
class Clock:
    now: float

    def __call__(self) -> float:
        return self.now


class Verifiers:
    """Makes verifiers of one kind and runs them on one event loop."""

    def __init__(self, asynchronous: bool) -> None:
        self.asynchronous = asynchronous
        self.loop = asyncio.new_event_loop()
        self.made: list[Any] = []

    def of(self, base: Any, audience: Any = AUDIENCE, clock: Any = time.time) -> Verifier:
        kind: Any = AsyncSignedKeyVerifier if self.asynchronous else SignedKeyVerifier
        inner = kind(issuer=base, audience=audience, now=clock)
        self.made.append(inner)
        return Verifier(self, inner)

    def run(self, outcome: Any) -> Any:
        return self.loop.run_until_complete(outcome) if self.asynchronous else outcome

    def close(self) -> None:
        for one in self.made:
            self.run(one.close())
        self.loop.close()


@dataclass
class Verifier:
    home: Verifiers
    inner: Any

    def verify(self, token: str) -> VerifiedKey:
        found: VerifiedKey = self.home.run(self.inner.verify(token))
        return found

    def code(self, token: Any) -> str:
        """The fault's word, or `accepted`."""
        try:
            self.verify(token)
        except SignedKeyError as error:
            return error.code
        return "accepted"


@pytest.fixture(params=["blocking", "asynchronous"])
def verifiers(request: pytest.FixtureRequest) -> Iterator[Verifiers]:
    made = Verifiers(request.param == "asynchronous")
    yield made
    made.close()
