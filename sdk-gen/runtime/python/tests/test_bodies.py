"""Bodies by media type, as the server gets them; pages; answers that are read as they come."""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
from pathlib import Path
from typing import Annotated, Any

import pytest
from conftest import Answer, FakeServer, Seen, async_client, sync_client
from pydantic import Field

from sdk_runtime.bodies import FormBody, JsonBody, LinesBody, MultipartBody, RawBody
from sdk_runtime.errors import APIConnectionError, NotFoundError, ServerError
from sdk_runtime.model import Model
from sdk_runtime.not_given import NOT_GIVEN
from sdk_runtime.operation import Arguments, Operation, Turn
from sdk_runtime.resource import AsyncResource, Resource, as_raw
from sdk_runtime.streams import Event
from sdk_runtime.styles import Style


class Upload(Model):
    display_name: Annotated[str, Field(alias="displayName")]


def send(server: FakeServer, encoder: Any, body: Any, extra: Any = None) -> Seen:
    operation: Operation[Any] = Operation("PUT", "/upload", lambda: Any, body=encoder)
    sync_client(server)._send(operation, Arguments(body=body), {"body": extra} if extra else None)
    return server.seen[-1]


def parts(seen: Seen) -> list[tuple[str | None, str | None, str, bytes]]:
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + seen.body)
    return [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]


def test_json(server: FakeServer) -> None:
    seen = send(server, JsonBody(lambda: Upload), {"display_name": "é", "gone": NOT_GIVEN, "none": None})
    assert seen.headers["content-type"] == "application/json"
    assert seen.json() == {"displayName": "é", "none": None}
    assert send(server, JsonBody(media="application/merge-patch+json"), []).headers["content-type"].endswith("+json")
    with pytest.raises(ValueError):
        send(server, JsonBody(), {"a": float("nan")})


def test_members_that_this_version_does_not_know(server: FakeServer) -> None:
    assert send(server, JsonBody(), {"a": 1}, {"b": 2}).json() == {"a": 1, "b": 2}


def test_an_optional_body_that_is_not_given_is_not_sent(server: FakeServer) -> None:
    seen = send(server, JsonBody(), {"a": NOT_GIVEN})
    assert seen.body == b"" and "content-type" not in seen.headers
    operation: Operation[Any] = Operation("PATCH", "/", lambda: Any, body=JsonBody(), body_required=True)
    sync_client(server)._send(operation, Arguments(body={"a": NOT_GIVEN}))
    assert server.seen[-1].body == b"{}"


def test_form(server: FakeServer) -> None:
    encoder = FormBody(lambda: Upload, {"list": Style(explode=False)})
    body = {"display_name": "a b&c", "on": True, "list": [1, 2], "many": [1, 2], "deep": {"x": {"y": 1}}, "none": None}
    seen = send(server, encoder, body)
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.body == b"displayName=a%20b%26c&on=true&list=1,2&many=1&many=2&deep[x][y]=1"


