"""From JSON to what a method answers.

pydantic reads it; where the server says something that the contract does not (null where none may be, a date that is
none), only that part stays as it came, and the rest keeps its types. An answer is never refused for one value.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from .model import Tagged, fields_of


def read(annotation: Any, value: Any) -> Any:
    """`value`, parsed from JSON, as `annotation`."""
    if annotation is Any:
        return value
    try:
        return validate(annotation, value)
    except (ValidationError, ValueError):
        return _salvage(annotation, value)


def validate(annotation: Any, value: Any) -> Any:
    """`value` as `annotation`, or pydantic's `ValidationError`."""
    try:
        return _adapter(annotation).validate_python(value)
    except RecursionError:
        # pydantic builds nested models by recursion; a contract with long chains needs more than Python's default.
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, 20_000))
        try:
            return _adapter(annotation).validate_python(value)
        finally:
            sys.setrecursionlimit(limit)


@lru_cache(maxsize=4096)
def _cached_adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return _cached_adapter(annotation)
    except TypeError:  # not hashable
        return TypeAdapter(annotation)


def _salvage(annotation: Any, value: Any) -> Any:
    """What fits is typed, what does not stays as it came."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        for mark in marks:
            if isinstance(mark, Tagged) and isinstance(value, Mapping):
                chosen = mark.choose(value)
                return _salvage(chosen, value) if chosen else read(inner, value)
        return _salvage(inner, value)
    if origin in (Union, types.UnionType):
        return _salvage_union(get_args(annotation), value)
    if origin is list and isinstance(value, list):
        return [read(get_args(annotation)[0], item) for item in value]
    if origin is dict and isinstance(value, Mapping):
        return {key: read(get_args(annotation)[1], item) for key, item in value.items()}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and isinstance(value, Mapping):
        return _salvage_model(annotation, value)
    try:
        return validate(annotation, value)
    except (ValidationError, ValueError, TypeError):
        return value


def _salvage_union(members: tuple[Any, ...], value: Any) -> Any:
    if value is None:
        return None
    for kind in members:
        try:
            return validate(kind, value)
        except (ValidationError, ValueError, TypeError):
            continue
    shape: tuple[Any, ...] = (list,) if isinstance(value, list) else (dict, BaseModel, Annotated)
    fitting = [kind for kind in members if _has_shape(kind, shape)]
    return _salvage(fitting[0], value) if fitting and isinstance(value, (list, Mapping)) else value


def _has_shape(kind: Any, shapes: Iterable[Any]) -> bool:
    origin = get_origin(kind)
    return any(
        origin is shape or (isinstance(kind, type) and isinstance(shape, type) and issubclass(kind, shape))
        for shape in shapes
    )


def _salvage_model(kind: type[BaseModel], value: Mapping[str, Any]) -> BaseModel:
    fields = fields_of(kind)
    rest: dict[str, Any] = dict(value)
    found: dict[str, Any] = {}
    for name, field in fields.items():
        wire = field.alias or name
        if wire in rest:
            found[name] = read(field.annotation, rest.pop(wire))
    given = set(found)
    missing = {name: None for name, field in fields.items() if field.is_required() and name not in given}
    return kind.model_construct(_fields_set=given, **found, **missing, **rest)
