"""Answers that are read as they come: files, server-sent events, JSON lines."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, Union

import httpx
from typing_extensions import Self

from .errors import APIConnectionError
from .plan import connection_error
from .reading import read

T = TypeVar("T")
Path = Union[str, "os.PathLike[str]"]


class _Answer:
    """An answer whose body is still on its way."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response

    @property
    def headers(self) -> httpx.Headers:
        """Headers of the answer."""
        return self.response.headers


class Download(_Answer):
    """Bytes. Read them whole, in pieces, or into a file; close it (or use `with`) if you do none of these."""

    def read(self) -> bytes:
        """All of it."""
        try:
            return self.response.read()
        except httpx.TransportError as error:
            raise connection_error(error) from error

    def iter_bytes(self, size: int | None = None) -> Iterator[bytes]:
        """In pieces of `size` bytes, or as they come."""
        try:
            yield from self.response.iter_bytes(size)
        except httpx.TransportError as error:
            raise connection_error(error) from error

    def save(self, path: Path) -> None:
        """Into a file."""
        with open(path, "wb") as file:
            for piece in self.iter_bytes():
                file.write(piece)

    def close(self) -> None:
        """Let go of the connection."""
        self.response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncDownload(_Answer):
    """Bytes. Read them whole, in pieces, or into a file; close it (or use `async with`) if you do none of these."""

    async def read(self) -> bytes:
        """All of it."""
        try:
            return await self.response.aread()
        except httpx.TransportError as error:
            raise connection_error(error) from error

    async def iter_bytes(self, size: int | None = None) -> AsyncIterator[bytes]:
        """In pieces of `size` bytes, or as they come."""
        try:
            async for piece in self.response.aiter_bytes(size):
                yield piece
        except httpx.TransportError as error:
            raise connection_error(error) from error

    async def save(self, path: Path) -> None:
        """Into a file."""
        with open(path, "wb") as file:
            async for piece in self.iter_bytes():
                file.write(piece)

    async def close(self) -> None:
        """Let go of the connection."""
        await self.response.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


@dataclass
class Event:
    """One server-sent event."""

    data: str = ""
    event: str = "message"
    id: str | None = None
    retry: int | None = None

    def json(self) -> Any:
        """`data` as JSON."""
        return json.loads(self.data)


class EventReader:
    """Lines of a `text/event-stream` in, events out (WHATWG HTML, 9.2.6). No I/O."""

    def __init__(self) -> None:
        self._fields: dict[str, Any] = {}
        self._data: list[str] = []

    def line(self, line: str) -> Event | None:
        """The event that this line completes."""
        if line == "":
            return self._finish()
        if line.startswith(":"):
            return None
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            self._data.append(value)
        elif name == "retry":
            if value.isascii() and value.isdigit():
                self._fields["retry"] = int(value)
        elif name in ("event", "id"):
            self._fields[name] = value
        return None

    def _finish(self) -> Event | None:
        found = Event(data="\n".join(self._data), **self._fields) if self._data else None
        self._fields, self._data = {}, []
        return found


class _Typed(_Answer, Generic[T]):
    def __init__(self, response: httpx.Response, kind: Any) -> None:
        super().__init__(response)
        self._kind = kind
        media = response.headers.get("content-type", "")
        self._reader = EventReader() if media.startswith("text/event-stream") else None

    def _value(self, line: str) -> tuple[bool, Any]:
        """Whether the line completes a value, and the value."""
        if self._reader is None:
            return (True, self._read(line)) if line.strip() else (False, None)
        event = self._reader.line(line)
        if event is None or event.data == "[DONE]":
            return False, None
        return True, event if self._kind is Event else self._read(event.data)

    def _read(self, text: str) -> Any:
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        return read(self._kind, value)


class Stream(_Typed[T]):
    """Values as they come. Use it in a `with`, or read it to its end."""

    def __iter__(self) -> Iterator[T]:
        try:
            for line in self.response.iter_lines():
                done, value = self._value(line)
                if done:
                    yield value
        except httpx.TransportError as error:
            raise connection_error(error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the connection."""
        self.response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncStream(_Typed[T]):
    """Values as they come. Use it in an `async with`, or read it to its end."""

    async def __aiter__(self) -> AsyncIterator[T]:
        try:
            async for line in self.response.aiter_lines():
                done, value = self._value(line)
                if done:
                    yield value
        except httpx.TransportError as error:
            raise connection_error(error) from error
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of the connection."""
        await self.response.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


__all__ = ["APIConnectionError", "AsyncDownload", "AsyncStream", "Download", "Event", "EventReader", "Stream"]
