"""Signing up, signing in, and tokens that renew themselves: one refresh, however many wait."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import gatepost
import httpx
import pytest
from gatepost import AsyncClient, Client, FileTokenStore, MemoryTokenStore, Tokens

from conftest import Account, Counted, sign_up


@pytest.fixture
def account(nobody: Client) -> Account:
    return sign_up(nobody)


def signed_in(account: Account) -> Tokens:
    store = MemoryTokenStore()
    with Client(token_store=store) as client:
        client.auth.login_with_password(email=account.email, password=account.password)
    tokens = store.load()
    assert tokens is not None and tokens.refresh_token is not None
    return tokens


def expired(tokens: Tokens) -> Tokens:
    """As after fifteen minutes: the client knows that it ended."""
    return replace(tokens, expires_at=time.time() - 1)


def revoked(tokens: Tokens) -> Tokens:
    """The client believes in it, and the server does not: it answers 401."""
    return replace(tokens, access_token=tokens.access_token[:-8] + "AAAAAAAA")


def test_a_strangers_day(account: Account) -> None:
    with Client() as client:
        pair = client.auth.login_with_password(email=account.email, password=account.password)
        assert pair.token_type == "Bearer" and pair.expires_in > 0
        me = client.auth.get_me()
        assert me.email == account.email
        key = client.keys.create(name="My first", scopes=["read:items", "write:items"])
        assert key.secret.startswith("gp_live_")
        assert key.id in {one.id for one in client.keys.list()}
        assert client.keys.update(key.id, name="Renamed", description=None).name == "Renamed"
        with Client(api_key=key.secret) as seller:
            item = seller.items.create(title="Mine", price={"amount": 1, "currency": "EUR"}, condition="new")
            assert item.seller_id == pair.user_id
        client.keys.revoke_key(key.id)
        assert client.keys.get(key.id).status == "revoked"


def test_a_wrong_password_is_refused(account: Account, nobody: Client) -> None:
    with pytest.raises(gatepost.UnauthenticatedError) as caught:
        nobody.auth.login_with_password(email=account.email, password="not the password at all")
    assert caught.value.code == "INVALID_CREDENTIALS"


@pytest.mark.parametrize("how", [expired, revoked])
def test_fifty_threads_make_one_refresh(account: Account, how: object) -> None:
    assert callable(how)
    counted = Counted()
    store = MemoryTokenStore(how(signed_in(account)))
    limits = httpx.Limits(max_connections=50)
    with httpx.Client(event_hooks={"request": [counted.note]}, limits=limits) as http:
        client = Client(token_store=store, http_client=http)
        with ThreadPoolExecutor(50) as pool:
            found = list(pool.map(lambda _: client.auth.get_me().email, range(50)))
    assert found == [account.email] * 50
    assert counted.refreshes == 1


@pytest.mark.parametrize("how", [expired, revoked])
def test_fifty_tasks_make_one_refresh(account: Account, how: object) -> None:
    assert callable(how)
    tokens = how(signed_in(account))

    async def calls() -> None:
        counted = Counted()
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(event_hooks={"request": [counted.note_async]}, limits=limits) as http:
            client = AsyncClient(token_store=MemoryTokenStore(tokens), http_client=http)
            found = await asyncio.gather(*(client.auth.get_me() for _ in range(50)))
        assert [one.email for one in found] == [account.email] * 50
        assert counted.refreshes == 1

    asyncio.run(calls())


def test_tokens_outlive_the_process(account: Account, tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    with Client(token_store=FileTokenStore(path)) as client:
        client.auth.login_with_password(email=account.email, password=account.password)
    kept = FileTokenStore(path).load()
    assert kept is not None and os.stat(path).st_mode & 0o777 == 0o600
    FileTokenStore(path).save(expired(kept))
    with Client(token_store=FileTokenStore(path)) as client:
        assert client.auth.get_me().email == account.email
    renewed = FileTokenStore(path).load()
    assert renewed is not None and renewed.refresh_token != kept.refresh_token


def test_signing_out_everywhere_ends_it(account: Account) -> None:
    elsewhere = signed_in(account)
    store = MemoryTokenStore(signed_in(account))
    with Client(token_store=store) as client:
        client.sessions.revoke_all()
        assert store.load() is None
    with Client(token_store=MemoryTokenStore(elsewhere)) as client, pytest.raises(gatepost.UnauthenticatedError):
        client.auth.get_me()


def test_logout_ends_this_session_alone(account: Account) -> None:
    elsewhere = MemoryTokenStore(signed_in(account))
    tokens = signed_in(account)
    store = MemoryTokenStore(tokens)
    with Client(token_store=store) as client:
        client.logout()
    assert store.load() is None
    with Client(token_store=elsewhere) as client:
        assert client.auth.get_me().email == account.email
    with Client(token_store=MemoryTokenStore(replace(tokens, refresh_token=None))) as client:
        with pytest.raises(gatepost.UnauthenticatedError):
            client.auth.get_me()


def test_a_key_is_verified_for_somebody_else(root: Client) -> None:
    key = root.keys.create(name="Checked", scopes=["read:items"])
    good = root.keys.verify(key=key.secret, scopes=["read:items"])
    assert good.valid and good.code == "VALID" and good.key_id == key.id
    assert root.keys.verify(key=key.secret, scopes=["write:items"]).code == "INSUFFICIENT_SCOPE"
    root.keys.revoke_key(key.id)
    assert root.keys.verify(key=key.secret).code == "REVOKED"


def test_usage_and_limits_are_told(root: Client) -> None:
    root.items.list(limit=1)
    assert root.usage.get() is not None
    assert root.scopes.list().data
