"""Lets an ASGI application (Starlette, FastAPI, …) take its callers' Gatepost keys.

    app = KeyGuard(app, scopes=["read:items"])          # GATEPOST_API_KEY holds a key with `keys:verify`

    request.scope["gatepost.caller"].user_id            # in a handler: who calls

Give it a `verifier`, and signed keys are checked here, without asking Gatepost; with a client beside it, other keys are
asked after.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, List, Tuple, Union

from .. import NOT_GIVEN, AsyncClient
from .._runtime.errors import APIError, UnprocessableError
from ..models import KeyVerification
from ..models import Scope as ScopeName
from .scopes import covers_scopes
from .signed_key_error import SignedKeyError

if TYPE_CHECKING:
    from .verifier import AsyncSignedKeyVerifier

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CALLER = "gatepost.caller"

_OVER = ("RATE_LIMITED", "QUOTA_EXCEEDED")
_FORBIDDEN = ("INSUFFICIENT_SCOPE", "ORIGIN_DENIED", "IP_DENIED")
_TITLES = {401: "Not authenticated", 403: "Not allowed", 429: "Too many requests", 503: "Not available"}


@dataclass(frozen=True)
class Caller:
    """Who calls."""

    key_id: str
    user_id: str
    """Whose key it is."""
    scopes: Sequence[str]
    expires_at: datetime | None
    claims: dict[str, Any] | None = None
    """All that a signed key says of itself, where it was checked here."""
    verification: KeyVerification | None = None
    """All that Gatepost said, where it was asked."""


@dataclass(frozen=True)
class Refusal:
    """Why nobody gets in."""

    status: int
    code: str
    detail: str
    required_scopes: Sequence[str] | None = None

    def body(self) -> bytes:
        """As `application/problem+json`."""
        problem = {"title": _TITLES[self.status], "status": self.status, "code": self.code, "detail": self.detail}
        more = {} if self.required_scopes is None else {"requiredScopes": list(self.required_scopes)}
        return json.dumps({**problem, **more}).encode("utf-8")


# Nobody is let in unchecked, and why the check failed is not the caller's to know.
_AWAY = Refusal(503, "UNAVAILABLE", "The key cannot be checked at the moment.")
_NO_KEY = Refusal(401, "UNAUTHENTICATED", "Send a key as X-API-Key or Authorization: Bearer.")


class KeyGuard:
    """ASGI middleware: refuses a request or a WebSocket whose key is not good.

    Args:
        app: the application behind it.
        client: asks Gatepost; one from the environment where it is left out, unless there is a verifier.
        verifier: checks signed keys without asking.
        scopes: what every caller's key must hold.
        cost: how many requests one counts for, where Gatepost is asked.
        public: paths for which it answers true need no key.
    """

    def __init__(
        self,
        app: App,
        *,
        client: AsyncClient | None = None,
        verifier: AsyncSignedKeyVerifier | None = None,
        scopes: Sequence[ScopeName] = (),
        cost: int = 1,
        public: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._app = app
        self._client = AsyncClient() if client is None and verifier is None else client
        self._verifier = verifier
        self._scopes = list(scopes)
        self._cost = cost
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own entry."""
        if scope["type"] not in ("http", "websocket") or self._public(scope["path"]):
            await self._app(scope, receive, send)
            return
        decision = await self.decide(scope)
        if isinstance(decision, Caller):
            scope[CALLER] = decision
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": decision.code})
        else:
            await _refuse(send, decision)

    async def decide(self, scope: Scope) -> Union[Caller, Refusal]:
        """The decision itself: who calls, or why nobody gets in."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        key = _key(headers)
        if key is None:
            return _NO_KEY
        # Only signed keys have dots in them.
        if self._verifier is not None and (self._client is None or "." in key):
            return await self._check_here(self._verifier, key)
        if self._client is None:
            return _AWAY
        try:
            found = await self._ask(self._client, key, headers.get("origin"), scope.get("client"))
        except UnprocessableError as error:
            # What cannot even be asked about is no key.
            return self._refusal("MALFORMED") if any(one.pointer == "/key" for one in error.errors) else _AWAY
        except APIError:
            return _AWAY
        if not found.valid or found.key_id is None or found.user_id is None:
            return self._refusal(str(found.code))
        return Caller(found.key_id, found.user_id, found.scopes, found.expires_at, verification=found)

    async def _check_here(self, verifier: AsyncSignedKeyVerifier, key: str) -> Union[Caller, Refusal]:
        try:
            found = await verifier.verify(key)
        except SignedKeyError as error:
            return _AWAY if error.code == "unavailable" else self._refusal(error.code.upper())
        if not covers_scopes(found.scopes, self._scopes):
            return self._refusal("INSUFFICIENT_SCOPE")
        return Caller(found.key_id, found.user_id, found.scopes, found.expires_at, claims=found.claims)

    async def _ask(
        self, client: AsyncClient, key: str, origin: str | None, peer: Tuple[str, int] | None
    ) -> KeyVerification:
        return await client.keys.verify(
            key=key,
            scopes=self._scopes,
            cost=self._cost,
            origin=origin or NOT_GIVEN,
            ip=peer[0] if peer else NOT_GIVEN,
        )

    def _refusal(self, code: str) -> Refusal:
        if code in _OVER:
            return Refusal(429, code, "The key has no requests left for now.")
        if code in _FORBIDDEN:
            return Refusal(403, code, "The key may not do this.", self._scopes)
        return Refusal(401, code, "The key is not good.")


def _key(headers: dict[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "") or None


async def _refuse(send: Send, refusal: Refusal) -> None:
    headers: List[Tuple[bytes, bytes]] = [(b"content-type", b"application/problem+json")]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body()})
