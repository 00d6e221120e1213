"""Request bodies by media type. Each says what httpx has to send."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import IO, Any, Union

from .styles import QUERY, Kind, Style, anything, in_query, text
from .writing import write

Content = Union[str, bytes, IO[bytes], Iterable[bytes], AsyncIterable[bytes]]
"""A body that is sent as it is."""

File = Union[bytes, IO[bytes], tuple[str, bytes | IO[bytes]], tuple[str, bytes | IO[bytes], str]]
"""A file for a form: its bytes, an open file, `(name, content)` or `(name, content, media type)`."""


PIECE_BYTES = 65_536


@dataclass
class Encoded:
    """What httpx has to send."""

    content: Content | None = None
    files: list[tuple[str, Any]] | None = None
    media: str | None = None
    """`None` where httpx names it (multipart, for its boundary)."""
    streams: list[IO[bytes]] = field(default_factory=list)
    """Open files, to be wound back before a repetition."""
    starts: list[int] = field(default_factory=list)
    repeatable: bool = True

    def watch(self, content: Any) -> None:
        """Remember where an open file starts; what can't be read twice can't be sent twice."""
        if isinstance(content, (str, bytes, bytearray)):
            return
        if hasattr(content, "seek") and hasattr(content, "tell") and _seekable(content):
            self.streams.append(content)
            self.starts.append(content.tell())
        else:
            self.repeatable = False

    def rewind(self) -> None:
        """Wind open files back to where they were."""
        for stream, start in zip(self.streams, self.starts):
            stream.seek(start)

    def length(self) -> int | None:
        """How many bytes an open file has left; `None` where the content is no open file."""
        if not self.streams or self.content is not self.streams[0]:
            return None
        stream, start = self.streams[0], self.starts[0]
        end = stream.seek(0, os.SEEK_END)
        stream.seek(start)
        return end - start


def pieces(content: Any) -> Iterator[bytes]:
    """An open file, or what yields bytes, in pieces."""
    if not hasattr(content, "read"):
        yield from content
        return
    while piece := content.read(PIECE_BYTES):
        yield piece


async def async_pieces(content: Any) -> AsyncIterator[bytes]:
    """The same for asyncio."""
    for piece in pieces(content):
        yield piece


def _seekable(content: Any) -> bool:
    return bool(content.seekable()) if hasattr(content, "seekable") else True


@dataclass(frozen=True)
class JsonBody:
    """A JSON text."""

    of: Kind = anything
    media: str = "application/json"

    def encode(self, value: Any) -> Encoded:
        """The JSON text of `value`."""
        shown = json.dumps(write(value, self.of()), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return Encoded(content=shown.encode("utf-8"), media=self.media)


@dataclass(frozen=True)
class LinesBody:
    """JSON texts, one a line."""

    of: Kind = anything
    media: str = "application/x-ndjson"

    def encode(self, value: Any) -> Encoded:
        """A line for each element; text and bytes go as they are."""
        if isinstance(value, (str, bytes)):
            return RawBody(self.media).encode(value)
        lines = (json.dumps(write(item, self.of()), separators=(",", ":"), allow_nan=False) for item in value)
        return Encoded(content="".join(line + "\n" for line in lines).encode("utf-8"), media=self.media)


@dataclass(frozen=True)
class FormBody:
    """`application/x-www-form-urlencoded`."""

    of: Kind = anything
    styles: Mapping[str, Style] = field(default_factory=dict)
    media: str = "application/x-www-form-urlencoded"

    def encode(self, value: Any) -> Encoded:
        """The pairs of `value`."""
        pairs: list[tuple[str, str]] = []
        for name, item in _members(value, self.of()).items():
            style = self.styles.get(name) or (Style("deepObject") if _nested(item) else QUERY)
            pairs += in_query(name, item, style)
        return Encoded(content="&".join(f"{key}={shown}" for key, shown in pairs).encode("ascii"), media=self.media)


def _nested(item: Any) -> bool:
    """Values that a plain form cannot hold; most servers that take them read the bracket form."""
    return isinstance(item, dict) or (isinstance(item, list) and any(isinstance(part, (dict, list)) for part in item))


@dataclass(frozen=True)
class MultipartBody:
    """`multipart/form-data`."""

    of: Kind = anything
    media_types: Mapping[str, str] = field(default_factory=dict)
    """Media type of a part, where the contract names one."""

    def encode(self, value: Any) -> Encoded:
        """A part for each member, and for each element of a list."""
        encoded = Encoded(files=[])
        parts: list[tuple[str, Any]] = []
        for name, item in _raw_members(value, self.of()).items():
            for element in item if isinstance(item, list) else [item]:
                if element is not None:
                    parts.append((name, self._part(name, element, encoded)))
        encoded.files = parts
        return encoded

    def _part(self, name: str, item: Any, encoded: Encoded) -> Any:
        media = self.media_types.get(name)
        if isinstance(item, tuple):
            encoded.watch(item[1])
            return item
        if isinstance(item, (bytes, bytearray)) or hasattr(item, "read"):
            encoded.watch(item)
            return (
                _file_name(item, name),
                bytes(item) if isinstance(item, bytearray) else item,
                media or "application/octet-stream",
            )
        shown = write(item)
        if isinstance(shown, (dict, list)):
            return (None, json.dumps(shown, separators=(",", ":")).encode("utf-8"), media or "application/json")
        content = text(shown).encode("utf-8")
        return (None, content, media) if media else (None, content)


def _file_name(item: Any, name: str) -> str:
    path = getattr(item, "name", None)
    return PurePath(path).name if isinstance(path, str) and path else name


@dataclass(frozen=True)
class RawBody:
    """Text or bytes, sent as they are."""

    media: str = "application/octet-stream"

    def encode(self, value: Any) -> Encoded:
        """The same content."""
        encoded = Encoded(media=self.media)
        encoded.watch(value)
        if isinstance(value, str):
            encoded.content = value.encode("utf-8")
        elif isinstance(value, (dict, list, int, float)) or value is None:
            encoded.content = json.dumps(write(value), separators=(",", ":")).encode("utf-8")
            encoded.repeatable = True
        else:
            encoded.content = value
        return encoded


Body = Union[JsonBody, LinesBody, FormBody, MultipartBody, RawBody]


def _members(value: Any, annotation: Any) -> dict[str, Any]:
    written = write(value, annotation)
    return written if isinstance(written, dict) else {}


def _raw_members(value: Any, annotation: Any) -> dict[str, Any]:
    """Members by their names on the wire, files untouched (written, they would become base64)."""
    if not isinstance(value, Mapping):
        value = {name: getattr(value, name) for name in getattr(value, "model_fields_set", ())}
    files = {name: item for name, item in value.items() if _has_file(item)}
    names = write({name: name for name in files}, annotation)
    found = _members({name: item for name, item in value.items() if name not in files}, annotation)
    found.update({wire: files[name] for wire, name in names.items()})
    return found


def _has_file(item: Any) -> bool:
    if isinstance(item, (list, tuple)):
        return any(_has_file(part) for part in item)
    return isinstance(item, (bytes, bytearray)) or hasattr(item, "read")
