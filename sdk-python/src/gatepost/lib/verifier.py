"""Checks signed keys without asking Gatepost about each: from the public half that it publishes for every key.

    verifier = SignedKeyVerifier(issuer="https://api.example.com", audience="https://shop.example")
    verified = verifier.verify(token)        # SignedKeyError says in `code` why not

Needs `pip install 'gatepost[verify]'`.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Union
from urllib.parse import urlsplit

import httpx

from .key_sets import TIMEOUT_SECONDS, Entry, KeySets, Question, entry_of, failed, key_of
from .public_keys import PublicKey
from .signed_key_error import SignedKeyError, SignedKeyFault
from .signed_token import Claimed, Expected, read_token

__all__ = ["AsyncSignedKeyVerifier", "SignedKeyError", "SignedKeyFault", "SignedKeyVerifier", "VerifiedKey"]


@dataclass(frozen=True)
class VerifiedKey:
    """A key that is good."""

    key_id: str
    user_id: str
    """Whose key it is (`sub`)."""
    scopes: list[str]
    claims: dict[str, Any]
    """All that the key says, your own claims among it."""
    expires_at: datetime


class _Verifier:
    def __init__(
        self,
        issuer: Union[str, Sequence[str]],
        audience: Union[str, Sequence[str]],
        now: Callable[[], float],
    ) -> None:
        self._expected = Expected([_base(one) for one in _list(issuer, "issuer")], _list(audience, "audience"))
        self._now = now
        self._sets = KeySets(now)

    def _read(self, token: str) -> Claimed:
        return read_token(token, self._expected, self._now())


class SignedKeyVerifier(_Verifier):
    """Checks signed keys. Make one and keep it; it is safe to use from several threads.

    It remembers public keys for as long as Gatepost allows (`max-age`), so a revoked key is refused after that time at
    the latest.

    Args:
        issuer: the base address of the Gatepost whose keys are taken, or several: exactly as it calls itself.
        audience: who you are: what keys for you are made with. Of several, one is enough.
        http_client: httpx's client to use; the caller closes it.
        now: the time in seconds since 1970.
    """

    def __init__(
        self,
        *,
        issuer: Union[str, Sequence[str]],
        audience: Union[str, Sequence[str]],
        http_client: httpx.Client | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(issuer, audience, now)
        self._owned = http_client is None
        self._http = http_client if http_client is not None else httpx.Client()
        self._lock = threading.Lock()
        self._flights: dict[str, concurrent.futures.Future[Entry]] = {}

    def close(self) -> None:
        """Close the connections, unless they are those of an `http_client` that was given."""
        if self._owned:
            self._http.close()

    def verify(self, token: str) -> VerifiedKey:
        """Who the key belongs to and what it may do. Raises `SignedKeyError`."""
        claimed = self._read(token)
        return _judge(claimed, key_of(self._sets.held(claimed.issuer) or self._ask(claimed)))

    def _ask(self, claimed: Claimed) -> Entry:
        """One question at a time after one key, whoever asks."""
        with self._lock:
            held = self._sets.held(claimed.issuer)  # another thread may have landed since
            if held is not None:
                return held
            flight = self._flights.get(claimed.issuer)
            question = None
            if flight is None:
                question = self._sets.ask(claimed.issuer, claimed.key_id)
                flight = self._flights[claimed.issuer] = concurrent.futures.Future()
        if question is not None:
            self._lead(question, flight)
        return flight.result()

    def _lead(self, question: Question, flight: concurrent.futures.Future[Entry]) -> None:
        entry = failed(question)
        try:
            entry = self._fetch(question)
        finally:
            with self._lock:
                self._sets.keep(question, entry)
                del self._flights[question.issuer]
            flight.set_result(entry)

    def _fetch(self, question: Question) -> Entry:
        try:
            response = self._http.get(
                question.url, headers=question.headers, timeout=TIMEOUT_SECONDS, follow_redirects=False
            )
            return entry_of(question, response, response.content)
        except httpx.HTTPError:
            return failed(question)


class AsyncSignedKeyVerifier(_Verifier):
    """The same for asyncio: `await verifier.verify(token)`. Belongs to one event loop."""

    def __init__(
        self,
        *,
        issuer: Union[str, Sequence[str]],
        audience: Union[str, Sequence[str]],
        http_client: httpx.AsyncClient | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(issuer, audience, now)
        self._owned = http_client is None
        self._http = http_client if http_client is not None else httpx.AsyncClient()
        self._flights: dict[str, asyncio.Task[Entry]] = {}

    async def close(self) -> None:
        """Close the connections, unless they are those of an `http_client` that was given."""
        if self._owned:
            await self._http.aclose()

    async def verify(self, token: str) -> VerifiedKey:
        """Who the key belongs to and what it may do. Raises `SignedKeyError`."""
        claimed = self._read(token)
        return _judge(claimed, key_of(self._sets.held(claimed.issuer) or await self._ask(claimed)))

    async def _ask(self, claimed: Claimed) -> Entry:
        flight = self._flights.get(claimed.issuer)
        if flight is None:
            question = self._sets.ask(claimed.issuer, claimed.key_id)
            # A task of its own: a caller that is cancelled does not take the others' answer along.
            flight = asyncio.ensure_future(self._fetch(question))
            self._flights[claimed.issuer] = flight
            flight.add_done_callback(lambda _: self._flights.pop(claimed.issuer, None))
        return await asyncio.shield(flight)

    async def _fetch(self, question: Question) -> Entry:
        entry = failed(question)
        try:
            response = await self._http.get(
                question.url, headers=question.headers, timeout=TIMEOUT_SECONDS, follow_redirects=False
            )
            entry = entry_of(question, response, response.content)
        except httpx.HTTPError:
            pass
        finally:
            self._sets.keep(question, entry)
        return entry


def _judge(claimed: Claimed, key: PublicKey) -> VerifiedKey:
    if key.algorithm != claimed.algorithm:
        raise SignedKeyError("wrong_algorithm", "the key is published for another algorithm")
    if not key.has_signed(claimed.signed, claimed.signature):
        raise SignedKeyError("bad_signature", "the signature does not fit")
    return VerifiedKey(claimed.key_id, claimed.user_id, claimed.scopes, claimed.claims, claimed.expires_at)


def _list(value: Union[str, Sequence[str]], name: str) -> list[str]:
    found = [value] if isinstance(value, str) else list(value)
    if not found or not all(isinstance(one, str) and one for one in found):
        raise ValueError(f"{name} is missing")  # an empty list could be read as "anybody"; it never is
    return found


def _base(issuer: str) -> str:
    url = urlsplit(issuer)
    if url.scheme not in ("http", "https") or not url.hostname or "@" in url.netloc or re.search(r"[?#\s\\]", issuer):
        raise ValueError("issuer must be an http(s) address without user, query or fragment")
    return issuer.rstrip("/")
