"""Who calls: the schemes of a contract and which of them a call uses."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union

from .operation import Security


@dataclass(frozen=True)
class ApiKey:
    """A key in a header, the query or a cookie."""

    place: Literal["header", "query", "cookie"]
    name: str


@dataclass(frozen=True)
class Bearer:
    """`Authorization: Bearer …`: an access token."""


@dataclass(frozen=True)
class Basic:
    """`Authorization: Basic …`: a name and a password."""


@dataclass(frozen=True)
class Authorization:
    """Another scheme of `Authorization`; the caller gives what follows its name."""

    scheme: str


Scheme = Union[ApiKey, Bearer, Basic, Authorization]
Schemes = Mapping[str, Scheme]


@dataclass(frozen=True)
class Choice:
    """The schemes that a call uses, and whether the kept access token is among them."""

    names: tuple[str, ...] = ()
    bearer: bool = False


def choose(schemes: Schemes, security: Security, held: Sequence[str], has_token: bool, public: bool) -> Choice:
    """The alternative to send, of those for which everything is at hand.

    A token goes before a key: who signs in wants to act as that user. `public` leaves the token out: the operations
    that deal in tokens never carry one that they are about to replace.
    """
    usable: list[Choice] = []
    for names in security:
        bearer = any(isinstance(schemes.get(name), Bearer) for name in names)
        at_hand = all(name in held or (isinstance(schemes.get(name), Bearer) and has_token) for name in names)
        if at_hand and not (bearer and public):
            usable.append(Choice(names, bearer))
    usable.sort(key=lambda choice: (not choice.names, not choice.bearer))
    return usable[0] if usable else Choice()


def write_credentials(
    schemes: Schemes, choice: Choice, values: Mapping[str, Any], token: str | None
) -> tuple[dict[str, str], dict[str, str]]:
    """Headers and query parameters that carry the chosen credentials."""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    for name in choice.names:
        scheme = schemes.get(name)
        if isinstance(scheme, ApiKey):
            _write_key(scheme, str(values[name]), headers, query)
        elif isinstance(scheme, Bearer):
            headers["Authorization"] = f"Bearer {token}"
        elif isinstance(scheme, Basic):
            user, password = values[name]
            pair = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
            headers["Authorization"] = f"Basic {pair}"
        elif isinstance(scheme, Authorization):
            headers["Authorization"] = f"{scheme.scheme} {values[name]}"
    return headers, query


def _write_key(scheme: ApiKey, value: str, headers: dict[str, str], query: dict[str, str]) -> None:
    if scheme.place == "query":
        query[scheme.name] = value
    elif scheme.place == "cookie":
        crumb = f"{scheme.name}={value}"
        headers["Cookie"] = f"{headers['Cookie']}; {crumb}" if "Cookie" in headers else crumb
    else:
        headers[scheme.name] = value
