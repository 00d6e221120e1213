"""Lists and dictionaries of structured fields (RFC 9651), as far as headers about limits need them: no inner lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_KEY = r"[a-z*][a-z0-9_\-.*]*"
_STRING = r'"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"'
_TOKEN = r"[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_|~:/`]*"
_ITEM = rf"(?:{_STRING}|%{_STRING}|:[A-Za-z0-9+/=]*:|\?[01]|@?-?[0-9]{{1,15}}(?:\.[0-9]{{1,3}})?|{_TOKEN})"
_PARAMETER = rf"; *({_KEY})(?:=({_ITEM}))?"
_ONE_PARAMETER = re.compile(_PARAMETER)
_MEMBER = re.compile(rf"[ \t]*(?:({_KEY})=)?({_ITEM})((?:{_PARAMETER})*)[ \t]*(?:,|\Z)")


@dataclass(frozen=True)
class Member:
    """`"minute";q=60;w=60` or `limit=60`."""

    key: str | None
    """In a dictionary, what stands before `=`."""
    name: str | None
    """The item if it is a string or a token: a name."""
    text: str
    """The item as it stands."""
    parameters: Mapping[str, str]
    """As they stand; one without a value is `?1`."""


def members(field: str) -> list[Member]:
    """The members of a field; none at all where one of them is wrong, as the RFC says."""
    found: list[Member] = []
    at = 0
    while at < len(field):
        match = _MEMBER.match(field, at)
        if match is None:
            return []
        key, text, parameters = match.group(1), match.group(2), match.group(3)
        named = {one.group(1): one.group(2) or "?1" for one in _ONE_PARAMETER.finditer(parameters)}
        found.append(Member(key, _name(text), text, named))
        at = match.end()
    return found


def _name(text: str) -> str | None:
    if text.startswith('"'):
        return re.sub(r'\\(["\\])', r"\1", text[1:-1])
    return text if text[0].isalpha() or text[0] == "*" else None
