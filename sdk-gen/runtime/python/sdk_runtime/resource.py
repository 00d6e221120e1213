"""The bases of generated resources: from arguments to a typed answer."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar, cast

import httpx
from typing_extensions import ParamSpec

from .answers import parse
from .async_client import AsyncClient
from .operation import Arguments, Operation, RequestOptions
from .pages import AsyncPages, Page, first_page, first_pages
from .rate_limit import read_rate_limit
from .streams import AsyncDownload, AsyncStream, Download, Stream
from .sync_client import SyncClient

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
        self.rate_limit = read_rate_limit(response.headers, time.time())
        """What this answer said about limits."""
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
        return Stream(self._client._send(operation, arguments, options, stream=True), operation.type_of(200))


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
        return AsyncStream(await self._client._send(operation, arguments, options, stream=True), operation.type_of(200))


def _answer(operation: Operation[T], response: httpx.Response, raw: bool) -> T:
    if raw:
        # `as_raw` gives the method this type.
        return cast("T", RawResponse(response, lambda: parse(operation, response)))
    return parse(operation, response)


def as_raw(method: Callable[P, Any], operation: Operation[T]) -> Callable[P, RawResponse[T]]:
    """A method of a raw resource, with the type of what it answers."""
    return cast("Callable[P, RawResponse[T]]", method)


def as_async_raw(method: Callable[P, Any], operation: Operation[T]) -> Callable[P, Awaitable[RawResponse[T]]]:
    """The same, asynchronous."""
    return cast("Callable[P, Awaitable[RawResponse[T]]]", method)
