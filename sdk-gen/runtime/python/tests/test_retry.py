"""What is tried again, how long is waited, and what never is."""

from __future__ import annotations

import socket
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from conftest import Answer, FakeServer, async_client, sync_client

from sdk_runtime.bodies import JsonBody
from sdk_runtime.errors import APIConnectionError, APITimeoutError, RateLimitError, ServerError
from sdk_runtime.operation import Arguments, Operation
from sdk_runtime.retry import RetryPolicy, retry_after

GET: Operation[Any] = Operation("GET", "/things", lambda: Any)
POST: Operation[Any] = Operation("POST", "/things", lambda: Any, body=JsonBody())
SAFE_POST: Operation[Any] = Operation("POST", "/things", lambda: Any, body=JsonBody(), idempotency="Idempotency-Key")
BODY = Arguments(body={"a": 1})


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(server: FakeServer, status: int, no_waiting: list[float]) -> None:
    server.answers(Answer(status), Answer(status), Answer(200, {}))
    assert sync_client(server)._send(GET, Arguments()).status_code == 200
    assert len(server.seen) == 3
    assert all(0 <= wait <= 1 for wait in no_waiting) and len(no_waiting) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 501])
def test_a_lasting_failure_is_not(server: FakeServer, status: int) -> None:
    server.answers(Answer(status))
    with pytest.raises(Exception) as caught:
        sync_client(server)._send(GET, Arguments())
    assert getattr(caught.value, "status", None) == status
    assert len(server.seen) == 1


def test_two_repetitions_and_no_more(server: FakeServer) -> None:
    server.answers(Answer(503))
    with pytest.raises(ServerError):
        sync_client(server)._send(GET, Arguments())
    assert len(server.seen) == 3


def test_retries_can_be_turned_off_for_one_call(server: FakeServer) -> None:
    server.answers(Answer(503))
    with pytest.raises(ServerError):
        sync_client(server)._send(GET, Arguments(), {"max_retries": 0})
    assert len(server.seen) == 1


def test_a_post_is_not_repeated_when_it_may_have_worked(server: FakeServer) -> None:
    server.answers(Answer(503))
    with pytest.raises(ServerError):
        sync_client(server)._send(POST, BODY)
    server.answers(Answer(drop=True))
    with pytest.raises(APIConnectionError):
        sync_client(server)._send(POST, BODY)
    assert len(server.seen) == 2


def test_a_post_that_was_refused_for_its_rate_is_repeated(server: FakeServer) -> None:
    server.answers(Answer(429, headers={"retry-after": "0"}), Answer(201, {}))
    assert sync_client(server)._send(POST, BODY).status_code == 201


def test_one_idempotency_key_a_call_over_all_tries(server: FakeServer) -> None:
    server.answers(Answer(503), Answer(drop=True), Answer(201, {}))
    client = sync_client(server)
    assert client._send(SAFE_POST, BODY).status_code == 201
    first = {seen.headers["idempotency-key"] for seen in server.seen}
    assert len(first) == 1 and len(server.seen) == 3
    client._send(SAFE_POST, BODY)
    assert {seen.headers["idempotency-key"] for seen in server.seen} > first


def test_a_given_idempotency_key_is_kept(server: FakeServer) -> None:
    sync_client(server)._send(SAFE_POST, Arguments(headers={"Idempotency-Key": "mine"}, body={}))
    assert server.seen[0].headers["idempotency-key"] == "mine"


def test_the_servers_word_wins(server: FakeServer, no_waiting: list[float]) -> None:
    server.answers(Answer(429, headers={"retry-after": "7"}), Answer(200, {}))
    sync_client(server)._send(GET, Arguments())
    assert 7 <= no_waiting[0] < 8


def test_a_long_wait_is_the_callers_to_decide(server: FakeServer) -> None:
    server.answers(Answer(429, headers={"retry-after": "3600"}))
    with pytest.raises(RateLimitError) as caught:
        sync_client(server)._send(GET, Arguments())
    assert caught.value.retry_after == 3600
    assert len(server.seen) == 1


def test_retry_after_in_both_forms() -> None:
    assert retry_after({"retry-after": "12"}, lambda: 0) == 12
    assert retry_after({"retry-after": formatdate(1_000_030, usegmt=True)}, lambda: 1_000_000) == 30
    assert retry_after({"retry-after": formatdate(999_000, usegmt=True)}, lambda: 1_000_000) == 0
    for nonsense in ("", "soon", "nan", "inf", "-"):
        assert retry_after({"retry-after": nonsense}, lambda: 0) is None


def test_waits_grow_to_their_cap() -> None:
    policy = RetryPolicy(max_retries=20)
    longest = [max(policy.after_answer(n, 500, None, True) or 0 for _ in range(300)) for n in (0, 1, 2, 9)]
    assert longest[0] <= 0.5 and 0.5 < longest[1] <= 1 and 1 < longest[2] <= 2 and 6 < longest[3] <= 8


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    fake = type("Nobody", (), {"url": url})()
    with pytest.raises(APIConnectionError) as caught:
        sync_client(fake, max_retries=0)._send(POST, BODY)
    assert isinstance(caught.value.__cause__, httpx.ConnectError)


def test_no_answer_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        fake = type("Silent", (), {"url": f"http://127.0.0.1:{silent.getsockname()[1]}"})()
        with pytest.raises(APITimeoutError):
            sync_client(fake, timeout=0.05, max_retries=1)._send(GET, Arguments())


async def test_async_tries_again_too(server: FakeServer) -> None:
    server.answers(Answer(503), Answer(drop=True), Answer(200, {}))
    async with async_client(server) as client:
        assert (await client._send(GET, Arguments())).status_code == 200
    assert len(server.seen) == 3


async def test_async_timeout() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        fake = type("Silent", (), {"url": f"http://127.0.0.1:{silent.getsockname()[1]}"})()
        async with async_client(fake, timeout=0.05, max_retries=0) as client:
            with pytest.raises(APITimeoutError):
                await client._send(GET, Arguments())
