"""From arguments to JSON: models and dicts with Python's names become objects with the names on the wire.

Nothing is checked here; the server's answer says what is wrong, and where, better than a guess.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import os
import types
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from .model import Model, Tagged, fields_of
from .not_given import NotGiven


def write(value: Any, annotation: Any = Any) -> Any:
    """`value` in JSON's own types; dict keys that are field names of `annotation` become names on the wire."""
    if isinstance(value, Model):
        return _write_model(value)
    if isinstance(value, BaseModel):  # a caller's own: whole, as it says itself
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return _write_object(value, annotation)
    if isinstance(value, (list, tuple, set, frozenset)) or (
        isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))
    ):
        item = _item_type(annotation)
        return [write(element, item) for element in value]
    return scalar(value)


def scalar(value: Any) -> Any:
    """A single value in JSON's own types."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return _timestamp(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (UUID, os.PathLike)):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    return value


def _timestamp(moment: dt.datetime) -> str:
    """RFC 3339; a moment without a zone is in this machine's, as everywhere in Python."""
    text = (moment if moment.tzinfo else moment.astimezone()).isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def _write_model(value: BaseModel) -> Any:
    """Only what was set, so that an unset field and a null one stay two things."""
    fields = fields_of(type(value))
    found: dict[str, Any] = {}
    for name in value.model_fields_set:
        field = fields.get(name)
        content = getattr(value, name, None)
        if not isinstance(content, NotGiven):
            found[(field.alias if field else None) or name] = write(content)
    for name, content in (value.model_extra or {}).items():
        found[name] = write(content)
    return found


def _write_object(value: Mapping[str, Any], annotation: Any) -> dict[str, Any]:
    fields, others = _fields(annotation, value)
    found: dict[str, Any] = {}
    for key, content in value.items():
        if not isinstance(content, NotGiven):
            wire, kind = fields.get(key, (key, others))
            found[wire] = write(content, kind)
    return found


def _fields(annotation: Any, value: Mapping[str, Any]) -> tuple[dict[str, tuple[str, Any]], Any]:
    """By key, Python's or the wire's: the name on the wire and the type. And the type of any other key."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *marks = get_args(annotation)
        chosen = next((_chosen(mark, value) for mark in marks if isinstance(mark, Tagged)), None)
        return _fields(chosen or inner, value)
    if origin in (Union, types.UnionType):
        return _union_fields(get_args(annotation), value)
    if origin is dict:
        return {}, get_args(annotation)[1]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model_fields(annotation), Any
    return {}, Any


def _chosen(mark: Tagged, value: Mapping[str, Any]) -> Any:
    """A dict may name the tag in either spelling."""
    for kind in mark.choices.values():
        for name, field in fields_of(kind).items():
            if field.alias == mark.name and name in value:
                return mark.choose({mark.name: value[name]})
    return mark.choose(value)


def _union_fields(members: tuple[Any, ...], value: Mapping[str, Any]) -> tuple[dict[str, tuple[str, Any]], Any]:
    """The member that knows most of the keys."""
    best: tuple[dict[str, tuple[str, Any]], Any] = ({}, Any)
    most = -1
    for kind in members:
        fields, others = _fields(kind, value)
        known = sum(key in fields for key in value)
        if (fields or others is not Any) and known > most:
            best, most = (fields, others), known
    return best


def _model_fields(kind: type[BaseModel]) -> dict[str, tuple[str, Any]]:
    fields: dict[str, tuple[str, Any]] = {}
    for name, field in fields_of(kind).items():
        fields[name] = (field.alias or name, field.annotation)
    for name, field in fields_of(kind).items():  # names on the wire win over another field's Python name
        fields[field.alias or name] = (field.alias or name, field.annotation)
    return fields


def _item_type(annotation: Any) -> Any:
    origin = get_origin(annotation)
    if origin is list:
        return get_args(annotation)[0]
    if origin is Annotated:
        return _item_type(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return next((_item_type(kind) for kind in get_args(annotation) if get_origin(kind) is list), Any)
    return Any
