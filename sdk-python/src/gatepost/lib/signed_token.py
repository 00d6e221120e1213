"""Reads a signed key and judges what needs no signature, so that most junk ends here and is never asked after."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .signed_key_error import SignedKeyError

LEEWAY_SECONDS = 30
"""How far two clocks may be apart. The one allowance for every time in a token."""
MAX_LENGTH = 8192
MAX_DEPTH = 32
KEY_ID = re.compile(r"key_[0-7][0-9a-hjkmnp-tv-z]{25}")
"""A type and a UUID in 26 characters of Crockford's base32; the first holds three bits."""
LAST_SECOND = 253_402_300_799
"""The last that a `datetime` can hold."""


@dataclass(frozen=True)
class Expected:
    """What is allowed."""

    issuers: Sequence[str]
    audiences: Sequence[str]


@dataclass(frozen=True)
class Claimed:
    """A token that says the right things; whether it is genuine is not known yet."""

    issuer: str
    key_id: str
    algorithm: str
    user_id: str
    scopes: list[str]
    expires_at: datetime
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def read_token(token: str, expected: Expected, now: float) -> Claimed:
    """Raises the `SignedKeyError` that names the first thing that is wrong."""
    if not isinstance(token, str) or len(token) > MAX_LENGTH:
        raise _malformed("it is too long, or no text")
    parts = token.split(".")
    if len(parts) != 3:
        raise _malformed("it has not three parts")
    algorithm, kid = _header(_object(parts[0]))
    claims = _object(parts[1])
    issuer, key_id = _issuer(claims.get("iss"), expected.issuers)
    if kid != key_id:
        raise SignedKeyError("unknown_key", "the key id is not the one in the issuer")
    _check_audience(claims.get("aud"), expected.audiences)
    return Claimed(
        issuer=issuer,
        key_id=key_id,
        algorithm=algorithm,
        user_id=_text(claims, "sub"),
        scopes=_scopes(claims.get("scope", "")),
        expires_at=_check_times(claims, now),
        claims=claims,
        signed=f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature=_bytes(parts[2]),
    )


def _header(header: Mapping[str, Any]) -> tuple[str, str]:
    if header.get("typ") != "apikey+jwt":
        raise SignedKeyError("wrong_type", "the token is of another type than apikey+jwt")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ("ES256", "RS256"):
        raise SignedKeyError("wrong_algorithm", "the token is signed with neither ES256 nor RS256")
    # `jku`, `x5u`, `x5c` and `jwk` say where to find a key; nobody asks them.
    if "crit" in header or "b64" in header:
        raise _malformed("it asks for an extension")
    return algorithm, _text(header, "kid")


def _issuer(issuer: Any, bases: Sequence[str]) -> tuple[str, str]:
    """Compared as text, never as addresses: two that lead to one place are still two."""
    for base in bases if isinstance(issuer, str) else ():
        key_id = issuer.removeprefix(f"{base}/jwks/")
        if key_id != issuer and KEY_ID.fullmatch(key_id):
            return issuer, key_id
    raise SignedKeyError("untrusted_issuer", "the token comes from an issuer that is not on the list")


def _check_audience(audience: Any, allowed: Sequence[str]) -> None:
    named = audience if isinstance(audience, list) else [audience]
    if not (all(isinstance(one, str) for one in named) and any(one in allowed for one in named)):
        raise SignedKeyError("wrong_audience", "the token was made for another audience")


def _check_times(claims: Mapping[str, Any], now: float) -> datetime:
    ends = _seconds(claims, "exp")
    if ends is None:
        raise _malformed("exp is missing")
    if now >= ends + LEEWAY_SECONDS:
        raise SignedKeyError("expired", "the key has expired")
    for name in ("nbf", "iat"):
        begins = _seconds(claims, name)
        if begins is not None and now < begins - LEEWAY_SECONDS:
            raise SignedKeyError("not_yet_valid", f"the key is not valid yet ({name})")
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=ends)


def _seconds(claims: Mapping[str, Any], name: str) -> int | None:
    if name not in claims:
        return None
    value = claims[name]
    # A string, a fraction or a year beyond that is no time of ours; 1e9 and 1000000000 are one number to JSON.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LAST_SECOND or value != int(value):
        raise _malformed(f"{name} is no time")
    return int(value)


def _scopes(scope: Any) -> list[str]:
    if not isinstance(scope, str):
        raise _malformed("scope is no text")
    return [one for one in scope.split(" ") if one]


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(f"{name} is missing")
    return value


def _object(part: str) -> dict[str, Any]:
    text = _bytes(part)
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant)
        _check_depth(value)
    except (ValueError, RecursionError):
        raise _malformed("a part of it is no plain JSON object") from None
    if not isinstance(value, dict):
        raise _malformed("a part of it is no plain JSON object")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):  # two readers could see two different documents
        raise ValueError("a member twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _check_depth(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for one in level if isinstance(one, (dict, list)) for inner in _inside(one)]
    if any(isinstance(one, (dict, list)) for one in level):
        raise ValueError("nested too deep")


def _inside(value: dict[str, Any] | list[Any]) -> Sequence[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _bytes(part: str) -> bytes:
    """base64url as it must be: no padding, nothing else in it, and only one way to write each value."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", part) or len(part) % 4 == 1:
        raise _malformed("a part of it is not base64url")
    plain = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(plain).rstrip(b"=") != part.encode("ascii"):
        raise _malformed("a part of it is not base64url")
    return plain


def _malformed(why: str) -> SignedKeyError:
    return SignedKeyError("malformed", f"this is no signed key: {why}")
