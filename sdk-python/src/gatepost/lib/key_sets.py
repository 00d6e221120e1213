"""The published halves of signed keys: when to fetch, how long to keep, when to leave the issuer alone. No I/O in here."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

import httpx

from .public_keys import PublicKey, find_key
from .signed_key_error import SignedKeyError

DEFAULT_AGE_SECONDS = 300.0
MAX_AGE_SECONDS = 3600.0
MISSING_AGE_SECONDS = 30.0
"""How long "there is no such key" is believed."""
FAILED_AGE_SECONDS = 5.0
"""How long an issuer that did not answer is left alone about that key."""
MAX_ENTRIES = 1000
MAX_BODY_BYTES = 65_536
TIMEOUT_SECONDS = 5.0
MAX_STRANGERS = 30
"""So many questions after keys that were never seen may be open or in vain; one more is allowed each second."""


class State(Enum):
    """What is known of a key."""

    FOUND = "found"
    MISSING = "missing"
    UNUSABLE = "unusable"
    FAILED = "failed"


@dataclass(frozen=True)
class Entry:
    """The outcome of a question after a key."""

    state: State
    asked_at: float
    until: float
    etag: str | None = None
    known: PublicKey | None = None
    """The key once was there, with the set that the ETag stands for."""


@dataclass(frozen=True)
class Question:
    """A fetch to make: its address, headers, and what was known before."""

    issuer: str
    key_id: str
    asked_at: float
    held: Entry | None
    stranger: bool

    @property
    def url(self) -> str:
        """Where the issuer publishes the key."""
        return f"{self.issuer}/.well-known/jwks.json"

    @property
    def headers(self) -> dict[str, str]:
        """With the ETag of what is held."""
        headers = {"Accept": "application/jwk-set+json, application/json"}
        if self.held is not None and self.held.known is not None and self.held.etag is not None:
            headers["If-None-Match"] = self.held.etag
        return headers


class KeySets:
    """What is remembered of issuers' keys, the least used forgotten first. Safe to use from several threads."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._strangers = float(MAX_STRANGERS)
        self._counted_at = now()

    def held(self, issuer: str) -> Entry | None:
        """What is known and may still be believed."""
        entry = self._recall(issuer)
        now = self._now()
        # A clock that went backwards must not keep a key alive: what was asked "later" is asked again.
        return entry if entry is not None and entry.asked_at <= now < entry.until else None

    def ask(self, issuer: str, key_id: str) -> Question:
        """The fetch to make. Raises `SignedKeyError` when too many keys that nobody knows are asked after."""
        held = self._recall(issuer)
        stranger = held is None or held.known is None
        if stranger:
            self._admit_stranger()
        return Question(issuer, key_id, self._now(), held, stranger)

    def keep(self, question: Question, entry: Entry) -> None:
        """Remember the outcome."""
        with self._lock:
            if question.stranger and entry.known is not None:
                self._strangers += 1
            self._entries[question.issuer] = entry
            self._entries.move_to_end(question.issuer)
            if len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)

    def _recall(self, issuer: str) -> Entry | None:
        with self._lock:
            entry = self._entries.get(issuer)
            if entry is not None:
                self._entries.move_to_end(issuer)
            return entry

    def _admit_stranger(self) -> None:
        """Invented key ids would otherwise make this machine ask the issuer as fast as somebody can invent them."""
        with self._lock:
            now = self._now()
            self._strangers = min(MAX_STRANGERS, self._strangers + max(0.0, now - self._counted_at))
            self._counted_at = now
            if self._strangers < 1:
                raise SignedKeyError("unavailable", "too many unknown keys at the moment; try again in a second")
            self._strangers -= 1


def entry_of(question: Question, response: httpx.Response, body: bytes) -> Entry:
    """What an answer says of the key."""
    before = question.held
    known, etag = (before.known, before.etag) if before is not None else (None, None)
    entry = Entry(State.FOUND, question.asked_at, question.asked_at, etag, known)
    if response.status_code == 304 and known is not None:
        return _until(entry, _age(response.headers, MAX_AGE_SECONDS, DEFAULT_AGE_SECONDS))
    if response.status_code in (404, 410):
        age = _age(response.headers, MISSING_AGE_SECONDS, MISSING_AGE_SECONDS)
        return _until(replace(entry, state=State.MISSING, etag=None), age)
    if response.status_code != 200 or len(body) > MAX_BODY_BYTES:
        return failed(question)
    try:
        found = find_key(body, question.key_id)
    except (ValueError, RecursionError):
        return failed(question)
    if found.key is None:
        state = State.UNUSABLE if found.listed else State.MISSING
        return _until(replace(entry, state=state, etag=None), MISSING_AGE_SECONDS)
    age = _age(response.headers, MAX_AGE_SECONDS, DEFAULT_AGE_SECONDS)
    return _until(replace(entry, known=found.key, etag=response.headers.get("etag")), age)


def failed(question: Question) -> Entry:
    """No answer, or none that can be believed."""
    before = question.held
    known, etag = (before.known, before.etag) if before is not None else (None, None)
    return Entry(State.FAILED, question.asked_at, question.asked_at + FAILED_AGE_SECONDS, etag, known)


def key_of(entry: Entry) -> PublicKey:
    """The key, or the `SignedKeyError` that says why there is none."""
    if entry.state is State.FOUND and entry.known is not None:
        return entry.known
    if entry.state is State.FAILED:
        raise SignedKeyError("unavailable", "the key cannot be checked: its issuer does not answer")
    if entry.state is State.MISSING and entry.known is not None:
        raise SignedKeyError("revoked", "the key is no longer published: it was revoked")
    raise SignedKeyError("unknown_key", "the issuer publishes no such key")


def _until(entry: Entry, age: float) -> Entry:
    return replace(entry, until=entry.asked_at + age)


def _age(headers: Mapping[str, str], most: float, otherwise: float) -> float:
    """How long an answer may be kept (RFC 9111): its `max-age` less its `Age`."""
    control = headers.get("cache-control", "")
    if re.search(r"(?:^|,)\s*no-(?:store|cache)\s*(?:,|$)", control, re.IGNORECASE):
        return 0.0
    told = re.search(r"(?:^|,)\s*max-age\s*=\s*\"?([0-9]{1,12})", control, re.IGNORECASE)
    if told is None:
        return otherwise
    passed = re.fullmatch(r"[0-9]{1,12}", headers.get("age", "0").strip())
    return min(most, max(0.0, float(told[1]) - (float(passed[0]) if passed else 0.0)))
