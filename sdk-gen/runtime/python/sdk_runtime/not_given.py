"""The difference between "leave it as it is" and "clear it".

A field that is not given is not sent; `None` is sent as `null`. A PATCH needs both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import override


class NotGiven:
    """The type of `NOT_GIVEN`, the default of every optional argument."""

    def __bool__(self) -> Literal[False]:
        return False

    @override
    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN = NotGiven()


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the caller gave, explicit `None` included."""
    return {name: value for name, value in values.items() if not isinstance(value, NotGiven)}
