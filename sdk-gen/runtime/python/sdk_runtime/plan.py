"""The way of a call, written once for both clients: credentials, tries, redirects, errors."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, Union

import httpx

from .core import Core, Prepared, parsed_body
from .credentials import Choice
from .errors import APIConnectionError, APIStatusError, APITimeoutError
from .keeper import Need
from .retry import retry_after
from .tokens import Tokens, tokens_from_answer

MAX_REDIRECTS = 5

log = logging.getLogger(__name__.split(".")[0])


@dataclass
class Send:
    """Send it; the outcome is an answer (read to its end unless the call streams), or one of httpx's errors."""

    prepared: Prepared
    url: str
    headers: dict[str, str]
    method: str
    with_body: bool = True


@dataclass
class Read:
    """Read the body of this answer to its end, if it is not read yet."""

    response: httpx.Response


@dataclass
class Pause:
    """Wait."""

    seconds: float


@dataclass
class Load:
    """Load tokens from the store."""


@dataclass
class Save:
    """Save tokens in the store."""

    tokens: Tokens | None


@dataclass
class Renew:
    """Replace these tokens; the outcome is their successors. Whoever comes second joins the first."""

    tokens: Tokens
    wait: bool = True
    """Without it, who comes second goes on with the old ones."""


Step = Union[Send, Read, Pause, Load, Save, Renew]
Plan = Generator[Step, Any, httpx.Response]


def call(core: Core, prepared: Prepared) -> Plan:
    """Make the call; the answer is a success. Its body is read unless the call streams."""
    tokens = yield from _tokens(core)
    choice = core.choose(prepared.operation, tokens)
    if choice.bearer and tokens is not None and tokens.refresh_token is not None:
        tokens = yield from _fresh(core, tokens)
    response = yield from _tries(core, prepared, choice, tokens)
    if response.status_code == 401 and choice.bearer and tokens is not None and core.keeper.can_refresh():
        response = yield from _once_more(core, prepared, choice, tokens, response)
    if not response.is_success:
        yield from _read(response)
        raise core.error(response)
    yield from _keep_tokens(core, prepared, choice, response)
    return response


def refresh(core: Core, prepared: Prepared, tokens: Tokens) -> Generator[Step, Any, Tokens]:
    """Trade the refresh token. Never waits for another refresh, and never starts one."""
    elsewhere = yield from _renewed_elsewhere(core, tokens)
    if elsewhere is not None:
        return elsewhere
    choice = core.choose(prepared.operation, tokens)
    # The server answers a repetition within moments with the same successor, so that a lost answer costs nothing.
    try:
        response = yield from _tries(core, replace(prepared, repeatable=True), choice, None)
    except APIConnectionError:
        core.keeper.failed(tokens, refused=False)
        raise
    if not response.is_success:
        error = core.error(response)
        core.keeper.failed(tokens, refused=400 <= error.status < 500 and error.status not in (408, 425, 429))
        raise error
    found = tokens_from_answer(parsed_body(response), time.time(), tokens.with_key, tokens)
    if found is None:
        core.keeper.failed(tokens, refused=False)
        raise APIConnectionError("the answer to the refresh holds no access token")
    if core.keeper.tokens is None:
        raise APIConnectionError("signed out while the refresh was on its way")
    core.keeper.accept(found)
    yield from _save(core, found)
    return found


def logout(core: Core, prepare: Callable[[Tokens], Prepared | None]) -> Generator[Step, Any, None]:
    """End the session on the server, and forget its tokens here whatever the server says."""
    tokens = yield from _tokens(core)
    if tokens is None:
        return
    failure: Exception | None = None
    try:
        prepared = prepare(tokens)
        if prepared is not None:
            yield from call(core, prepared)
    except Exception as error:
        failure = error
    core.keeper.accept(None)
    yield from _save(core, None)
    # 401 and 404: the session was over already.
    if failure is not None and not (isinstance(failure, APIStatusError) and failure.status in (401, 404)):
        raise failure


def _renewed_elsewhere(core: Core, tokens: Tokens) -> Generator[Step, Any, Tokens | None]:
    """What another process that shares the store has got: using the old refresh token again would end the session."""
    if not core.stored:
        return None
    found: Tokens | None = yield Load()
    if found is None or found.refresh_token == tokens.refresh_token or core.keeper.need(found) is Need.NOW:
        return None
    core.keeper.accept(found)
    return found


def _save(core: Core, tokens: Tokens | None) -> Generator[Step, Any, None]:
    core.stored = True
    yield Save(tokens)


