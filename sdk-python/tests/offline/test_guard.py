"""The middleware with a verifier, and the examples of the guide: signed keys are checked here, Gatepost is not asked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
from gatepost import AsyncClient
from gatepost.lib.guard import CALLER, KeyGuard, Receive, Scope, Send
from gatepost.lib.verifier import AsyncSignedKeyVerifier
from issuer import AUDIENCE, Issuer

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    caller = scope[CALLER]
    body = f"{caller.key_id} {caller.user_id} {caller.claims}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def ask(guarded: Any, headers: dict[str, str]) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(app=guarded)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
            return await http.get("/", headers=headers)

    return asyncio.run(call())


def guard(issuer: Issuer, **options: Any) -> KeyGuard:
    return KeyGuard(app, verifier=AsyncSignedKeyVerifier(issuer=issuer.base, audience=AUDIENCE), **options)


def test_a_signed_key_reaches_the_handler_with_its_claims(issuer: Issuer) -> None:
    key = issuer.make(plan="pro")
    for headers in ({"X-API-Key": key.token}, {"Authorization": f"Bearer {key.token}"}):
        answer = ask(guard(issuer, scopes=["read:items"]), headers)
        assert answer.status_code == 200 and answer.text.startswith(f"{key.id} usr_01k9 ") and "'pro'" in answer.text


def test_the_others_are_refused_with_the_reason(issuer: Issuer) -> None:
    rows: list[tuple[dict[str, str], int, str]] = [
        ({}, 401, "UNAUTHENTICATED"),
        ({"X-API-Key": "gp_live_junk"}, 401, "MALFORMED"),
        ({"X-API-Key": issuer.make(aud="https://other.example").token}, 401, "WRONG_AUDIENCE"),
        ({"X-API-Key": issuer.make(exp=1).token}, 401, "EXPIRED"),
        ({"X-API-Key": issuer.make().token}, 403, "INSUFFICIENT_SCOPE"),
    ]
    for headers, status, code in rows:
        answer = ask(guard(issuer, scopes=["write:orders"]), headers)
        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
        assert problem.get("requiredScopes") == (["write:orders"] if status == 403 else None)


def test_umbrella_scopes_open_what_lies_under_them(issuer: Issuer) -> None:
    rows = [("read", "read:orders", 200), ("read", "write:orders", 403), ("read write", "users:read", 403)]
    for scope, needed, status in [*rows, ("admin", "users:read", 200)]:
        answer = ask(guard(issuer, scopes=[needed]), {"X-API-Key": issuer.make(scope=scope).token})
        assert answer.status_code == status, (scope, needed)


def test_nobody_is_let_in_unchecked(issuer: Issuer) -> None:
    key = issuer.make()
    issuer.server.shutdown()
    issuer.server.server_close()
    answer = ask(guard(issuer), {"X-API-Key": key.token})
    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")


def test_a_websocket_needs_a_key_as_well(issuer: Issuer) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept", "key": scope[CALLER].key_id})

    key = issuer.make()
    verifier = AsyncSignedKeyVerifier(issuer=issuer.base, audience=AUDIENCE)
    for headers in ([], [(b"x-api-key", key.token.encode())]):
        scope: Any = {"type": "websocket", "path": "/", "headers": headers}
        asyncio.run(KeyGuard(let_in, verifier=verifier)(scope, receive, send))
    closed, accepted = sent
    assert (closed["type"], closed["code"], closed["reason"]) == ("websocket.close", 1008, "UNAUTHENTICATED")
    assert accepted["key"] == key.id


def test_with_a_client_beside_the_verifier_other_keys_are_asked_after(issuer: Issuer) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        said = {"valid": False, "code": "REVOKED", "keyId": "key_1", "userId": None, "name": None, "environment": None}
        return httpx.Response(200, json={**said, "scopes": [], "expiresAt": None, "remaining": None})

    async def calls() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            client = AsyncClient(api_key="k", base_url="http://gatepost.example", http_client=http)
            guarded = guard(issuer, client=client)
            transport = httpx.ASGITransport(app=guarded)
            async with httpx.AsyncClient(transport=transport, base_url="http://shop") as shop:
                assert (await shop.get("/", headers={"x-api-key": issuer.make().token})).status_code == 200
                assert asked == []
                refused = await shop.get("/", headers={"x-api-key": "gp_live_other"})
                assert (refused.status_code, refused.json()["code"]) == (401, "REVOKED")

    asyncio.run(calls())
    assert asked == ["/v1/keys/verify"]


def example(words: str, issuer: Issuer) -> dict[str, Any]:
    """The README's example with these words, as it stands but for the issuer's address."""
    blocks: list[str] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    code = next(block for block in blocks if words in block)
    names: dict[str, Any] = {}
    exec(compile(code.replace("https://api.example.com", issuer.base), "README", "exec"), names)  # noqa: S102 - ours
    return names


def test_the_example_of_the_verifier_runs(issuer: Issuer) -> None:
    who_calls = example("def who_calls", issuer)["who_calls"]
    key = issuer.make(plan="pro")
    said = who_calls(key.token)
    assert said.startswith(f"usr_01k9 with {key.id}, read:items write:items until ") and said.endswith("plan pro")
    assert who_calls("junk") == "nobody: malformed"


def test_the_example_of_the_middleware_runs(issuer: Issuer) -> None:
    guarded = example("KeyGuard(app", issuer)["guarded"]
    assert ask(guarded, {"X-API-Key": issuer.make().token}).text == "hello usr_01k9"
    assert ask(guarded, {}).status_code == 401
