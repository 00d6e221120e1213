"""The base of every generated model, and unions told apart by a property.

Models keep fields that they do not know, and are built when they are first used, so that importing many is cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Union

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema


class Model(BaseModel):
    """An object of the API. Fields that this version does not know are kept: see `model_extra`."""

    model_config = ConfigDict(
        extra="allow",
        populate_by_name=True,
        protected_namespaces=(),
        defer_build=True,
        arbitrary_types_allowed=True,
        ser_json_inf_nan="constants",
    )


Choice = Union[type[Model], Callable[[], type[Model]]]


class Tagged:
    """Marks a union whose members are told apart by the property `name` (its name on the wire).

    A value with a tag that this version does not know becomes a plain `Model` and so survives.
    """

    def __init__(self, name: str, choices: Mapping[str, type[Any]]) -> None:
        self.name = name
        self.choices: dict[str, type[Any]] = dict(choices)

    def choose(self, value: Mapping[str, Any]) -> type[Any] | None:
        """The member that `value` says it is; `None` when its tag is not known."""
        tag = value.get(self.name)
        if isinstance(tag, bool):
            tag = "true" if tag else "false"
        return self.choices.get(str(tag)) if tag is not None else None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # The members are not built here: a union of a hundred events costs only those that arrive.
        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value
        if not isinstance(value, Mapping):
            raise ValueError("an object was expected")
        chosen = self.choose(value) or Model
        return chosen.model_validate(value)


def fields_of(kind: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields by name. A class that names a later one does not know its own aliases before it is built once."""
    if not getattr(kind, "__pydantic_fields_complete__", kind.__pydantic_complete__):
        kind.model_rebuild()
    return kind.model_fields


def member(value: Any, name: str) -> Any:
    """The member of an object by its name on the wire; `None` where it is not there."""
    if isinstance(value, Mapping):
        return value.get(name)
    if not isinstance(value, BaseModel):
        return None
    for field, info in fields_of(type(value)).items():
        if (info.alias or field) == name:
            return getattr(value, field, None)
    return (value.model_extra or {}).get(name)
