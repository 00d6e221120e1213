"""A real HTTP server on a free port, whose answers each test scripts, and clients for it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sdk_runtime.async_client import AsyncClient
from sdk_runtime.bodies import JsonBody
from sdk_runtime.core import Contract, Refresh
from sdk_runtime.credentials import ApiKey, Bearer
from sdk_runtime.operation import Operation
from sdk_runtime.sync_client import SyncClient

BOTH = (("apiKey",), ("bearer",))


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drop: bool = False
    """Close the connection without an answer."""


Script = Callable[[Seen], Answer]


class FakeServer:
    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.script: Script = lambda seen: Answer(body={})
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def answers(self, *answers: Answer) -> None:
        """These in turn; the last goes on."""
        left = list(answers)

        def script(seen: Seen) -> Answer:
            with self._lock:
                return left.pop(0) if len(left) > 1 else left[0]

        self.script = script

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                seen = Seen(
                    self.command,
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(length),
                )
                with fake._lock:
                    fake.seen.append(seen)
                answer = fake.script(seen)
                if answer.drop:
                    self.close_connection = True
                    self.connection.shutdown(2)
                    return
                content = answer.raw if answer.raw is not None else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                headers = {"content-type": "application/json", **answer.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                if answer.status not in (204, 304):
                    self.send_header("content-length", str(len(content)))
                self.end_headers()
                if answer.status not in (204, 304) and self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _any

            def log_message(self, *_: object) -> None:
                return

        return Handler


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits are recorded, not waited for."""
    waits: list[float] = []
    monkeypatch.setattr("sdk_runtime.sync_client.time.sleep", waits.append)

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("sdk_runtime.async_client.asyncio.sleep", pause)
    return waits


REFRESH: Operation[Any] = Operation(
    "POST", "/refresh", lambda: Any, body=JsonBody(), body_required=True, security=((), ("apiKey",)), tokens="refresh"
)

END_SESSION: Operation[Any] = Operation("DELETE", "/sessions/{sessionId}", security=(("bearer",),))

CONTRACT = Contract(
    "example",
    "1.2.3",
    "EXAMPLE",
    None,
    schemes={"apiKey": ApiKey("header", "X-API-Key"), "bearer": Bearer()},
    refresh=Refresh(REFRESH, "refreshToken"),
    logout=END_SESSION,
)


def sync_client(server: FakeServer, api_key: str | None = None, **options: Any) -> SyncClient:
    return SyncClient(CONTRACT, credentials={"apiKey": api_key}, base_url=server.url, **options)


def async_client(server: FakeServer, api_key: str | None = None, **options: Any) -> AsyncClient:
    return AsyncClient(CONTRACT, credentials={"apiKey": api_key}, base_url=server.url, **options)
