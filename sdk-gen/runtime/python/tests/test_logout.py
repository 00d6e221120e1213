"""Signing out: the session is ended on the server, and its tokens are forgotten whatever the server says."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from typing import Any

import pytest
from conftest import BOTH, Answer, FakeServer, Seen, async_client, sync_client

from sdk_runtime.errors import APIConnectionError, ServerError
from sdk_runtime.operation import Arguments, Operation
from sdk_runtime.tokens import MemoryTokenStore, Tokens

GET: Operation[Any] = Operation("GET", "/me", lambda: Any, security=BOTH)


def jwt(**claims: Any) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"e30.{part}.x"


@pytest.fixture(params=["blocking", "asynchronous"])
def logout(request: pytest.FixtureRequest) -> Any:
    """Signs out, with one client or the other."""

    async def later(server: FakeServer, **options: Any) -> None:
        async with async_client(server, **options) as client:
            await client.logout()

    def now(server: FakeServer, **options: Any) -> None:
        if request.param == "asynchronous":
            asyncio.run(later(server, **options))
        else:
            with sync_client(server, **options) as client:
                client.logout()

    return now


def test_it_ends_the_session_that_the_token_names(server: FakeServer, logout: Any) -> None:
    server.answers(Answer(204))
    store = MemoryTokenStore(Tokens(jwt(sid="ses_1")))
    logout(server, token_store=store)
    assert [(seen.method, seen.path) for seen in server.seen] == [("DELETE", "/sessions/ses_1")]
    assert server.seen[0].headers["authorization"] == f"Bearer {jwt(sid='ses_1')}"
    assert store.load() is None
    logout(server, token_store=store)
    assert len(server.seen) == 1


def test_an_ended_access_token_is_renewed_first(server: FakeServer, logout: Any) -> None:
    fresh = jwt(sid="ses_1", n=2)
    server.answers(Answer(200, {"accessToken": fresh, "refreshToken": "r2", "expiresIn": 900}), Answer(204))
    store = MemoryTokenStore(Tokens(jwt(sid="ses_1"), "r1", time.time() - 1, 900))
    logout(server, token_store=store)
    assert [seen.path for seen in server.seen] == ["/refresh", "/sessions/ses_1"]
    assert server.seen[1].headers["authorization"] == f"Bearer {fresh}"
    assert store.load() is None


@pytest.mark.parametrize("status", [401, 404])
def test_a_session_that_is_over_already_is_no_failure(server: FakeServer, logout: Any, status: int) -> None:
    server.answers(Answer(status, {"code": "X"}))
    store = MemoryTokenStore(Tokens(jwt(sid="ses_1")))
    logout(server, token_store=store)
    assert store.load() is None


@pytest.mark.parametrize(("answer", "error"), [(Answer(500, {}), ServerError), (Answer(drop=True), APIConnectionError)])
def test_the_tokens_are_forgotten_also_when_the_call_fails(
    server: FakeServer, logout: Any, answer: Answer, error: type[Exception]
) -> None:
    server.answers(answer)
    store = MemoryTokenStore(Tokens(jwt(sid="ses_1")))
    with pytest.raises(error):
        logout(server, token_store=store, max_retries=0)
    assert store.load() is None


def test_a_token_that_names_no_session_is_forgotten_without_a_call(server: FakeServer, logout: Any) -> None:
    store = MemoryTokenStore(Tokens("opaque"))
    logout(server, token_store=store)
    assert server.seen == [] and store.load() is None


def test_a_refresh_on_its_way_does_not_bring_the_session_back(server: FakeServer) -> None:
    asked, release = threading.Event(), threading.Event()

    def script(seen: Seen) -> Answer:
        if seen.path != "/refresh":
            return Answer(204)
        asked.set()
        release.wait(10)
        return Answer(200, {"accessToken": "a2", "refreshToken": "r2", "expiresIn": 900})

    server.script = script
    store = MemoryTokenStore(Tokens("opaque", "r1", time.time() - 1, 900))
    client = sync_client(server, token_store=store)
    failed: list[BaseException] = []

    def call() -> None:
        try:
            client._send(GET, Arguments())
        except APIConnectionError as error:
            failed.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    assert asked.wait(10)
    client.logout()
    release.set()
    caller.join(10)
    assert len(failed) == 1 and store.load() is None
