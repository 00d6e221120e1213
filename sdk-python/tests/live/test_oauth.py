"""The standard endpoints: forms, a client's name and password, and the standard's own refusals."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from urllib.parse import parse_qs

import gatepost
import httpx
import pytest
from gatepost import AsyncClient, Client, models


@pytest.fixture
def key(root: Client) -> Iterator[models.CreatedKey]:
    made = root.keys.create(name="OAuth", scopes=["read:items"])
    yield made
    root.keys.revoke_key(made.id)


def test_a_key_becomes_a_token_which_is_told_of_and_revoked(key: models.CreatedKey, root: Client) -> None:
    sent: list[httpx.Request] = []
    with httpx.Client(event_hooks={"request": [sent.append]}) as http:
        machine = Client(basic_auth=(key.id, key.secret), http_client=http)
        issued = machine.oauth.issue_token(grant_type="client_credentials", scope="read:items")
        assert (issued.token_type, issued.scope, issued.refresh_token) == ("Bearer", "read:items", None)
        assert sent[0].headers["content-type"] == "application/x-www-form-urlencoded"
        basic = base64.b64encode(f"{key.id}:{key.secret}".encode()).decode()
        assert sent[0].headers["authorization"] == f"Basic {basic}" and "x-api-key" not in sent[0].headers
        assert parse_qs(sent[0].content.decode()) == {"grant_type": ["client_credentials"], "scope": ["read:items"]}

        bearer = Client(access_token=issued.access_token)
        assert bearer.me.get_current_user().id == key.user_id
        told = machine.oauth.introspect_token(token=issued.access_token)
        assert (told.active, told.sub, told.client_id) == (True, key.user_id, key.id)
        machine.oauth.revoke_token(token=issued.access_token)
        gone = machine.oauth.introspect_token(token=issued.access_token)
        assert gone.model_dump(exclude_unset=True) == {"active": False}
        with pytest.raises(gatepost.UnauthenticatedError):
            bearer.me.get_current_user()


def test_name_and_password_may_stand_in_the_form(key: models.CreatedKey, nobody: Client) -> None:
    issued = nobody.oauth.issue_token(grant_type="client_credentials", client_id=key.id, client_secret=key.secret)
    assert issued.scope == "read:items"


def test_refusals_are_the_standards_with_its_words(key: models.CreatedKey) -> None:
    with Client(basic_auth=(key.id, key.secret)) as machine, pytest.raises(gatepost.BadRequestError) as caught:
        machine.oauth.issue_token(grant_type="client_credentials", scope="write:items")
    assert caught.value.code == "invalid_scope" and caught.value.detail
    with Client(basic_auth=(key.id, "gp_live_guessed")) as guessed, pytest.raises(gatepost.UnauthenticatedError) as no:
        guessed.oauth.introspect_token(token="x")
    assert no.value.code == "invalid_client"


def test_clients_find_everything_by_the_metadata(nobody: Client, server: str) -> None:
    metadata = nobody.oauth.get_metadata()
    assert metadata.issuer == server and "client_credentials" in metadata.grant_types_supported
    assert httpx.get(metadata.jwks_uri).json()["keys"][0]["kid"] == nobody.oauth.get_jwks().keys[0].kid


def test_the_asynchronous_client_does_the_same(key: models.CreatedKey) -> None:
    async def calls() -> str:
        async with AsyncClient(basic_auth=(key.id, key.secret)) as machine:
            issued = await machine.oauth.issue_token(grant_type="client_credentials")
            assert (await machine.oauth.introspect_token(token=issued.access_token)).active
            await machine.oauth.revoke_token(token=issued.access_token)
            return issued.scope

    assert asyncio.run(calls()) == "read:items"
