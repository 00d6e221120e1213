"""A document's own examples of answers, and whether a package gives them back as they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any


def of(operation: Mapping[str, Any], resolve: Callable[[Any], Any]) -> tuple[int, Any] | None:
    """Status and body of the first success that has an example."""
    for status, response in (operation.get("responses") or {}).items():
        if not str(status).startswith("2") or not str(status).isdigit():
            continue
        for name, media in (resolve(response).get("content") or {}).items():
            found = _example(media, resolve) if "json" in name else None
            if isinstance(found, (dict, list)):
                return int(status), found
    return None


def _example(media: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Any:
    if "example" in media:
        return media["example"]
    for example in (media.get("examples") or {}).values():
        return resolve(example).get("value")
    schema = resolve(media.get("schema") or {})
    return schema.get("example") if isinstance(schema, dict) else None


def differences(sent: Any, kept: Any, where: str = "") -> Iterator[str]:
    """What was lost, added or changed on the way through the package."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        for name in sorted({*sent, *kept}):
            if name not in kept or name not in sent:
                yield f"{where}/{name} {'is lost' if name in sent else 'is added'}"
            else:
                yield from differences(sent[name], kept[name], f"{where}/{name}")
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for index, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from differences(one, other, f"{where}/{index}")
    elif _plain(sent) != _plain(kept):
        yield f"{where} was {sent!r} and is {kept!r}"


def _plain(value: Any) -> Any:
    """The same moment in two spellings, and a number in text where the contract says number, are no difference."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, str):
        for read in (float, _moment):
            try:
                return read(value)
            except ValueError:
                continue
    return value


def _moment(text: str) -> float:
    moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)).timestamp()
