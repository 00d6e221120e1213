"""What both clients share: what they know, and how a call is made, without any I/O.

A call is a generator. It yields what it needs done (send this, wait so long, refresh) and is sent the outcome; the
two clients in `sync_client.py` and `async_client.py` do those things, each in its own way.
"""

from __future__ import annotations

import json
import os
import platform
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

import httpx

from .bodies import Encoded
from .credentials import Bearer, Choice, Schemes, choose, write_credentials
from .errors import APIStatusError, status_error
from .keeper import TokenKeeper
from .not_given import NotGiven, given
from .operation import (
    Arguments,
    Operation,
    RequestOptions,
    has_body,
    repeatable,
    write_headers,
    write_path,
    write_query,
)
from .rate_limit import RateLimit, read_rate_limit
from .retry import RetryPolicy
from .tokens import AnyTokenStore, MemoryTokenStore, Tokens, given_tokens

DEFAULT_TIMEOUT_SECONDS = 60.0
CONNECT_TIMEOUT_SECONDS = 5.0

Timeout = Union[float, httpx.Timeout, None, NotGiven]


@dataclass(frozen=True)
class Refresh:
    """The operation that trades a refresh token for a new pair, and how its body names the token."""

    operation: Operation[Any]
    member: str
    constants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contract:
    """What a generated package says about its API."""

    package: str
    version: str
    environment: str
    base_url: str | None
    schemes: Schemes = field(default_factory=dict)
    refresh: Refresh | None = None
    logout: Operation[Any] | None = None
    """Ends the session; its path parameter, if it has one, is the session's id."""


@dataclass
class Settings:
    """What the caller of a client set."""

    base_url: str
    timeout: httpx.Timeout
    policy: RetryPolicy
    headers: dict[str, str]


@dataclass
class Prepared:
    """A request, but for its credentials."""

    operation: Operation[Any]
    url: str
    headers: dict[str, str]
    body: Encoded
    timeout: httpx.Timeout
    policy: RetryPolicy
    repeatable: bool
    stream: bool = False
    """The caller reads the body."""


