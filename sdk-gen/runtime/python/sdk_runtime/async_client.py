"""The asynchronous client: the same plan carried out in the caller's task."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Generator, Mapping
from typing import Any

import httpx
from typing_extensions import Self

from . import plan
from .answers import parse
from .base_client import BaseClient
from .core import Contract, Core, Timeout, first_tokens, make_settings
from .not_given import NOT_GIVEN
from .operation import Arguments, Operation, RequestOptions, any_operation
from .plan import Load, Pause, Read, Renew, Send, Step
from .tokens import AnyTokenStore, Tokens


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

    async def logout(self) -> None:
        """Sign out: end the session on the server, and forget its tokens here, whatever the server says.

        Raises when the server could not be told. Does nothing when nobody is signed in.
        """
        await self._run(plan.logout(self._core, self._logout_call))

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
