"""The blocking client: a plan carried out in the caller's thread."""

from __future__ import annotations

import concurrent.futures
import inspect
import threading
import time
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

    def logout(self) -> None:
        """Sign out: end the session on the server, and forget its tokens here, whatever the server says.

        Raises when the server could not be told. Does nothing when nobody is signed in.
        """
        self._run(plan.logout(self._core, self._logout_call))

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
