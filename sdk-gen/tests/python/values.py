"""Arguments for any generated method, made from its annotations."""

from __future__ import annotations

import datetime as dt
import inspect
import io
import types
import typing
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

DEEPEST = 4


def arguments(method: Any) -> tuple[list[Any], dict[str, Any]]:
    """Positional and named arguments: all of them, those too that could be left out."""
    hints = _hints(inspect.unwrap(method.__func__))
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, parameter in inspect.signature(method).parameters.items():
        if name == "request_options":
            continue
        value = make(hints[name], 0)
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            named[name] = value
        else:
            positional.append(value)
    return positional, named


@lru_cache(maxsize=None)
def _hints(function: Any) -> dict[str, Any]:
    return typing.get_type_hints(function, include_extras=True)


def make(kind: Any, depth: int) -> Any:
    """A value of that type."""
    origin = get_origin(kind)
    if origin is Annotated:
        return make(get_args(kind)[0], depth)
    if origin in (Union, types.UnionType):
        return make(_best(get_args(kind)), depth)
    if origin is Literal:
        return get_args(kind)[0]
    if origin is tuple:
        return tuple(make(part, depth + 1) for part in get_args(kind))
    if origin in (list, typing.List) or (origin is not None and origin.__name__ == "Sequence"):
        return [make(get_args(kind)[0], depth + 1)]
    if origin in (dict, typing.Dict) or (origin is not None and origin.__name__ == "Mapping"):
        return {"key": make(get_args(kind)[1], depth + 1)} if depth < DEEPEST else {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind, depth)
    return _plain(kind)


def _best(members: tuple[Any, ...]) -> Any:
    """Not the absent one, nor the dict form of a model."""
    real = [one for one in members if getattr(one, "__name__", "") not in ("NotGiven", "NoneType")]
    return real[0] if real else None


def _plain(kind: Any) -> Any:
    made: dict[Any, Any] = {
        str: "a b/c",
        int: 7,
        float: 1.5,
        bool: True,
        bytes: b"bytes",
        dt.datetime: dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc),
        dt.date: dt.date(2026, 1, 2),
        io.IOBase: io.BytesIO(b"bytes"),
        type(None): None,
        None: None,
    }
    return made.get(kind, "any")


def _model(kind: type[BaseModel], depth: int) -> Any:
    """As a dict with Python's names, which must come out with the names on the wire."""
    if not kind.__pydantic_complete__:
        kind.model_rebuild()
    wanted = {name: field for name, field in kind.model_fields.items() if field.is_required() or depth < 2}
    return {name: make(field.annotation, depth + 1) for name, field in wanted.items() if depth < DEEPEST}