class Core:
    """The state of a client that its copies (`with_options`) share."""

    def __init__(
        self,
        contract: Contract,
        credentials: Mapping[str, Any],
        tokens: Tokens | None,
        store: AnyTokenStore | None,
    ) -> None:
        self.contract = contract
        self.credentials = {name: value for name, value in credentials.items() if value is not None}
        self.store: AnyTokenStore = store if store is not None else MemoryTokenStore()
        self.keeper = TokenKeeper(time.time)
        self.given_tokens = tokens
        self.stored = False
        """Whether the current tokens are those of the store."""
        self.rate_limit: RateLimit | None = None
        versions = f"Python {platform.python_version()}; httpx {httpx.__version__}"
        self.user_agent = f"{contract.package}-python/{contract.version} ({versions})"

    def choose(self, operation: Operation[Any], tokens: Tokens | None) -> Choice:
        """Which credentials go with a call."""
        public = operation.tokens in ("issue", "refresh")
        security = operation.security
        if operation.tokens == "refresh" and () in security and not (tokens and tokens.with_key):
            return Choice()
        return choose(self.contract.schemes, security, list(self.credentials), tokens is not None, public)

    def prepare(
        self, settings: Settings, operation: Operation[Any], arguments: Arguments, options: RequestOptions
    ) -> Prepared:
        """Everything that is the same in each try."""
        query = write_query(operation, arguments.query)
        extra = write_query(operation, options.get("query", {}))
        url = self._server(settings, operation).rstrip("/") + write_path(operation, arguments.path)
        shown = "&".join(part for part in (query, extra) if part)
        encoded = self._encode(operation, arguments.body, options)
        headers = {"Accept": operation.accept, "User-Agent": self.user_agent, **settings.headers}
        headers.update(write_headers(operation, arguments))
        if encoded.media:
            headers["Content-Type"] = encoded.media
        headers.update(options.get("headers", {}))
        once = operation.idempotency
        if once is not None and once.lower() not in {name.lower() for name in headers}:
            headers[once] = str(uuid.uuid4())
        policy = settings.policy
        if "max_retries" in options:
            policy = RetryPolicy(options["max_retries"], policy.base, policy.cap, policy.max_retry_after)
        timeout = as_timeout(options["timeout"]) if "timeout" in options else settings.timeout
        join = "&" if "?" in url else "?"
        return Prepared(
            operation, f"{url}{join}{shown}" if shown else url, headers, encoded, timeout, policy, repeatable(operation)
        )

    def _server(self, settings: Settings, operation: Operation[Any]) -> str:
        """An operation's own address, unless the caller sends everything elsewhere: to a test server, say."""
        usual = self.contract.base_url is None or settings.base_url.rstrip("/") == self.contract.base_url.rstrip("/")
        return operation.server if operation.server is not None and usual else settings.base_url

    def _encode(self, operation: Operation[Any], body: Any, options: RequestOptions) -> Encoded:
        extra = options.get("body")
        if extra and (body is None or isinstance(body, (Mapping, NotGiven))):
            body = {**(given(body) if isinstance(body, Mapping) else {}), **extra}
        if operation.body is None or not has_body(operation, body):
            return Encoded()
        return operation.body.encode(body)

    def credentials_for(self, choice: Choice, tokens: Tokens | None) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and query parameters that carry them."""
        held = dict(self.credentials)
        token = tokens.access_token if tokens is not None else None
        return write_credentials(self.contract.schemes, choice, held, token)

    def secret_headers(self) -> set[str]:
        """Headers that never follow a redirect to another origin."""
        names = {"authorization", "cookie"}
        for scheme in self.contract.schemes.values():
            names.add(getattr(scheme, "name", "").lower())
        return names

    def note(self, response: httpx.Response) -> None:
        """Remember what an answer says about limits."""
        found = read_rate_limit(response.headers, time.time())
        if found is not None:
            self.rate_limit = found

    def has_bearer(self) -> bool:
        """Whether the contract knows access tokens at all."""
        return any(isinstance(scheme, Bearer) for scheme in self.contract.schemes.values())

    def error(self, response: httpx.Response) -> APIStatusError:
        """The error for an answer that was read."""
        return status_error(response, parsed_body(response))


def parsed_body(response: httpx.Response) -> Any:
    """JSON where it is JSON, else text."""
    try:
        return json.loads(response.content)
    except ValueError:
        return response.text


def as_timeout(timeout: Timeout) -> httpx.Timeout:
    """Seconds for each of httpx's waits; connecting takes 5 at most."""
    if isinstance(timeout, httpx.Timeout):
        return timeout
    if timeout is None:
        return httpx.Timeout(None)
    seconds = DEFAULT_TIMEOUT_SECONDS if isinstance(timeout, NotGiven) else timeout
    return httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT_SECONDS))


def make_settings(
    contract: Contract,
    base_url: str | None,
    timeout: Timeout,
    max_retries: int,
    headers: Mapping[str, str] | None,
) -> Settings:
    """What a client uses where the caller said nothing."""
    address = base_url or setting(contract, "BASE_URL") or contract.base_url
    if address is None:
        raise ValueError(f"base_url is needed: give it, or set {contract.environment}_BASE_URL")
    if "://" not in address:
        raise ValueError(f"base_url must be absolute, like https://api.example.com, not {address!r}")
    policy = RetryPolicy(max_retries)
    return Settings(address, as_timeout(timeout), policy, dict(headers or {}))


def setting(contract: Contract, name: str) -> str | None:
    """A setting from the environment; empty counts as none."""
    return os.environ.get(f"{contract.environment}_{name}") or None


def first_tokens(contract: Contract, access_token: str | None, refresh_token: str | None) -> Tokens | None:
    """Tokens that the caller gave, or the environment."""
    access = access_token or setting(contract, "ACCESS_TOKEN")
    if access is None and refresh_token is not None:
        return Tokens("", refresh_token, 0.0, 1.0)
    return given_tokens(access, refresh_token) if access is not None else None
