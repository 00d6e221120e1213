"""Signed keys that the live server made, verified here without asking it about each."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from gatepost import Client
from gatepost.lib.scopes import covers_scopes
from gatepost.lib.verifier import SignedKeyError, SignedKeyVerifier

from conftest import Counted

AUDIENCE = "https://shop.example"


def made(root: Client, **more: Any) -> Any:
    said = {"audience": AUDIENCE, "scopes": ["read:items"], "claims": {"plan": "pro"}, "expires_in_seconds": 3600}
    return root.keys.create(name="Signed", kind="signed", **{**said, **more})


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_a_key_verifies_three_times_with_one_fetch(root: Client, server: str, algorithm: str) -> None:
    counted, key = Counted(), made(root, algorithm=algorithm)
    with httpx.Client(event_hooks={"request": [counted.note]}) as http:
        verifier = SignedKeyVerifier(issuer=server, audience=AUDIENCE, http_client=http)
        for _ in range(3):
            found = verifier.verify(key.secret)
            assert (found.key_id, found.user_id, found.scopes) == (key.id, key.user_id, ["read:items"])
            assert found.claims["plan"] == "pro" and abs((found.expires_at - key.expires_at).total_seconds()) < 1
    assert sum(counted.calls.values()) == 1
    root.keys.revoke_key(key.id)


def test_a_key_for_somebody_else_is_refused_and_a_revoked_one_in_time(root: Client, server: str) -> None:
    ahead = [0.0]
    verifier = SignedKeyVerifier(issuer=server, audience=AUDIENCE, now=lambda: time.time() + ahead[0])
    key, other = made(root), made(root, audience="https://other.example")
    verifier.verify(key.secret)
    with pytest.raises(SignedKeyError) as caught:
        verifier.verify(other.secret)
    assert caught.value.code == "wrong_audience"
    root.keys.revoke_key(key.id)
    ahead[0] = 300
    with pytest.raises(SignedKeyError) as caught:
        verifier.verify(key.secret)
    assert caught.value.code == "revoked"
    verifier.close()


def test_the_umbrella_scopes_stand_for_what_the_server_says(root: Client) -> None:
    for one in root.scopes.list(limit=100):
        scope = str(one.scope)
        assert covers_scopes(["read", "write"], [scope]) is not one.admin_granted, scope
        assert covers_scopes(["admin"], [scope]) and covers_scopes([scope], [scope])
