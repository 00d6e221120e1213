"""Signing in with a wallet keeps the tokens, and logging out forgets them."""

from __future__ import annotations

import datetime as dt

import gatepost
import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from gatepost import Client, MemoryTokenStore


def test_signing_in_with_a_wallet_keeps_the_tokens_until_logout(server: str) -> None:
    wallet = Account.create()
    store = MemoryTokenStore()
    with Client(token_store=store) as client:
        now = dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = (
            f"{server.removeprefix('http://')} wants you to sign in with your Ethereum account:\n{wallet.address}\n\n\n"
            f"URI: {server}/login\nVersion: 1\nChain ID: 1\nNonce: {client.auth.create_nonce().nonce}\nIssued At: {now}"
        )
        signature = wallet.sign_message(encode_defunct(text=message)).signature.to_0x_hex()
        pair = client.auth.verify_siwe(message=message, signature=signature)
        kept = store.load()
        assert kept is not None and kept.access_token == pair.access_token
        me = client.auth.get_me()
        assert (me.id, me.address) == (pair.user_id, wallet.address)
        client.logout()
        assert store.load() is None
    with Client(access_token=pair.access_token) as stale, pytest.raises(gatepost.UnauthenticatedError):
        stale.auth.get_me()
