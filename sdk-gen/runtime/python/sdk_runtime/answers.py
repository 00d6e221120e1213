"""From an answer to what a method hands over."""

from __future__ import annotations

import json
from typing import Any, TypeVar, cast

import httpx

from .errors import APIResponseError
from .operation import Operation
from .reading import read

T = TypeVar("T")


def parse(operation: Operation[T], response: httpx.Response) -> T:
    """The typed body of a success."""
    kind = operation.type_of(response.status_code)
    if kind is None or response.status_code in (204, 205, 304) or operation.method == "HEAD":
        return cast("T", None)
    if kind is bytes:
        return cast("T", response.content)
    media = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind is str and not media.endswith("json"):
        return cast("T", response.text)
    if not response.content:
        return cast("T", None)
    try:
        value = json.loads(response.content)
    except ValueError as error:
        if kind is Any:
            return cast("T", response.text)
        message = f"{operation.method} {operation.path} answered {response.status_code} with {media or 'no media type'}"
        raise APIResponseError(f"{message}, which is no JSON", response) from error
    return cast("T", read(kind, value))
