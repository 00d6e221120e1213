"""The two clients: the same plan, carried out with threads or with tasks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import inspect
import threading
import time
from collections.abc import AsyncIterable, Generator, Mapping
from typing import Any, Generic, TypeVar

import httpx
from typing_extensions import Self

from . import plan
from .answers import parse
from .bodies import Encoded, async_pieces, pieces
from .core import Contract, Core, Prepared, Settings, Timeout, as_timeout, first_tokens, make_settings
from .not_given import NOT_GIVEN, NotGiven
from .operation import Arguments, Operation, RequestOptions, any_operation
from .plan import Load, Pause, Read, Renew, Send, Step
from .rate_limit import RateLimit
from .retry import RetryPolicy
from .tokens import AnyTokenStore, Tokens

Http = TypeVar("Http", httpx.Client, httpx.AsyncClient)


class BaseClient(Generic[Http]):
    """What the two have in common: settings and copies with other settings."""

    _core: Core
    _settings: Settings
    _http: Http
    _owned: bool

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer said about limits."""
        return self._core.rate_limit

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return self._settings.base_url

    def with_options(
        self,
        *,
        timeout: Timeout = NOT_GIVEN,
        max_retries: int | NotGiven = NOT_GIVEN,
        base_url: str | NotGiven = NOT_GIVEN,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """A client with other settings that shares connections, credentials and tokens with this one."""
        old = self._settings
        copy = self.__class__.__new__(self.__class__)
        copy._share(self)
        copy._settings = Settings(
            base_url=old.base_url if isinstance(base_url, NotGiven) else base_url,
            timeout=old.timeout if isinstance(timeout, NotGiven) else as_timeout(timeout),
            policy=old.policy if isinstance(max_retries, NotGiven) else RetryPolicy(max_retries),
            headers={**old.headers, **(headers or {})},
        )
        return copy

    def _share(self, other: Self) -> None:
        self._core, self._http, self._owned = other._core, other._http, False

    def _prepare(
        self, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None, stream: bool
    ) -> Prepared:
        prepared = self._core.prepare(self._settings, operation, arguments, options or {})
        prepared.stream = stream
        return prepared

    def _refresh_plan(self, tokens: Tokens) -> Generator[Step, Any, Tokens]:
        refresh = self._core.contract.refresh
        if refresh is None:
            raise RuntimeError("this API has no refresh operation")
        body = {**refresh.constants, refresh.member: tokens.refresh_token}
        prepared = self._prepare(refresh.operation, Arguments(body=body), None, stream=False)
        return plan.refresh(self._core, prepared, tokens)

    def _content(self, content: Any) -> Any:
        """A body as httpx's client takes it."""
        if content is None or isinstance(content, (str, bytes, AsyncIterable)):
            return content
        return pieces(content) if isinstance(self._http, httpx.Client) else async_pieces(content)

    def _request(self, step: Send) -> httpx.Request:
        """httpx's request: its own defaults, then ours."""
        encoded = step.prepared.body if step.with_body else Encoded()
        encoded.rewind()
        headers = dict(step.headers)
        length = encoded.length()
        if length is not None:
            headers["Content-Length"] = str(length)
        if not step.with_body:
            headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        return self._http.build_request(
            step.method,
            step.url,
            headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()],
            content=self._content(encoded.content),
            files=encoded.files or None,
            timeout=step.prepared.timeout,
        )


class SyncClient(BaseClient[httpx.Client]):
    """Carries a plan out in the caller's thread. Safe to use from several threads."""

    def __init__(
        self,
        contract: Contract,
        *,
        credentials: Mapping[str, Any],
        access_token: str | None = None,
        refresh_token: str | None = None,
        token_store: AnyTokenStore | None = None,
        base_url: str | None = None,
        timeout: Timeout = NOT_GIVEN,
        max_retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http_client: httpx.Client | None = None,
    ) -> None:
        tokens = first_tokens(contract, access_token, refresh_token)
        self._core = Core(contract, credentials, tokens, token_store)
        self._settings = make_settings(contract, base_url, timeout, max_retries, headers)
        self._owned = http_client is None
        self._http = http_client if http_client is not None else httpx.Client()
        self._lock = threading.Lock()
        self._flights: dict[str, concurrent.futures.Future[Tokens]] = {}

    def _share(self, other: Self) -> None:
        super()._share(other)
        self._lock, self._flights = other._lock, other._flights

    def close(self) -> None:
        """Close the connections, unless they are those of an `http_client` that was given."""
        if self._owned:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(
        self,
        operation: Operation[Any],
        arguments: Arguments,
        options: RequestOptions | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        prepared = self._prepare(operation, arguments, options, stream)
        response: httpx.Response = self._run(plan.call(self._core, prepared))
        return response

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        request_options: RequestOptions | None = None,
    ) -> Any:
        """Call an operation that this version does not know; answers its JSON."""
        operation = any_operation(method, path, self._core.contract.schemes, body)
        return parse(operation, self._send(operation, Arguments(query=query or {}, body=body), request_options))

    def _run(self, steps: Generator[Step, Any, Any]) -> Any:
        try:
            step = next(steps)
            while True:
                try:
                    outcome = self._do(step)
                except Exception as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as done:
            return done.value

    def _do(self, step: Step) -> Any:
        if isinstance(step, Send):
            return self._http.send(self._request(step), stream=step.prepared.stream, follow_redirects=False)
        if isinstance(step, Read):
            return step.response.read()
        if isinstance(step, Pause):
            return time.sleep(step.seconds)
        if isinstance(step, Renew):
            return self._renew(step)
        return _finished(self._core.store.load() if isinstance(step, Load) else self._core.store.save(step.tokens))

    def _renew(self, step: Renew) -> Tokens:
        keeper = self._core.keeper
        while True:
            with self._lock:
                if keeper.tokens is not None and keeper.tokens != step.tokens:
                    return keeper.tokens
                flight = self._flights.get("refresh")
                first = flight is None
                if flight is None:
                    flight = self._flights["refresh"] = concurrent.futures.Future()
            if first:
                return self._lead(flight, step.tokens)
            if not step.wait:
                return step.tokens
            try:
                return flight.result()
            except concurrent.futures.CancelledError:
                continue  # the leading thread was interrupted: somebody else leads

    def _lead(self, flight: concurrent.futures.Future[Tokens], tokens: Tokens) -> Tokens:
        try:
            renewed: Tokens = self._run(self._refresh_plan(tokens))
            self._land()
            flight.set_result(renewed)
            return renewed
        except Exception as error:
            self._land()
            flight.set_exception(error)
            raise
        except BaseException:
            self._land()
            flight.cancel()
            raise

    def _land(self) -> None:
        with self._lock:
            self._flights.pop("refresh", None)


