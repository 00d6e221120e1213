"""What the two clients have in common: settings, copies with other settings, requests as httpx takes them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Generator, Mapping
from typing import Any, Generic, TypeVar

import httpx
from typing_extensions import Self

from . import plan
from .bodies import Encoded, async_pieces, pieces
from .core import Core, Prepared, Settings, Timeout, as_timeout
from .not_given import NOT_GIVEN, NotGiven
from .operation import Arguments, Operation, RequestOptions
from .plan import Send, Step
from .rate_limit import RateLimit
from .retry import RetryPolicy
from .tokens import Tokens, session_of

Http = TypeVar("Http", httpx.Client, httpx.AsyncClient)


class BaseClient(Generic[Http]):
    """What the two have in common: settings and copies with other settings."""

    _core: Core
    _settings: Settings
    _http: Http
    _owned: bool

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the last answer that spoke of limits said; of concurrent calls, the one whose answer came last."""
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

    def _logout_call(self, tokens: Tokens) -> Prepared | None:
        operation = self._core.contract.logout
        if operation is None:
            return None
        name = re.search(r"\{([^{}]+)\}", operation.path)
        session = session_of(tokens)
        if name is None:
            return self._prepare(operation, Arguments(), None, stream=False)
        if session is None:
            return None  # the token does not say which session it is
        return self._prepare(operation, Arguments(path={name[1]: session}), None, stream=False)

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
