"""The ASGI middleware in front of an application, with keys of the live server."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from gatepost import AsyncClient, Client
from gatepost.lib.guard import CALLER, KeyGuard, Receive, Scope, Send


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    caller = scope.get(CALLER)
    body = (caller.key_id if caller else "nobody").encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def ask(path: str, headers: dict[str, str], **options: Any) -> httpx.Response:
    async def call() -> httpx.Response:
        async with AsyncClient(**options) as client:
            guard = KeyGuard(app, client=client, scopes=["read:items"], public=lambda path: path == "/health")
            transport = httpx.ASGITransport(app=guard)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
                return await http.get(path, headers=headers)

    return asyncio.run(call())


def test_the_caller_reaches_the_handler(root: Client) -> None:
    key = root.keys.create(name="Guarded", scopes=["read:items"])
    for headers in ({"X-API-Key": key.secret}, {"Authorization": f"Bearer {key.secret}"}):
        answer = ask("/", headers)
        assert (answer.status_code, answer.text) == (200, key.id)


def test_everyone_else_is_told_why_not(root: Client) -> None:
    assert ask("/health", {}).text == "nobody"
    nobody = ask("/", {})
    assert nobody.status_code == 401 and nobody.headers["www-authenticate"] == "Bearer"
    assert ask("/", {"X-API-Key": "gp_live_junk"}).json()["code"] == "NOT_FOUND"
    endless = ask("/", {"X-API-Key": "k" * 9000})
    assert (endless.status_code, endless.json()["code"]) == (401, "MALFORMED")
    narrow = root.keys.create(name="Narrow", scopes=["keys:read"])
    refused = ask("/", {"X-API-Key": narrow.secret})
    assert refused.status_code == 403 and refused.json()["requiredScopes"] == ["read:items"]


def test_nobody_is_let_in_unchecked(root: Client) -> None:
    key = root.keys.create(name="Guarded", scopes=["read:items"])
    answer = ask("/", {"X-API-Key": key.secret}, base_url="http://127.0.0.1:1", max_retries=0)
    assert answer.status_code == 503 and key.secret not in answer.text
