"""Free objects whose type is the caller's: what is kept with a thing, and read back as what it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, Union

from pydantic import BaseModel

from .reading import validate

T = TypeVar("T")

Wanted = type[T]
"""A type to read as: a pydantic model, a dataclass, a `TypedDict` (of `typing_extensions` before Python 3.12)."""

FreeForm = Union[Mapping[str, Any], BaseModel]
"""What a caller may give: a dict, a `TypedDict`, or a pydantic model."""


def read_as(kind: type[T], value: Any) -> T:
    """`value` as `kind`; `pydantic.ValidationError` where it is something else, nothing at all included."""
    found: T = validate(kind, value)
    return found
