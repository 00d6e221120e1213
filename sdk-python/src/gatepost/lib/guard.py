"""Lets an ASGI application (Starlette, FastAPI, …) take its callers' Gatepost keys.

app = KeyGuard(app, scopes=["read:items"])          # GATEPOST_API_KEY holds a key with `keys:verify`

request.scope["gatepost.caller"].user_id            # in a handler: who calls
"""

from __future__ import annotations

import json
from typing import Any, Awaitable, Callable, Dict, List, MutableMapping, Optional, Sequence, Tuple

from .. import AsyncClient, NOT_GIVEN
from .._runtime.errors import APIError
from ..models import KeyVerification, Scope as ScopeName

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CALLER = "gatepost.caller"

_OVER = ("RATE_LIMITED", "QUOTA_EXCEEDED")
_FORBIDDEN = ("INSUFFICIENT_SCOPE", "ORIGIN_DENIED", "IP_DENIED")


class KeyGuard:
    """ASGI middleware: asks Gatepost whether the request's key is good, and refuses the request if not.

    Args:
        app: the application behind it.
        client: asks Gatepost; one from the environment where it is left out.
        scopes: what every caller's key must hold.
        cost: how many requests one counts for.
        public: paths for which it answers true need no key.
    """

    def __init__(
        self,
        app: App,
        *,
        client: Optional[AsyncClient] = None,
        scopes: Sequence[ScopeName] = (),
        cost: int = 1,
        public: Callable[[str], bool] = lambda path: False,
    ) -> None:
        self._app = app
        self._client = client if client is not None else AsyncClient()
        self._scopes = list(scopes)
        self._cost = cost
        self._public = public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI's own entry."""
        if scope["type"] != "http" or self._public(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        key = _key(headers)
        if key is None:
            await _refuse(send, 401, "UNAUTHENTICATED", "Send a key as X-API-Key or Authorization: Bearer.")
            return
        try:
            found = await self._verify(key, headers, scope.get("client"))
        except APIError:
            # Nobody is let in unchecked, and why the check failed is not the caller's to know.
            await _refuse(send, 503, "UNAVAILABLE", "The key cannot be checked at the moment.")
            return
        if found.valid:
            scope[CALLER] = found
            await self._app(scope, receive, send)
        else:
            await self._refuse_key(send, found)

    async def _verify(self, key: str, headers: Dict[str, str], peer: Optional[Tuple[str, int]]) -> KeyVerification:
        return await self._client.keys.verify(
            key=key,
            scopes=self._scopes,
            cost=self._cost,
            origin=headers.get("origin") or NOT_GIVEN,
            ip=peer[0] if peer else NOT_GIVEN,
        )

    async def _refuse_key(self, send: Send, found: KeyVerification) -> None:
        code = str(found.code)
        if code in _OVER:
            await _refuse(send, 429, code, "The key has no requests left for now.")
        elif code in _FORBIDDEN:
            await _refuse(send, 403, code, "The key may not do this.", requiredScopes=self._scopes)
        else:
            await _refuse(send, 401, code, "The key is not good.")


def _key(headers: Dict[str, str]) -> Optional[str]:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "") or None


async def _refuse(send: Send, status: int, code: str, detail: str, **more: Any) -> None:
    body = json.dumps({"status": status, "code": code, "detail": detail, **more}).encode("utf-8")
    headers: List[Tuple[bytes, bytes]] = [(b"content-type", b"application/problem+json")]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
