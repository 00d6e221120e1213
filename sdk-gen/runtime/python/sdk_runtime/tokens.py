"""Access and refresh tokens, and where they are kept."""

from __future__ import annotations

import base64
import json
import os
import tempfile
from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Union


@dataclass(frozen=True, repr=False)
class Tokens:
    """A pair of tokens. Its `repr` shows neither."""

    access_token: str
    refresh_token: str | None = None
    expires_at: float | None = None
    """When the access token ends, in seconds since 1970; `None` when nobody knows."""
    lifetime: float | None = None
    """How long it lives in all, in seconds."""
    with_key: bool = False
    """Whether an API key was sent along when they were issued: a refresh must come from the same client."""

    def __repr__(self) -> str:
        return f"Tokens(expires_at={self.expires_at})"


class TokenStore(Protocol):
    """Keeps tokens between runs. Must be safe to call from several threads."""

    def load(self) -> Tokens | None:
        """What was saved last; `None` when there is nothing."""

    def save(self, tokens: Tokens | None) -> None:
        """Keep these; `None` forgets."""


class AsyncTokenStore(Protocol):
    """The same for `AsyncClient`, where loading and saving may wait."""

    def load(self) -> Awaitable[Tokens | None]:
        """What was saved last; `None` when there is nothing."""

    def save(self, tokens: Tokens | None) -> Awaitable[None]:
        """Keep these; `None` forgets."""


AnyTokenStore = Union[TokenStore, AsyncTokenStore]


class MemoryTokenStore:
    """Keeps tokens as long as the process lives. The default."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self._tokens = tokens

    def load(self) -> Tokens | None:
        """What was saved last."""
        return self._tokens

    def save(self, tokens: Tokens | None) -> None:
        """Keep these."""
        self._tokens = tokens


class FileTokenStore:
    """Keeps tokens in a file that only its owner can read (0600), replaced in one step, so that no reader sees half."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def load(self) -> Tokens | None:
        """What was saved last; `None` when there is no file or it is not ours."""
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return Tokens(**found)
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def save(self, tokens: Tokens | None) -> None:
        """Write the file, or delete it."""
        if tokens is None:
            self._path.unlink(missing_ok=True)
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:  # mkstemp makes it 0600
                json.dump(asdict(tokens), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def tokens_from_answer(answer: Any, now: float, with_key: bool, before: Tokens | None = None) -> Tokens | None:
    """Tokens in the answer of a sign-in or refresh, in any spelling; `None` where there are none."""
    if not isinstance(answer, Mapping):
        return None
    found = {name.replace("_", "").replace("-", "").lower(): value for name, value in answer.items()}
    access, lifetime = found.get("accesstoken"), found.get("expiresin")
    if not isinstance(access, str):
        return None
    refresh = found.get("refreshtoken") or (before.refresh_token if before else None)
    if isinstance(lifetime, (int, float)):
        return Tokens(access, refresh, now + lifetime, float(lifetime), with_key)
    return replace(given_tokens(access, refresh), with_key=with_key)


def given_tokens(access_token: str, refresh_token: str | None) -> Tokens:
    """Tokens from a caller: a JWT says itself when it ends."""
    claims = _claims(access_token)
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, (int, float)):
        return Tokens(access_token, refresh_token)
    lifetime = float(expires - issued) if isinstance(issued, (int, float)) else None
    return Tokens(access_token, refresh_token, float(expires), lifetime)


def session_of(tokens: Tokens) -> str | None:
    """Which session they belong to: the claim `sid` of the access token, as OpenID Connect names it."""
    session = _claims(tokens.access_token).get("sid")
    return session if isinstance(session, str) and session else None


def _claims(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}
