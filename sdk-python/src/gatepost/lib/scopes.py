"""What the umbrella scopes stand for. The server knows best: a live test compares."""

from __future__ import annotations

from collections.abc import Sequence

_READ = "keys:read keys:verify vault:read practice:read projects:read read:items read:orders usage:read"
_WRITE = "keys:write vault:write projects:write write:items write:orders webhooks"
_UNDER = {"read": frozenset(_READ.split()), "write": frozenset(_WRITE.split())}


def covers_scopes(granted: Sequence[str], required: Sequence[str]) -> bool:
    """Whether whoever holds `granted` may do what needs all of `required`.

    `admin` covers all, `read` and `write` what any account may grant.
    """
    if "admin" in granted:
        return True
    return all(one in granted or any(one in _UNDER.get(held, ()) for held in granted) for one in required)