def _tokens(core: Core) -> Generator[Step, Any, Tokens | None]:
    if not core.keeper.loaded and core.has_bearer():
        loaded = (yield Load()) if core.given_tokens is None else core.given_tokens
        if not core.keeper.loaded:
            core.stored = core.given_tokens is None
            core.keeper.accept(loaded)
    return core.keeper.tokens


def _fresh(core: Core, tokens: Tokens) -> Generator[Step, Any, Tokens]:
    """Tokens that live long enough for a call."""
    need = core.keeper.need(tokens) if core.contract.refresh is not None else Need.NONE
    if need is Need.NONE:
        return tokens
    try:
        renewed: Tokens = yield Renew(tokens, wait=need is Need.NOW)
        return renewed
    except (APIConnectionError, APIStatusError):
        if not core.keeper.still_works(tokens):
            raise
        return tokens  # the old one still works, and the next call tries again


def _once_more(core: Core, prepared: Prepared, choice: Choice, tokens: Tokens, refused: httpx.Response) -> Plan:
    """The server refused the token: one refresh, one repetition."""
    if core.contract.refresh is None or not prepared.body.repeatable:
        return refused
    yield from _read(refused)
    try:
        renewed: Tokens = yield Renew(tokens)
    except APIStatusError as error:
        raise core.error(refused) from error
    response = yield from _tries(core, prepared, choice, renewed)
    return response


def _tries(core: Core, prepared: Prepared, choice: Choice, tokens: Tokens | None) -> Plan:
    """Send it, and again where that may help."""
    credentials, query = core.credentials_for(choice, tokens)
    extra = str(httpx.QueryParams(query)) if query else ""
    join = "&" if "?" in prepared.url else "?"
    url = f"{prepared.url}{join}{extra}" if extra else prepared.url
    attempt = 0
    while True:
        step = Send(prepared, url, {**credentials, **prepared.headers}, prepared.operation.method)
        try:
            response = yield from _follow(core, step)
        except httpx.TransportError as error:
            wait = (
                prepared.policy.after_failure(attempt, error, prepared.repeatable) if prepared.body.repeatable else None
            )
            if wait is None:
                raise connection_error(error) from error
        else:
            core.note(response)
            asked = retry_after(response.headers, time.time)
            wait = prepared.policy.after_answer(attempt, response.status_code, asked, prepared.repeatable)
            if wait is None or not prepared.body.repeatable:
                return response
            yield from _read(response)
        # The path alone: the query may carry a credential.
        log.debug("%s %s: trying again in %.2f s", step.method, prepared.operation.path, wait)
        yield Pause(wait)
        attempt += 1


def _follow(core: Core, step: Send) -> Plan:
    """Follow redirects; credentials stay at home."""
    for _ in range(MAX_REDIRECTS):
        response: httpx.Response = yield step
        if not response.has_redirect_location or response.status_code == 304:
            return response
        keeps = response.status_code in (307, 308) or step.method in ("GET", "HEAD")
        if not keeps and response.status_code != 303:
            return response
        yield from _read(response)
        target = response.url.join(response.headers["location"])
        headers = dict(step.headers)
        if (target.scheme, target.host, target.port) != (response.url.scheme, response.url.host, response.url.port):
            if keeps and step.method not in ("GET", "HEAD"):
                return response  # a body may hold secrets
            secret = core.secret_headers()
            headers = {name: value for name, value in headers.items() if name.lower() not in secret}
        method = step.method if keeps else "GET"
        step = Send(step.prepared, str(target), headers, method, with_body=keeps and step.with_body)
    raise APIConnectionError(f"more than {MAX_REDIRECTS} redirects")


def _read(response: httpx.Response) -> Generator[Step, Any, None]:
    try:
        yield Read(response)
    except httpx.TransportError as error:
        raise connection_error(error) from error


def _keep_tokens(
    core: Core, prepared: Prepared, choice: Choice, response: httpx.Response
) -> Generator[Step, Any, None]:
    """A sign-in brings tokens, a sign-out ends them."""
    role = prepared.operation.tokens
    if role in ("issue", "refresh"):
        found = tokens_from_answer(parsed_body(response), time.time(), bool(choice.names))
        if found is not None:
            core.keeper.accept(found)
            yield from _save(core, found)
    elif role == "revoke":
        core.keeper.accept(None)
        yield from _save(core, None)


def connection_error(error: httpx.TransportError) -> APIConnectionError:
    """Ours for httpx's."""
    if isinstance(error, httpx.TimeoutException):
        return APITimeoutError(f"no answer in time ({type(error).__name__})")
    return APIConnectionError(f"no answer: {error or type(error).__name__}")