def test_multipart(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with open(tmp_path / "photo.png", "rb") as photo:
        seen = send(
            server,
            MultipartBody(lambda: Upload, {"raw": "image/webp"}),
            {
                "display_name": "é",
                "file": photo,
                "raw": b"\x00\xff",
                "named": ("a.txt", b"text", "text/plain"),
                "several": [b"1", b"2"],
                "meta": {"a": [1]},
                "flag": True,
                "number": 7,
                "skipped": None,
            },
        )
    assert sorted(parts(seen), key=lambda part: (str(part[0]), part[3])) == [
        ("displayName", None, "text/plain", "é".encode()),
        ("file", "photo.png", "application/octet-stream", b"\x89PNG"),
        ("flag", None, "text/plain", b"true"),
        ("meta", None, "application/json", b'{"a":[1]}'),
        ("named", "a.txt", "text/plain", b"text"),
        ("number", None, "text/plain", b"7"),
        ("raw", "raw", "image/webp", b"\x00\xff"),
        ("several", "several", "application/octet-stream", b"1"),
        ("several", "several", "application/octet-stream", b"2"),
    ]


def test_multipart_without_files_is_multipart(server: FakeServer) -> None:
    assert send(server, MultipartBody(), {"a": 1}).headers["content-type"].startswith("multipart/form-data; boundary=")


def test_raw_bodies_and_lines(server: FakeServer) -> None:
    assert send(server, RawBody("text/markdown"), "# é").body == "# é".encode()
    assert send(server, RawBody(), b"\x00").headers["content-type"] == "application/octet-stream"
    assert send(server, RawBody(), io.BytesIO(b"file")).body == b"file"
    assert send(server, LinesBody(lambda: Upload), [{"display_name": 1}, {}]).body == b'{"displayName":1}\n{}\n'


def test_an_open_file_is_wound_back_before_a_repetition(server: FakeServer) -> None:
    server.answers(Answer(503), Answer(200, {}))
    stream = io.BytesIO(b"skipped-content")
    stream.seek(8)
    assert send(server, RawBody(), stream).body == b"content"
    assert [seen.body for seen in server.seen] == [b"content", b"content"]


async def test_an_open_file_goes_with_the_asynchronous_client_too(server: FakeServer) -> None:
    operation: Operation[Any] = Operation("PUT", "/upload", lambda: Any, body=RawBody())
    async with async_client(server) as client:
        await client._send(operation, Arguments(body=io.BytesIO(b"content")))
    assert server.seen[0].body == b"content" and server.seen[0].headers["content-length"] == "7"


def test_what_cannot_be_read_twice_is_sent_once(server: FakeServer) -> None:
    server.answers(Answer(503))

    class Pipe(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return b""

    with pytest.raises(ServerError):
        send(server, MultipartBody(), {"file": Pipe()})
    assert len(server.seen) == 1


class Thing(Model):
    id: int


class ThingPage(Model):
    data: list[Thing]
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


CURSOR: Operation[ThingPage] = Operation(
    "GET", "/things", lambda: ThingPage, turn=Turn(("data",), "cursor", "cursor", next=("nextCursor",))
)


def three_pages(seen: Seen) -> Answer:
    at = 2 if "cursor=b" in seen.path else 1 if "cursor=a" in seen.path else 0
    return Answer(200, {"data": [{"id": at * 2}, {"id": at * 2 + 1}], "nextCursor": ["a", "b", None][at]})


def test_pages_are_fetched_when_they_are_needed(server: FakeServer) -> None:
    server.script = three_pages
    page = Resource(sync_client(server))._page(CURSOR, Arguments(query={"limit": 2}), None)
    assert len(server.seen) == 1 and page.next_cursor == "a" and page.has_next_page()
    items = iter(page)
    assert [next(items).id, next(items).id] == [0, 1] and len(server.seen) == 1
    assert [item.id for item in items] == [2, 3, 4, 5]
    assert [seen.path for seen in server.seen] == [
        "/things?limit=2",
        "/things?limit=2&cursor=a",
        "/things?limit=2&cursor=b",
    ]
    assert [len(one.data) for one in page.pages()] == [2, 2, 2]


async def test_asynchronous_pages(server: FakeServer) -> None:
    server.script = three_pages
    async with async_client(server) as client:
        pages = AsyncResource(client)._page(CURSOR, Arguments(), None)
        assert server.seen == []
        assert [item.id async for item in pages] == [0, 1, 2, 3, 4, 5]
        first = await pages
        second = await first.next_page()
        assert second is not None and second.data[0].id == 2 and second.body.next_cursor == "b"


@pytest.mark.parametrize(
    ("kind", "asked"), [("number", ["", "page=2", "page=3"]), ("offset", ["", "page=2", "page=4"])]
)
def test_numbered_pages_end_with_an_empty_one(server: FakeServer, kind: Any, asked: list[str]) -> None:
    server.answers(Answer(200, [1, 2]), Answer(200, [3, 4]), Answer(200, []))
    operation: Operation[Any] = Operation("GET", "/things", lambda: Any, turn=Turn((), kind, "page"))
    assert list(Resource(sync_client(server))._page(operation, Arguments(), None)) == [1, 2, 3, 4]
    assert [seen.path.partition("?")[2] for seen in server.seen] == asked


def test_a_cursor_in_the_body_and_a_server_that_repeats_itself(server: FakeServer) -> None:
    server.answers(Answer(200, {"items": [1], "next": "c"}))
    turn = Turn(("items",), "cursor", "cursor", place="body", next=("next",))
    operation: Operation[Any] = Operation("POST", "/search", lambda: Any, body=JsonBody(), turn=turn)
    assert list(Resource(sync_client(server))._page(operation, Arguments(body={"q": 1}), None)) == [1, 1]
    assert [seen.json() for seen in server.seen] == [{"q": 1}, {"q": 1, "cursor": "c"}]


def test_an_error_comes_from_the_call_itself(server: FakeServer) -> None:
    server.answers(Answer(404, {}))
    with pytest.raises(NotFoundError):
        Resource(sync_client(server))._page(CURSOR, Arguments(), None)


def test_raw_answers(server: FakeServer) -> None:
    server.script = three_pages
    resource = Resource(sync_client(server), raw=True)

    def listing() -> Any:
        return resource._page(CURSOR, Arguments(), None)

    raw = as_raw(listing, CURSOR)()
    assert raw.status == 200 and raw.headers["content-type"] == "application/json"
    assert json.loads(raw.content)["nextCursor"] == "a" and raw.parse().data[0].id == 0


FILE: Operation[bytes] = Operation("GET", "/file", lambda: bytes, accept="application/zip")
EVENTS: Operation[Thing] = Operation("GET", "/events", lambda: Thing, accept="text/event-stream")
STREAM = (
    b': hello\r\nevent: thing\r\ndata: {"id":\r\ndata: 1}\r\n\r\ndata: {"id": 2}\nid: 9\n\ndata: [DONE]\n\ndata: cut'
)


def test_downloads(server: FakeServer, tmp_path: Path) -> None:
    server.answers(Answer(200, raw=b"zip" * 1000, headers={"content-type": "application/zip"}))
    resource = Resource(sync_client(server))
    assert resource._download(FILE, Arguments(), None).read() == b"zip" * 1000
    resource._download(FILE, Arguments(), None).save(tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == b"zip" * 1000
    with resource._download(FILE, Arguments(), None) as download:
        assert b"".join(download.iter_bytes(7)) == b"zip" * 1000
    assert server.seen[0].headers["accept"] == "application/zip"
    server.answers(Answer(404, {"code": "GONE"}))
    with pytest.raises(NotFoundError) as caught:
        resource._download(FILE, Arguments(), None)
    assert caught.value.code == "GONE"


async def test_asynchronous_downloads(server: FakeServer, tmp_path: Path) -> None:
    server.answers(Answer(200, raw=b"zip" * 1000))
    async with async_client(server) as client:
        download = await AsyncResource(client)._download(FILE, Arguments(), None)
        await download.save(tmp_path / "a.zip")
        async with await AsyncResource(client)._download(FILE, Arguments(), None) as download:
            assert await download.read() == b"zip" * 1000
    assert (tmp_path / "a.zip").read_bytes() == b"zip" * 1000


def test_events(server: FakeServer) -> None:
    server.answers(Answer(200, raw=STREAM, headers={"content-type": "text/event-stream"}))
    assert [thing.id for thing in Resource(sync_client(server))._stream(EVENTS, Arguments(), None)] == [1, 2]
    untyped: Operation[Event] = Operation("GET", "/events", lambda: Event, accept="text/event-stream")
    events = list(Resource(sync_client(server))._stream(untyped, Arguments(), None))
    assert events[0] == Event('{"id":\n1}', "thing") and events[1].id == "9" and events[1].json() == {"id": 2}


async def test_asynchronous_lines(server: FakeServer) -> None:
    server.answers(Answer(200, raw=b'{"id":1}\n\n{"id":2}', headers={"content-type": "application/x-ndjson"}))
    async with async_client(server) as client:
        stream = await AsyncResource(client)._stream(EVENTS, Arguments(), None)
        assert [thing.id async for thing in stream] == [1, 2]


def test_a_stream_that_breaks_is_a_connection_error(server: FakeServer) -> None:
    server.answers(
        Answer(200, raw=b"data: 1\n\n", headers={"content-type": "text/event-stream", "content-length": "99"})
    )
    with pytest.raises(APIConnectionError):
        list(Resource(sync_client(server, timeout=0.2))._stream(EVENTS, Arguments(), None))
