"""Pages: iterate over one, and the next are fetched when they are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    TypeVar,
)

from .model import member
from .not_given import NotGiven
from .operation import Arguments, Operation, RequestOptions, Turn

if TYPE_CHECKING:
    from .resource import AsyncResource, Resource

T = TypeVar("T")


@dataclass(frozen=True)
class _Ask:
    operation: Operation[Any]
    arguments: Arguments
    options: RequestOptions | None


def _walk(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        value = member(value, name)
    return value


def _following(ask: _Ask, turn: Turn, body: Any, count: int) -> _Ask | None:
    """What to ask for after `body`, which had `count` items; `None` at the end."""
    source: Any = ask.arguments.query if turn.place == "query" else ask.arguments.body
    given: Mapping[str, Any] = source if isinstance(source, Mapping) else {}
    now = given.get(turn.parameter)
    value: Any
    if turn.kind == "cursor":
        value = _walk(body, turn.next)
        if value is None or value == "" or value == now:
            return None
    elif count == 0:
        return None
    elif turn.kind == "number":
        value = (turn.first if now is None or isinstance(now, NotGiven) else int(now)) + 1
    else:
        value = (0 if now is None or isinstance(now, NotGiven) else int(now)) + count
    changed: dict[str, Any] = {**given, turn.parameter: value}
    if turn.place == "query":
        return replace(ask, arguments=replace(ask.arguments, query=changed))
    return replace(ask, arguments=replace(ask.arguments, body=changed))


class _Content(Generic[T]):
    """What one page holds."""

    data: list[T]
    """The items of this page."""
    body: Any
    """The whole answer, typed."""

    def __init__(self, ask: _Ask, body: Any) -> None:
        turn = ask.operation.turn
        items = _walk(body, turn.items) if turn is not None else body
        self.data = list(items) if isinstance(items, list) else []
        self.body = body
        self._next = _following(ask, turn, body, len(self.data)) if turn is not None else None

    @property
    def next_cursor(self) -> Any:
        """What the next request says to come to the next page; `None` on the last."""
        turn = self._next.operation.turn if self._next is not None else None
        if self._next is None or turn is None:
            return None
        arguments = self._next.arguments
        return (arguments.query if turn.place == "query" else arguments.body)[turn.parameter]

    def has_next_page(self) -> bool:
        """Whether there may be more."""
        return self._next is not None


class Page(_Content[T]):
    """A page of `T`; iterating goes on over all that follow."""

    def __init__(self, resource: Resource, ask: _Ask) -> None:
        self._resource = resource
        super().__init__(ask, resource._call(ask.operation, ask.arguments, ask.options))

    def next_page(self) -> Page[T] | None:
        """The next page; `None` after the last."""
        return Page(self._resource, self._next) if self._next is not None else None

    def pages(self) -> Iterator[Page[T]]:
        """This page and all that follow."""
        page: Page[T] | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.data


class AsyncPage(_Content[T]):
    """A page of `T`; iterating goes on over all that follow."""

    def __init__(self, resource: AsyncResource, ask: _Ask, body: Any) -> None:
        self._resource = resource
        super().__init__(ask, body)

    async def next_page(self) -> AsyncPage[T] | None:
        """The next page; `None` after the last."""
        return await _fetch(self._resource, self._next) if self._next is not None else None

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """This page and all that follow."""
        page: AsyncPage[T] | None = self
        while page is not None:
            yield page
            page = await page.next_page()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.data:
                yield item


class AsyncPages(Generic[T]):
    """`await` it for the first page, or iterate over all items with `async for`."""

    def __init__(self, first: Callable[[], Awaitable[AsyncPage[T]]]) -> None:
        self._first = first

    def __await__(self) -> Generator[Any, None, AsyncPage[T]]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self._first():
            yield item


async def _fetch(resource: AsyncResource, ask: _Ask) -> AsyncPage[Any]:
    return AsyncPage(resource, ask, await resource._call(ask.operation, ask.arguments, ask.options))


def first_page(
    resource: Resource, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None
) -> Page[Any]:
    """The first page, fetched at once, so that an error comes from the call."""
    return Page(resource, _Ask(operation, arguments, options))


def first_pages(
    resource: AsyncResource, operation: Operation[Any], arguments: Arguments, options: RequestOptions | None
) -> AsyncPages[Any]:
    """The same, fetched when awaited."""
    return AsyncPages(lambda: _fetch(resource, _Ask(operation, arguments, options)))
