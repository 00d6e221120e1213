"""Access tokens: refreshed before their end, and once after a 401; one refresh for all who wait."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import BOTH, Answer, FakeServer, Seen, async_client, sync_client

from sdk_runtime.bodies import JsonBody
from sdk_runtime.errors import APIConnectionError, ServerError, UnauthenticatedError
from sdk_runtime.keeper import Need, TokenKeeper
from sdk_runtime.operation import Arguments, Operation
from sdk_runtime.tokens import FileTokenStore, MemoryTokenStore, Tokens, given_tokens, tokens_from_answer

GET: Operation[Any] = Operation("GET", "/me", lambda: Any, security=BOTH)
LOGIN: Operation[Any] = Operation("POST", "/login", lambda: Any, body=JsonBody(), body_required=True, tokens="issue")
LOGOUT: Operation[Any] = Operation("POST", "/logout", None, security=(("bearer",),), tokens="revoke")


class TokenServer:
    """Takes `at-N` for the newest N only; trades `rt-N` for the next pair."""

    def __init__(self, server: FakeServer, delay: float = 0.0) -> None:
        self.generation = 0
        self.refreshes = 0
        self.refresh_status = 200
        self.delay = delay
        self.lock = threading.Lock()
        self.real_sleep = threading.Event().wait
        server.script = self.script

    def pair(self) -> dict[str, Any]:
        return {"accessToken": f"at-{self.generation}", "refreshToken": f"rt-{self.generation}", "expiresIn": 900}

    def script(self, seen: Seen) -> Answer:
        if seen.path == "/login":
            return Answer(200, self.pair())
        if seen.path == "/refresh":
            self.real_sleep(self.delay)
            with self.lock:
                self.refreshes += 1
                if self.refresh_status != 200:
                    return Answer(self.refresh_status, {"code": "INVALID"})
                if seen.json() != {"refreshToken": f"rt-{self.generation}"}:
                    return Answer(401, {"code": "REUSED"})
                self.generation += 1
                return Answer(200, self.pair())
        good = seen.headers.get("authorization") == f"Bearer at-{self.generation}"
        return Answer(200, {"ok": True}) if good else Answer(401, {"code": "UNAUTHENTICATED", "requestId": "req_1"})


def expired(generation: int = 0) -> MemoryTokenStore:
    return MemoryTokenStore(Tokens(f"at-{generation}", f"rt-{generation}", time.time() - 1, 900))


def test_fifty_threads_at_the_end_of_a_token_make_one_refresh(server: FakeServer) -> None:
    tokens = TokenServer(server, delay=0.1)
    client = sync_client(server, token_store=expired())
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: client._send(GET, Arguments()).status_code, range(50)))
    assert answers == [200] * 50
    assert tokens.refreshes == 1


async def test_fifty_tasks_at_the_end_of_a_token_make_one_refresh(server: FakeServer) -> None:
    tokens = TokenServer(server, delay=0.1)
    async with async_client(server, token_store=expired()) as client:
        answers = await asyncio.gather(*(client._send(GET, Arguments()) for _ in range(50)))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert tokens.refreshes == 1


def test_fifty_threads_after_a_401_make_one_refresh(server: FakeServer) -> None:
    tokens = TokenServer(server, delay=0.1)
    client = sync_client(server, access_token="revoked", refresh_token="rt-0")
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: client._send(GET, Arguments()).status_code, range(50)))
    assert answers == [200] * 50
    assert tokens.refreshes == 1


async def test_fifty_tasks_after_a_401_make_one_refresh(server: FakeServer) -> None:
    tokens = TokenServer(server, delay=0.1)
    async with async_client(server, access_token="revoked", refresh_token="rt-0") as client:
        answers = await asyncio.gather(*(client._send(GET, Arguments()) for _ in range(50)))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert tokens.refreshes == 1


async def test_a_cancelled_leader_takes_nobody_with_it(server: FakeServer) -> None:
    tokens = TokenServer(server, delay=0.2)
    async with async_client(server, token_store=expired()) as client:
        leader = asyncio.ensure_future(client._send(GET, Arguments()))
        while not server.seen:
            await asyncio.to_thread(tokens.real_sleep, 0.01)
        followers = [asyncio.ensure_future(client._send(GET, Arguments())) for _ in range(5)]
        await asyncio.to_thread(tokens.real_sleep, 0.02)
        leader.cancel()
        answers = await asyncio.gather(*followers)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert tokens.refreshes == 1 and leader.cancelled()


def test_a_second_401_is_the_end(server: FakeServer) -> None:
    def script(seen: Seen) -> Answer:
        if seen.path == "/refresh":
            return Answer(200, {"accessToken": "other", "refreshToken": "next", "expiresIn": 900})
        return Answer(401, {"code": "UNAUTHENTICATED"})

    server.script = script
    with pytest.raises(UnauthenticatedError):
        sync_client(server, access_token="a", refresh_token="r")._send(GET, Arguments())
    assert [seen.path for seen in server.seen] == ["/me", "/refresh", "/me"]


def test_a_refused_refresh_shows_the_calls_own_error_and_is_not_tried_again(server: FakeServer) -> None:
    tokens = TokenServer(server)
    tokens.refresh_status = 401
    client = sync_client(server, access_token="revoked", refresh_token="dead")
    for _ in range(2):
        with pytest.raises(UnauthenticatedError) as caught:
            client._send(GET, Arguments())
        assert caught.value.request_id == "req_1"
    assert tokens.refreshes == 1


def test_a_refresh_that_fails_for_the_moment_leaves_a_living_token_in_use(server: FakeServer) -> None:
    tokens = TokenServer(server)
    tokens.refresh_status = 503
    store = MemoryTokenStore(Tokens("at-0", "rt-0", time.time() + 20, 900))
    assert sync_client(server, token_store=store)._send(GET, Arguments()).status_code == 200
    assert tokens.refreshes == 3


def test_a_refresh_that_fails_leaves_a_dead_token_to_its_error(server: FakeServer) -> None:
    tokens = TokenServer(server)
    tokens.refresh_status = 503
    with pytest.raises(ServerError):
        sync_client(server, token_store=expired())._send(GET, Arguments())


def test_early_refresh_lets_the_others_go_on(server: FakeServer) -> None:
    tokens = TokenServer(server, delay=0.2)
    store = MemoryTokenStore(Tokens("at-0", "rt-0", time.time() + 100, 900))
    client = sync_client(server, token_store=store)
    leader = threading.Thread(target=lambda: client._send(GET, Arguments()))
    leader.start()
    while not any(seen.path == "/refresh" for seen in server.seen):
        tokens.real_sleep(0.005)
    assert client._send(GET, Arguments()).status_code == 200  # with the old token, while the refresh is under way
    assert tokens.refreshes == 0
    leader.join()
    assert tokens.refreshes == 1


def test_signing_in_keeps_the_tokens_and_signing_out_forgets_them(server: FakeServer) -> None:
    TokenServer(server)
    store = MemoryTokenStore()
    client = sync_client(server, api_key="key", token_store=store)
    client._send(LOGIN, Arguments(body={"email": "a@b.c"}))
    assert store.load() is not None
    assert client._send(GET, Arguments()).status_code == 200
    assert "x-api-key" not in server.seen[-1].headers
    server.script = lambda seen: Answer(204)
    client._send(LOGOUT, Arguments())
    assert store.load() is None
    client._send(GET, Arguments())
    assert server.seen[-1].headers["x-api-key"] == "key"


def test_the_refresh_comes_from_the_client_that_signed_in(server: FakeServer) -> None:
    """No key went with the sign-in, so none goes with the refresh: another client would count as theft."""
    TokenServer(server)
    client = sync_client(server, api_key="key", access_token="revoked", refresh_token="rt-0")
    client._send(GET, Arguments())
    refresh = next(seen for seen in server.seen if seen.path == "/refresh")
    assert "x-api-key" not in refresh.headers and "authorization" not in refresh.headers


def test_a_refresh_token_alone_is_enough(server: FakeServer) -> None:
    TokenServer(server)
    assert sync_client(server, refresh_token="rt-0")._send(GET, Arguments()).status_code == 200


def test_copies_share_one_session(server: FakeServer) -> None:
    tokens = TokenServer(server)
    client = sync_client(server, token_store=expired())
    client.with_options(max_retries=0)._send(GET, Arguments())
    client._send(GET, Arguments())
    assert tokens.refreshes == 1


def test_the_file_store_is_private_and_whole(tmp_path: Path) -> None:
    store = FileTokenStore(tmp_path / "deep" / "tokens.json")
    assert store.load() is None
    kept = Tokens("a", "r", 12.5, 900.0, True)
    store.save(kept)
    assert store.load() == kept
    assert stat.S_IMODE(os.stat(tmp_path / "deep" / "tokens.json").st_mode) == 0o600
    assert os.listdir(tmp_path / "deep") == ["tokens.json"]
    (tmp_path / "deep" / "tokens.json").write_text("{half")
    assert store.load() is None
    store.save(None)
    store.save(None)
    assert os.listdir(tmp_path / "deep") == []


async def test_an_asynchronous_store(server: FakeServer) -> None:
    class Store:
        saved: Tokens | None = None

        async def load(self) -> Tokens | None:
            return Tokens("revoked", "rt-0")

        async def save(self, tokens: Tokens | None) -> None:
            self.saved = tokens

    TokenServer(server)
    store = Store()
    async with async_client(server, token_store=store) as client:
        await client._send(GET, Arguments())
    assert store.saved is not None and store.saved.access_token == "at-1"
    with pytest.raises(TypeError, match="AsyncClient"):
        sync_client(server, token_store=store)._send(GET, Arguments())


def test_tokens_do_not_show_in_a_repr() -> None:
    assert "secret" not in repr(Tokens("secret-a", "secret-r", 1.0))


def test_windows_shrink_with_short_lives() -> None:
    keeper = TokenKeeper(lambda: 1000.0)
    assert keeper.need(Tokens("a", "r", 1100.0, 900.0)) is Need.SOON
    assert keeper.need(Tokens("a", "r", 1020.0, 900.0)) is Need.NOW
    assert keeper.need(Tokens("a", "r", 1009.0, 10.0)) is Need.NONE
    assert keeper.need(Tokens("a", "r", 1002.0, 10.0)) is Need.SOON
    assert keeper.need(Tokens("a", "r", 1000.5, 10.0)) is Need.NOW
    assert keeper.need(Tokens("a", None, 900.0, 10.0)) is Need.NONE


def test_a_jwt_says_itself_when_it_ends() -> None:
    jwt = "e30.eyJleHAiOjIwMDAsImlhdCI6MTEwMH0.sig"
    assert given_tokens(jwt, "r") == Tokens(jwt, "r", 2000.0, 900.0)
    assert given_tokens("opaque", None) == Tokens("opaque")
    assert given_tokens("a.%%%.c", None) == Tokens("a.%%%.c")


def test_answers_in_either_spelling() -> None:
    assert tokens_from_answer({"access_token": "a", "refresh_token": "r", "expires_in": 60}, 100, False) == Tokens(
        "a", "r", 160, 60.0
    )
    kept = tokens_from_answer({"accessToken": "a"}, 100, True, Tokens("old", "r0"))
    assert kept == Tokens("a", "r0", with_key=True)
    assert tokens_from_answer([], 0, False) is None and tokens_from_answer({"ok": True}, 0, False) is None


def test_a_lost_answer_to_a_refresh_is_asked_for_again(server: FakeServer) -> None:
    tokens = TokenServer(server)
    dropped: list[Seen] = []

    def script(seen: Seen) -> Answer:
        if seen.path == "/refresh" and not dropped:
            dropped.append(seen)
            return Answer(drop=True)
        return tokens.script(seen)

    server.script = script
    assert sync_client(server, token_store=expired())._send(GET, Arguments()).status_code == 200


def test_a_refresh_without_a_server_is_a_connection_error(server: FakeServer) -> None:
    server.script = lambda seen: Answer(drop=True)
    with pytest.raises(APIConnectionError):
        sync_client(server, token_store=expired())._send(GET, Arguments())


def test_what_another_process_renewed_is_taken_from_the_store(server: FakeServer, tmp_path: Path) -> None:
    tokens = TokenServer(server)
    path = tmp_path / "tokens.json"
    FileTokenStore(path).save(Tokens("at-0", "rt-0", time.time() + 3600, 900))
    one, other = (sync_client(server, token_store=FileTokenStore(path)) for _ in range(2))
    assert one._send(GET, Arguments()).status_code == other._send(GET, Arguments()).status_code == 200
    FileTokenStore(path).save(Tokens("at-0", "rt-0", time.time() - 1, 900))
    one._core.keeper.accept(FileTokenStore(path).load())
    other._core.keeper.accept(FileTokenStore(path).load())
    assert one._send(GET, Arguments()).status_code == 200
    assert other._send(GET, Arguments()).status_code == 200
    assert tokens.refreshes == 1


def test_tokens_that_were_given_are_not_swapped_for_those_of_a_store(server: FakeServer) -> None:
    tokens = TokenServer(server)
    store = MemoryTokenStore(Tokens("somebody", "else", time.time() + 3600, 900))
    client = sync_client(server, access_token="revoked", refresh_token="rt-0", token_store=store)
    assert client._send(GET, Arguments()).status_code == 200
    assert tokens.refreshes == 1
