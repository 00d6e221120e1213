"""How parameters are written into an address, a header or a cookie (OpenAPI 3.1, 4.8.12; RFC 6570)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from .writing import write

UNRESERVED_SAFE = "-._~"
RESERVED = ":/?#[]@!$&'()*+,;="
_JOINERS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "form": ",", "simple": ",", "label": ".", "matrix": ","}


Kind = Callable[[], Any]
"""Gives a type, which is loaded when it is first needed."""


def anything() -> Any:
    """Any type."""
    return Any


@dataclass(frozen=True)
class Style:
    """How one parameter is written."""

    name: str = "form"
    explode: bool = True
    reserved: bool = False
    """Reserved characters go as they are."""
    json: bool = False
    """The value is one JSON text."""
    of: Kind = anything
    """Its type, where it has fields whose names differ on the wire."""


QUERY = Style()
PATH = Style("simple", explode=False)
HEADER = Style("simple", explode=False)
COOKIE = Style("form", explode=True)

Pairs = list[tuple[str, str]]


def text(value: Any) -> str:
    """A single value as text."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def escape(value: Any, reserved: bool = False) -> str:
    """A single value, percent-encoded."""
    safe = UNRESERVED_SAFE + (RESERVED if reserved else "")
    return quote(text(value), safe=safe)


def in_path(name: str, value: Any, style: Style = PATH) -> str:
    """What stands in the address in place of `{name}`.

    Raises `ValueError` for what would name another address: an empty value, `.` and `..`.
    """
    written = write(value, style.of())
    if style.json:
        return escape(json.dumps(written, separators=(",", ":")))
    if style.name == "simple" and (written is None or text(written) in ("", ".", "..") or written == []):
        raise ValueError(f"the path parameter {name!r} must not be {value!r}")
    if style.name == "matrix":
        return _matrix(name, written, style)
    joiner = "." if style.name == "label" else ","
    prefix = "." if style.name == "label" else ""
    if isinstance(written, dict):
        pair, between = ("=", joiner) if style.explode else (joiner if style.name != "label" else ",", ",")
        return prefix + between.join(f"{escape(key)}{pair}{escape(item)}" for key, item in written.items())
    if isinstance(written, list):
        return prefix + (joiner if style.explode else ",").join(escape(item) for item in written)
    return prefix + escape(written, style.reserved)


def _matrix(name: str, value: Any, style: Style) -> str:
    if isinstance(value, dict):
        if style.explode:
            return "".join(f";{escape(key)}={escape(item)}" for key, item in value.items())
        return f";{name}=" + ",".join(f"{escape(key)},{escape(item)}" for key, item in value.items())
    if isinstance(value, list):
        if style.explode:
            return "".join(f";{name}={escape(item)}" for item in value)
        return f";{name}=" + ",".join(escape(item) for item in value)
    shown = escape(value)
    return f";{name}={shown}" if shown else f";{name}"


def in_query(name: str, value: Any, style: Style = QUERY) -> Pairs:
    """Percent-encoded pairs; none for `None`."""
    written = write(value, style.of())
    key = escape(name)
    if style.json:
        return [(key, escape(json.dumps(written, separators=(",", ":"), ensure_ascii=False)))]
    if written is None:
        return []
    if style.name == "deepObject" and isinstance(written, (dict, list)):
        return _deep(name, written)
    if isinstance(written, dict):
        return _object_pairs(key, written, style)
    if isinstance(written, list):
        if style.explode and style.name == "form":
            return [(key, escape(item, style.reserved)) for item in written]
        joined = _JOINERS.get(style.name, ",").join(escape(item, style.reserved) for item in written)
        return [(key, joined)] if written else []
    return [(key, escape(written, style.reserved))]


def _object_pairs(key: str, value: Mapping[str, Any], style: Style) -> Pairs:
    if style.explode and style.name == "form":
        pairs: Pairs = []
        for field, item in value.items():
            pairs += in_query(field, item, Style(reserved=style.reserved))
        return pairs
    joiner = _JOINERS.get(style.name, ",")
    joined = joiner.join(f"{escape(field)}{joiner}{escape(item)}" for field, item in value.items() if item is not None)
    return [(key, joined)] if joined else []


def _deep(name: str, value: Any) -> Pairs:
    """`filter[a][b]=1`; a list repeats its key."""
    pairs: Pairs = []
    if isinstance(value, dict):
        for field, item in value.items():
            pairs += _deep(f"{name}[{field}]", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            pairs += _deep(f"{name}[{index}]" if isinstance(item, (dict, list)) else name, item)
    elif value is not None:
        pairs.append((quote(name, safe=UNRESERVED_SAFE + "[]"), escape(value)))
    return pairs


def in_header(value: Any, style: Style = HEADER) -> str | None:
    """Text of a header; `None` for `None`."""
    written = write(value, style.of())
    if style.json:
        return json.dumps(written, separators=(",", ":"))
    if written is None:
        return None
    if isinstance(written, dict):
        pair = "=" if style.explode else ","
        return ",".join(f"{key}{pair}{text(item)}" for key, item in written.items())
    if isinstance(written, list):
        return ",".join(text(item) for item in written)
    return text(written)


def in_cookie(name: str, value: Any, style: Style = COOKIE) -> Pairs:
    """Pairs of the `Cookie` header."""
    return in_query(name, value, style)
