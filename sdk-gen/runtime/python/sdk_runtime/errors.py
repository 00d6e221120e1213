"""What can go wrong.

APIError
  APIConnectionError            no answer: refused, reset, unknown host
    APITimeoutError             no answer in time
  APIResponseError              a success whose body cannot be read
  APIStatusError                an answer that is no success
    BadRequestError             400
    UnauthenticatedError        401
    PermissionDeniedError       403
    NotFoundError               404
    ConflictError               409
    UnprocessableError          422
    RateLimitError              429
    ServerError                 5xx
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from .rate_limit import RateLimit, read_rate_limit
from .retry import retry_after


class APIError(Exception):
    """Anything that went wrong in a call. `str(error)` is fit for a log: it holds no credential."""


class APIConnectionError(APIError):
    """The server could not be reached, or the connection broke before the answer was complete."""


class APITimeoutError(APIConnectionError):
    """The server did not answer in time."""


class APIResponseError(APIError):
    """The server said success, but its body is not what its media type promises."""

    def __init__(self, message: str, response: httpx.Response) -> None:
        super().__init__(message)
        self.response = response


@dataclass(frozen=True)
class FieldError:
    """One fault of a request body."""

    pointer: str
    """JSON pointer to the field, for example `/price/amount`."""
    message: str
    """What is wrong with it."""
    place: str = "body"
    """Where it stands: `body`, `query`, `path` or `header`."""


class APIStatusError(APIError):
    """The server answered, but not with success."""

    def __init__(self, response: httpx.Response, body: Any) -> None:
        problem = body if isinstance(body, Mapping) else {}
        nested = problem.get("error")
        inner: Mapping[str, Any] = nested if isinstance(nested, Mapping) else {}
        self.response = response
        """The raw answer."""
        self.status = response.status_code
        """HTTP status."""
        self.headers = response.headers
        """Headers of the answer."""
        self.body = body
        """The body: parsed if it is JSON, else text."""
        self.code: str | None = _text(problem, inner, "code", "error")
        """Machine-readable code, if the server gave one."""
        self.title: str | None = _text(problem, inner, "title")
        """What kind of problem it is."""
        self.detail: str | None = _text(problem, inner, "detail", "message", "error_description")
        """What went wrong this time."""
        self.errors: list[FieldError] = _faults(problem.get("errors"))
        """Each fault of the request body."""
        self.request_id: str | None = _text(problem, inner, "requestId", "request_id") or response.headers.get(
            "x-request-id"
        )
        """Tell this to the operator."""
        self.rate_limit: RateLimit | None = read_rate_limit(response.headers, time.time())
        """What this answer said about limits."""
        self.retry_after: float | None = retry_after(response.headers, time.time)
        """How many seconds to wait, if the server asks for it."""
        super().__init__(self._message())

    def _message(self) -> str:
        what = self.detail or self.title or self.response.reason_phrase or "the server refused"
        code = f" {self.code}" if self.code else ""
        faults = "".join(f"\n  {fault.pointer}: {fault.message}" for fault in self.errors)
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.status}{code}: {what}{request}{faults}"


class BadRequestError(APIStatusError):
    """400: the request could not be parsed."""


class UnauthenticatedError(APIStatusError):
    """401: no credential, or one that does not hold."""


class PermissionDeniedError(APIStatusError):
    """403: the credential holds, but not for this."""

    def __init__(self, response: httpx.Response, body: Any) -> None:
        problem = body if isinstance(body, Mapping) else {}
        self.required_scopes: list[str] = _scopes(problem.get("requiredScopes"), response, "x-required-scopes")
        """Scopes that the call needs."""
        self.granted_scopes: list[str] = _scopes(problem.get("grantedScopes"), response, "x-granted-scopes")
        """Scopes that the credential has."""
        super().__init__(response, body)


class NotFoundError(APIStatusError):
    """404: not there, or not for this caller to know."""


class ConflictError(APIStatusError):
    """409: the state of the thing does not allow it."""


class UnprocessableError(APIStatusError):
    """422: understood, but a rule forbids it; `errors` says where."""


class RateLimitError(APIStatusError):
    """429: too many calls; `retry_after` says how many seconds to wait, `rate_limit` which window is full."""


class ServerError(APIStatusError):
    """5xx: the server's fault."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: UnauthenticatedError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableError,
    429: RateLimitError,
}


def status_error(response: httpx.Response, body: Any) -> APIStatusError:
    """The error for an answer that is no success."""
    kind = _BY_STATUS.get(response.status_code, ServerError if response.status_code >= 500 else APIStatusError)
    return kind(response, body)


def _text(problem: Mapping[str, Any], inner: Mapping[str, Any], *names: str) -> str | None:
    for source in (problem, inner):
        for name in names:
            value = source.get(name)
            if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
                return str(value)
    return None


def _faults(errors: Any) -> list[FieldError]:
    if not isinstance(errors, list):
        return []
    return [
        FieldError(str(fault.get("pointer", "")), str(fault.get("message", "")), str(fault.get("in", "body")))
        for fault in errors
        if isinstance(fault, Mapping)
    ]


def _scopes(value: Any, response: httpx.Response, header: str) -> list[str]:
    if isinstance(value, list):
        return [str(scope) for scope in value]
    sent: str = response.headers.get(header, "")
    return sent.replace(",", " ").split()