def _finished(outcome: Any) -> Any:
    if inspect.isawaitable(outcome):
        if inspect.iscoroutine(outcome):
            outcome.close()
        raise TypeError("the token store is asynchronous: use it with AsyncClient")
    return outcome


class AsyncClient(BaseClient[httpx.AsyncClient]):
    """Carries a plan out in the caller's task. Belongs to one event loop of asyncio."""

    def __init__(
        self,
        contract: Contract,
        *,
        credentials: Mapping[str, Any],
        access_token: str | None = None,
        refresh_token: str | None = None,
        token_store: AnyTokenStore | None = None,
        base_url: str | None = None,
        timeout: Timeout = NOT_GIVEN,
        max_retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        tokens = first_tokens(contract, access_token, refresh_token)
        self._core = Core(contract, credentials, tokens, token_store)
        self._settings = make_settings(contract, base_url, timeout, max_retries, headers)
        self._owned = http_client is None
        self._http = http_client if http_client is not None else httpx.AsyncClient()
        self._flights: dict[str, asyncio.Task[Tokens]] = {}

    def _share(self, other: Self) -> None:
        super()._share(other)
        self._flights = other._flights

    async def close(self) -> None:
        """Close the connections, unless they are those of an `http_client` that was given."""
        if self._owned:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _send(
        self,
        operation: Operation[Any],
        arguments: Arguments,
        options: RequestOptions | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        prepared = self._prepare(operation, arguments, options, stream)
        response: httpx.Response = await self._run(plan.call(self._core, prepared))
        return response

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        request_options: RequestOptions | None = None,
    ) -> Any:
        """Call an operation that this version does not know; answers its JSON."""
        operation = any_operation(method, path, self._core.contract.schemes, body)
        return parse(operation, await self._send(operation, Arguments(query=query or {}, body=body), request_options))

    async def _run(self, steps: Generator[Step, Any, Any]) -> Any:
        try:
            step = next(steps)
            while True:
                try:
                    outcome = await self._do(step)
                except Exception as error:
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as done:
            return done.value

    async def _do(self, step: Step) -> Any:
        if isinstance(step, Send):
            return await self._http.send(self._request(step), stream=step.prepared.stream, follow_redirects=False)
        if isinstance(step, Read):
            return await step.response.aread()
        if isinstance(step, Pause):
            return await asyncio.sleep(step.seconds)
        if isinstance(step, Renew):
            return await self._renew(step)
        outcome: Any = self._core.store.load() if isinstance(step, Load) else self._core.store.save(step.tokens)
        return await outcome if inspect.isawaitable(outcome) else outcome

    async def _renew(self, step: Renew) -> Tokens:
        tokens = self._core.keeper.tokens
        if tokens is not None and tokens != step.tokens:
            return tokens
        flight = self._flights.get("refresh")
        if flight is not None and not step.wait:
            return step.tokens
        if flight is None or flight.get_loop() is not asyncio.get_running_loop():
            # A task of its own: a cancelled caller must not lose the successor of a token that is already used up.
            flight = asyncio.ensure_future(self._run(self._refresh_plan(step.tokens)))
            self._flights["refresh"] = flight
            flight.add_done_callback(self._land)
        return await asyncio.shield(flight)

    def _land(self, flight: asyncio.Task[Tokens]) -> None:
        if self._flights.get("refresh") is flight:
            del self._flights["refresh"]
        if not flight.cancelled():
            flight.exception()  # taken, so that an abandoned one is not reported as never retrieved
