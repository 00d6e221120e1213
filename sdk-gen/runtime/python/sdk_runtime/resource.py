"""The bases of generated resources: from arguments to a typed answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar, cast

import httpx
from typing_extensions import ParamSpec

from .clients import AsyncClient, SyncClient
from .errors import APIResponseError
from .operation import Arguments, Operation, RequestOptions
from .pages import AsyncPages, Page, first_page, first_pages
from .reading import read
from .streams import AsyncDownload, AsyncStream, Download, Stream

P = ParamSpec("P")
T = TypeVar("T")


class RawResponse(Generic[T]):
    """The answer as it came, with its typed body on request."""

    def __init__(self, response: httpx.Response, parse: Callable[[], T]) -> None:
        self.response = response
        """httpx's answer."""
        self.status = response.status_code
        """HTTP status."""
        self.headers = response.headers
        """Headers."""
        self.content = response.content
        """The body's bytes."""
        self._parse = parse

    def parse(self) -> T:
        """What the method answers without `with_raw_response`."""
        return self._parse()


class Resource:
    """A group of operations."""

    def __init__(self, client: SyncClient, raw: bool = False) -> None:
        self._client = client
        self._raw = raw

    def _call(self, operation: Operation[T], arguments: Arguments, options: RequestOptions | None) -> T:
        response = self._client._send(operation, arguments, options)
        return _answer(operation, response, self._raw)

    def _page(self, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None) -> Page[Any]:
        if self._raw:
            return cast("Page[Any]", self._call(operation, arguments, options))
        return first_page(self, operation, arguments, options)

    def _download(self, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None) -> Download:
        if self._raw:
            return cast("Download", self._call(operation, arguments, options))
        return Download(self._client._send(operation, arguments, options, stream=True))

    def _stream(self, operation: Operation[T], arguments: Arguments, options: RequestOptions | None) -> Stream[T]:
        if self._raw:
            return cast("Stream[T]", self._call(operation, arguments, options))
        return Stream(self._client._send(operation, arguments, options, stream=True), operation.answer)


class AsyncResource:
    """A group of operations."""

    def __init__(self, client: AsyncClient, raw: bool = False) -> None:
        self._client = client
        self._raw = raw

    async def _call(self, operation: Operation[T], arguments: Arguments, options: RequestOptions | None) -> T:
        response = await self._client._send(operation, arguments, options)
        return _answer(operation, response, self._raw)

    def _page(self, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None) -> AsyncPages[Any]:
        if self._raw:
            return cast("AsyncPages[Any]", self._call(operation, arguments, options))
        return first_pages(self, operation, arguments, options)

    async def _download(
        self, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None
    ) -> AsyncDownload:
        if self._raw:
            return cast("AsyncDownload", await self._call(operation, arguments, options))
        return AsyncDownload(await self._client._send(operation, arguments, options, stream=True))

    async def _stream(
        self, operation: Operation[T], arguments: Arguments, options: RequestOptions | None
    ) -> AsyncStream[T]:
        if self._raw:
            return cast("AsyncStream[T]", await self._call(operation, arguments, options))
        return AsyncStream(await self._client._send(operation, arguments, options, stream=True), operation.answer)


def _answer(operation: Operation[T], response: httpx.Response, raw: bool) -> T:
    if raw:
        # `as_raw` gives the method this type.
        return cast("T", RawResponse(response, lambda: parse(operation, response)))
    return parse(operation, response)


def parse(operation: Operation[T], response: httpx.Response) -> T:
    """The typed body of a success."""
    kind = operation.answers.get(response.status_code, operation.answer)
    if kind is None or response.status_code in (204, 205, 304) or operation.method == "HEAD":
        return cast("T", None)
    if kind is bytes:
        return cast("T", response.content)
    media = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind is str and not media.endswith("json"):
        return cast("T", response.text)
    if not response.content:
        return cast("T", None)
    try:
        value = json.loads(response.content)
    except ValueError as error:
        if kind is Any:
            return cast("T", response.text)
        message = f"{operation.method} {operation.path} answered {response.status_code} with {media or 'no media type'}"
        raise APIResponseError(f"{message}, which is no JSON", response) from error
    return cast("T", read(kind, value))


def as_raw(method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
    """The same method of a raw resource, with the type of what it answers."""
    return cast("Callable[P, RawResponse[T]]", method)


def as_async_raw(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[RawResponse[T]]]:
    """The same, asynchronous."""
    return cast("Callable[P, Awaitable[RawResponse[T]]]", method)


def request_any(
    client: SyncClient, method: str, path: str, query: Mapping[str, Any], body: Any, options: RequestOptions | None
) -> httpx.Response:
    """An operation that this version does not know."""
    return client._send(any_operation(client, method, path, body), Arguments(query=query, body=body), options)


def any_operation(client: Any, method: str, path: str, body: Any) -> Operation[Any]:
    """An operation made up on the spot: it sends whatever credential is at hand."""
    from .bodies import JsonBody

    schemes = tuple((name,) for name in client._core.contract.schemes)
    json_body = JsonBody() if body is not None else None
    return Operation(
        method.upper(), path, Any, body=json_body, body_required=True, security=(*schemes, ()), accept="*/*"
    )
