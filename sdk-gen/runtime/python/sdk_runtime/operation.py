"""What a generated method knows about its operation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from typing_extensions import TypedDict

from .bodies import Body, JsonBody
from .not_given import NotGiven, given
from .retry import SAFE_METHODS
from .styles import COOKIE, HEADER, PATH, QUERY, Pairs, Style, in_cookie, in_header, in_path, in_query

T = TypeVar("T")

Security = Sequence[tuple[str, ...]]
"""Alternatives, each a set of schemes to be sent together."""


class RequestOptions(TypedDict, total=False):
    """What one call may do differently."""

    timeout: float | None
    """Seconds; `None` waits for ever."""
    max_retries: int
    """How often a failure that may pass is tried again."""
    headers: Mapping[str, str]
    """Sent besides; they win."""
    query: Mapping[str, Any]
    """Sent besides; they win."""
    body: Mapping[str, Any]
    """Members of a JSON or form body that this version does not know."""


@dataclass(frozen=True)
class Turn:
    """How to come to the next page."""

    items: tuple[str, ...]
    """Where the items stand in the answer; empty when the answer is the list."""
    kind: Literal["cursor", "number", "offset"]
    parameter: str
    """What the next request says: its name on the wire."""
    place: Literal["query", "body"] = "query"
    next: tuple[str, ...] = ()
    """Where the cursor stands in the answer."""
    first: int = 1
    """Number of the first page."""


@dataclass(frozen=True)
class Operation(Generic[T]):
    """One operation of the API, answering `T`."""

    method: str
    path: str
    answer: Callable[[], Any] | None = None
    """Gives the type of a success, which is loaded when the first arrives; `None` when it has no body."""
    answers: Mapping[int, Callable[[], Any]] = field(default_factory=dict)
    """Types by status, where successes differ."""
    accept: str = "application/json"
    body: Body | None = None
    body_required: bool = False
    security: Security = ()
    """Empty: public."""
    styles: Mapping[tuple[str, str], Style] = field(default_factory=dict)
    """By place and name, where they are not the usual ones."""
    idempotency: str | None = None
    """Header that makes a repetition safe."""
    tokens: Literal["", "issue", "revoke", "refresh"] = ""
    """What the answer means for the kept tokens."""
    turn: Turn | None = None
    server: str | None = None
    """An address of its own."""

    def type_of(self, status: int) -> Any:
        """The type of a success with that status; `None` when it has no body."""
        answer = self.answers.get(status, self.answer)
        return answer() if answer is not None else None


@dataclass(frozen=True)
class Arguments:
    """What a caller gave, by place and by name on the wire."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None


def repeatable(operation: Operation[Any]) -> bool:
    """Whether a second request does no more than one."""
    return operation.method in SAFE_METHODS or operation.idempotency is not None


def write_path(operation: Operation[Any], values: Mapping[str, Any]) -> str:
    """The path with its parameters filled in."""

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            return match.group(0)
        return in_path(name, values[name], operation.styles.get(("path", name), PATH))

    return re.sub(r"\{([^{}]+)\}", fill, operation.path)


def write_query(operation: Operation[Any], values: Mapping[str, Any]) -> str:
    """The query string, percent-encoded."""
    pairs: Pairs = []
    for name, value in given(values).items():
        pairs += in_query(name, value, operation.styles.get(("query", name), QUERY))
    return "&".join(f"{name}={value}" for name, value in pairs)


def write_headers(operation: Operation[Any], arguments: Arguments) -> list[tuple[str, str]]:
    """Headers from parameters, cookies among them."""
    headers: list[tuple[str, str]] = []
    for name, value in given(arguments.headers).items():
        shown = in_header(value, operation.styles.get(("header", name), HEADER))
        if shown is not None:
            headers.append((name, shown))
    crumbs: Pairs = []
    for name, value in given(arguments.cookies).items():
        crumbs += in_cookie(name, value, operation.styles.get(("cookie", name), COOKIE))
    if crumbs:
        headers.append(("Cookie", "; ".join(f"{name}={value}" for name, value in crumbs)))
    return headers


def has_body(operation: Operation[Any], body: Any) -> bool:
    """Whether there is anything to send as the body."""
    if operation.body is None or body is None or isinstance(body, NotGiven):
        return False
    return operation.body_required or not isinstance(body, Mapping) or bool(given(body))


def any_operation(method: str, path: str, schemes: Iterable[str], body: Any) -> Operation[Any]:
    """An operation that this version does not know: it sends whatever credential is at hand."""
    encoder = JsonBody() if body is not None else None
    security = (*((name,) for name in schemes), ())
    return Operation(
        method.upper(), path, lambda: Any, accept="*/*", body=encoder, body_required=True, security=security
    )
