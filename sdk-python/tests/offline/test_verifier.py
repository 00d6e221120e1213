"""SignedKeyVerifier against keys that PyJWT made and a server that counts who asks (S23, S24, S31, S40, S41)."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import Clock, Verifiers
from gatepost.lib.verifier import AsyncSignedKeyVerifier, SignedKeyVerifier
from issuer import AUDIENCE, Answer, Issuer, compact


def test_a_good_key_of_either_algorithm_says_whose_it_is(issuer: Issuer, verifiers: Verifiers) -> None:
    for algorithm in ("ES256", "RS256"):
        key = issuer.make(algorithm, plan="pro")
        found = verifiers.of(issuer.base).verify(key.token)
        assert (found.key_id, found.user_id, found.claims["plan"]) == (key.id, "usr_01k9", "pro")
        assert found.scopes == ["read:items", "write:items"]
        assert found.expires_at.timestamp() == key.claims["exp"] and found.expires_at.tzinfo is not None


def test_three_verifications_make_one_fetch(issuer: Issuer, verifiers: Verifiers) -> None:
    verifier, key = verifiers.of(issuer.base + "/"), issuer.make(aud=["https://other.example", AUDIENCE])
    for _ in range(3):
        verifier.verify(key.token)
    assert [path for path, _ in issuer.fetches] == [key.path]


def test_twenty_threads_make_one_fetch(issuer: Issuer) -> None:
    verifier, key = SignedKeyVerifier(issuer=issuer.base, audience=AUDIENCE), issuer.make()
    issuer.gate, token = threading.Event(), key.token
    with ThreadPoolExecutor(20) as pool:
        found = [pool.submit(verifier.verify, token) for _ in range(20)]
        issuer.gate.set()
        assert {one.result().key_id for one in found} == {key.id}
    verifier.close()
    assert len(issuer.fetches) == 1


def test_twenty_tasks_make_one_fetch_and_a_cancelled_one_takes_nobody_along(issuer: Issuer) -> None:
    async def calls() -> None:
        verifier, key = AsyncSignedKeyVerifier(issuer=issuer.base, audience=AUDIENCE), issuer.make()
        issuer.gate, token = threading.Event(), key.token
        tasks = [asyncio.ensure_future(verifier.verify(token)) for _ in range(20)]
        while not issuer.fetches:
            await asyncio.sleep(0)
        tasks[0].cancel()
        issuer.gate.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found[0], asyncio.CancelledError)
        assert {getattr(one, "key_id", one) for one in found[1:]} == {key.id}
        await verifier.close()

    asyncio.run(calls())
    assert len(issuer.fetches) == 1


def test_a_set_is_kept_for_its_max_age_then_asked_after_with_its_etag(issuer: Issuer, verifiers: Verifiers) -> None:
    clock, key = Clock(time.time()), issuer.make()
    verifier = verifiers.of(issuer.base, clock=clock)
    verifier.verify(key.token)
    clock.now += 299
    verifier.verify(key.token)
    assert len(issuer.fetches) == 1
    clock.now += 1
    verifier.verify(key.token)
    assert len(issuer.fetches) == 2 and issuer.fetches[1][1] is not None
    clock.now += 299
    verifier.verify(key.token)
    assert len(issuer.fetches) == 2


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"cache-control": "max-age=7"}, 7),
        ({"cache-control": "max-age=100", "age": "90"}, 10),
        ({"cache-control": "public, max-age=999999"}, 3600),
        ({}, 300),
        ({"cache-control": "no-store"}, 0),
    ],
)
def test_max_age_is_honoured_up_to_an_hour(issuer: Issuer, verifiers: Verifiers, headers: Any, kept: int) -> None:
    clock, key = Clock(time.time()), issuer.make(exp=int(time.time()) + 9000)
    issuer.answer = lambda path: Answer(200, headers, json.dumps(issuer.sets[path]).encode())
    verifier = verifiers.of(issuer.base, clock=clock)
    verifier.verify(key.token)
    if kept:
        clock.now += kept - 0.01
        verifier.verify(key.token)
        clock.now += 0.01
    assert len(issuer.fetches) == 1
    verifier.verify(key.token)
    assert len(issuer.fetches) == 2


def test_a_revoked_key_is_refused_once_its_set_has_aged(issuer: Issuer, verifiers: Verifiers) -> None:
    # H38, S41
    clock, key = Clock(time.time()), issuer.make()
    verifier = verifiers.of(issuer.base, clock=clock)
    verifier.verify(key.token)
    issuer.revoke(key)
    clock.now += 300
    assert [verifier.code(key.token) for _ in range(3)] == ["revoked"] * 3
    assert len(issuer.fetches) == 2
    clock.now += 30
    assert verifier.code(key.token) == "revoked" and len(issuer.fetches) == 3

    never = issuer.revoke(issuer.make())
    assert [verifier.code(never.token) for _ in range(3)] == ["unknown_key"] * 3
    assert len(issuer.fetches) == 4


def test_a_clock_that_goes_backwards_keeps_no_revoked_key_alive(issuer: Issuer, verifiers: Verifiers) -> None:
    clock, key = Clock(time.time()), issuer.make(iat=1)
    verifier = verifiers.of(issuer.base, clock=clock)
    verifier.verify(key.token)
    issuer.revoke(key)
    clock.now -= 3600
    assert verifier.code(key.token) == "revoked"


def test_invented_keys_make_no_storm_of_fetches(issuer: Issuer, verifiers: Verifiers) -> None:
    clock, known = Clock(time.time()), issuer.make()
    verifier = verifiers.of(issuer.base, clock=clock)
    verifier.verify(known.token)
    issuer.fetches.clear()
    codes = [verifier.code(issuer.revoke(issuer.make()).token) for _ in range(100)]
    assert (codes.count("unknown_key"), codes.count("unavailable")) == (30, 70)
    assert len(issuer.fetches) == 30
    verifier.verify(known.token)
    clock.now += 1
    verifier.verify(issuer.make().token)


def test_a_thousand_keys_are_remembered_the_least_used_forgotten_first(issuer: Issuer, verifiers: Verifiers) -> None:
    verifier, first, second = verifiers.of(issuer.base), issuer.make(), issuer.make()
    verifier.verify(first.token)
    verifier.verify(second.token)
    for made in range(999):
        verifier.verify(issuer.make().token)
        if made == 0:
            verifier.verify(first.token)
    before = len(issuer.fetches)
    verifier.verify(first.token)
    assert len(issuer.fetches) == before
    verifier.verify(second.token)
    assert len(issuer.fetches) == before + 1


def test_while_the_issuer_is_away_nothing_is_accepted(issuer: Issuer, verifiers: Verifiers) -> None:
    clock, key = Clock(time.time()), issuer.make()
    verifier = verifiers.of(issuer.base, clock=clock)
    verifier.verify(key.token)
    issuer.answer = lambda _: Answer(500)
    verifier.verify(key.token)
    clock.now += 300
    assert [verifier.code(key.token) for _ in range(2)] == ["unavailable"] * 2
    assert len(issuer.fetches) == 2
    issuer.answer = None
    clock.now += 5
    verifier.verify(key.token)


def test_an_issuer_that_is_not_there_is_unavailable(verifiers: Verifiers, issuer: Issuer) -> None:
    key = issuer.make()
    claims = {**key.claims, "iss": f"http://127.0.0.1:1/jwks/{key.id}"}
    assert verifiers.of("http://127.0.0.1:1").code(compact(key.header, claims, key.private)) == "unavailable"


def test_redirects_huge_bodies_and_what_is_no_set_are_not_believed(
    issuer: Issuer, elsewhere: Issuer, verifiers: Verifiers
) -> None:
    answers = [
        Answer(302, {"location": elsewhere.base}),
        Answer(200, {}, b'{"keys":[],"x":"%s"}' % (b"x" * 70_000)),
        Answer(200, {}, b"<html>"),
        Answer(200, {}, b"{}"),
        Answer(200, {}, b"\xff"),
    ]
    for answer in answers:
        issuer.answer = lambda _, answer=answer: answer
        assert verifiers.of(issuer.base).code(issuer.make().token) == "unavailable"
    assert elsewhere.fetches == []


@pytest.mark.parametrize(
    "jwk",
    [
        {"d": "AAAA"},
        {"k": "AAAA"},
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"crv": "P-384"},
        {"x": "AAAA"},
        {"x": 1},
        {"y": "A" * 43},
        {"alg": None},
        {"kty": "oct"},
        {"kid": "key_other"},
    ],
)
def test_a_key_that_is_published_wrongly_is_not_used(issuer: Issuer, verifiers: Verifiers, jwk: Any) -> None:
    assert verifiers.of(issuer.base).code(issuer.make(jwk=jwk).token) == "unknown_key"


def test_a_key_that_is_listed_twice_or_too_small_is_not_used(issuer: Issuer, verifiers: Verifiers) -> None:
    twice = issuer.make()
    issuer.sets[twice.path]["keys"] *= 2
    assert verifiers.of(issuer.base).code(twice.token) == "unknown_key"
    small = issuer.make("RS256", bits=1024)
    token = compact(small.header, small.claims, small.private, "RS256")
    assert verifiers.of(issuer.base).code(token) == "unknown_key"


@pytest.mark.parametrize("kind", [SignedKeyVerifier, AsyncSignedKeyVerifier])
@pytest.mark.parametrize(
    ("issuer_base", "audience"),
    [
        ([], AUDIENCE),
        ("https://a.example", []),
        ("https://a.example", ""),
        ("ftp://a.example", AUDIENCE),
        ("https://u@a.example", AUDIENCE),
        ("https://a.example/?x", AUDIENCE),
    ],
)
def test_who_names_nobody_gets_no_verifier(kind: Any, issuer_base: Any, audience: Any) -> None:
    with pytest.raises(ValueError):
        kind(issuer=issuer_base, audience=audience)


def test_thirty_seconds_are_allowed_between_two_clocks(issuer: Issuer, verifiers: Verifiers) -> None:
    # S31
    now = int(time.time())
    rows: list[tuple[dict[str, Any], float, str]] = [
        ({"exp": now}, now + 29.999, "accepted"),
        ({"exp": now}, now + 30.001, "expired"),
        ({"nbf": now}, now - 30, "accepted"),
        ({"nbf": now}, now - 30.001, "not_yet_valid"),
        ({"iat": now + 3600}, now, "not_yet_valid"),
    ]
    for claims, at, code in rows:
        key = issuer.make(**{"iat": now - 100, **claims})
        assert verifiers.of(issuer.base, clock=lambda at=at: at).code(key.token) == code, claims


def test_without_the_extra_the_error_says_what_to_install() -> None:
    hide = "import sys; sys.modules['cryptography'] = None\n"
    tried = subprocess.run([sys.executable, "-c", hide + "import gatepost.lib.guard, gatepost.lib.verifier"], capture_output=True, text=True)
    assert tried.returncode == 1 and "pip install 'gatepost[verify]'" in tried.stderr
