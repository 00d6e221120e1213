"""Parameters on the wire: the examples of OpenAPI 3.1, and characters that must be escaped."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import pytest
from conftest import FakeServer, sync_client
from pydantic import Field

from sdk_runtime.model import Model
from sdk_runtime.not_given import NOT_GIVEN
from sdk_runtime.operation import Arguments, Operation, write_headers, write_path, write_query
from sdk_runtime.styles import Style, in_header, in_path, in_query

EMPTY, STRING, ARRAY, OBJECT = "", "blue", ["blue", "black", "brown"], {"R": 100, "G": 200, "B": 150}


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("matrix", False, EMPTY, ";color"),
        ("matrix", False, STRING, ";color=blue"),
        ("matrix", False, ARRAY, ";color=blue,black,brown"),
        ("matrix", False, OBJECT, ";color=R,100,G,200,B,150"),
        ("matrix", True, ARRAY, ";color=blue;color=black;color=brown"),
        ("matrix", True, OBJECT, ";R=100;G=200;B=150"),
        ("label", False, EMPTY, "."),
        ("label", False, STRING, ".blue"),
        ("label", False, ARRAY, ".blue,black,brown"),
        ("label", False, OBJECT, ".R,100,G,200,B,150"),
        ("label", True, ARRAY, ".blue.black.brown"),
        ("label", True, OBJECT, ".R=100.G=200.B=150"),
        ("simple", False, STRING, "blue"),
        ("simple", False, ARRAY, "blue,black,brown"),
        ("simple", False, OBJECT, "R,100,G,200,B,150"),
        ("simple", True, OBJECT, "R=100,G=200,B=150"),
    ],
)
def test_in_the_path(style: str, explode: bool, value: Any, expected: str) -> None:
    assert in_path("color", value, Style(style, explode)) == expected


@pytest.mark.parametrize(
    ("style", "explode", "value", "expected"),
    [
        ("form", False, EMPTY, "color="),
        ("form", False, STRING, "color=blue"),
        ("form", False, ARRAY, "color=blue,black,brown"),
        ("form", False, OBJECT, "color=R,100,G,200,B,150"),
        ("form", True, ARRAY, "color=blue&color=black&color=brown"),
        ("form", True, OBJECT, "R=100&G=200&B=150"),
        ("spaceDelimited", False, ARRAY, "color=blue%20black%20brown"),
        ("spaceDelimited", False, OBJECT, "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", False, ARRAY, "color=blue%7Cblack%7Cbrown"),
        ("pipeDelimited", False, OBJECT, "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("deepObject", True, OBJECT, "color[R]=100&color[G]=200&color[B]=150"),
        ("deepObject", True, {"a": {"b": [1, 2]}}, "color[a][b]=1&color[a][b]=2"),
    ],
)
def test_in_the_query(style: str, explode: bool, value: Any, expected: str) -> None:
    assert "&".join(f"{key}={item}" for key, item in in_query("color", value, Style(style, explode))) == expected


def test_what_is_not_given_is_not_sent_and_empty_is_not_absent() -> None:
    operation: Operation[Any] = Operation("GET", "/")
    assert write_query(operation, {"a": NOT_GIVEN, "b": None, "c": "", "d": [], "e": False, "f": 0}) == "c=&e=false&f=0"


def test_reserved_characters() -> None:
    assert in_query("q", "a&b=c d/é+", Style()) == [("q", "a%26b%3Dc%20d%2F%C3%A9%2B")]
    assert in_query("q", "a/b?c=d", Style(reserved=True)) == [("q", "a/b?c=d")]
    assert in_query("q", {"a": [1]}, Style(json=True)) == [("q", "%7B%22a%22%3A%5B1%5D%7D")]
    assert in_path("id", "a/b c?d#e%2F") == "a%2Fb%20c%3Fd%23e%252F"


@pytest.mark.parametrize("value", ["", ".", "..", None])
def test_a_path_parameter_never_names_another_address(value: Any) -> None:
    with pytest.raises(ValueError, match="keyId"):
        in_path("keyId", value)


@pytest.mark.parametrize("value", ["a/../b", "%2e%2e", "ключ", "a b", "x;y=1,z", "100%", "a\\b", "#?", "..."])
def test_the_server_gets_exactly_what_was_given(server: FakeServer, value: str) -> None:
    from urllib.parse import parse_qsl, unquote, urlsplit

    operation: Operation[Any] = Operation("GET", "/things/{id}/end", lambda: Any)
    sync_client(server)._send(operation, Arguments(path={"id": value}, query={"q": value, "ä": [value, value]}))
    parts = urlsplit(server.seen[0].path)
    assert [unquote(part) for part in parts.path.split("/")] == ["", "things", value, "end"]
    assert parse_qsl(parts.query, strict_parsing=True) == [("q", value), ("ä", value), ("ä", value)]


def test_headers_and_cookies() -> None:
    assert in_header(["a", 1, True]) == "a,1,true"
    assert in_header(OBJECT, Style("simple", explode=True)) == "R=100,G=200,B=150"
    assert in_header({"a": 1}, Style(json=True)) == '{"a":1}'
    operation: Operation[Any] = Operation("GET", "/")
    given = Arguments(headers={"X-A": None, "X-B": NOT_GIVEN, "X-C": 1}, cookies={"s": "a b", "t": [1, 2]})
    assert write_headers(operation, given) == [("X-C", "1"), ("Cookie", "s=a%20b; t=1; t=2")]


def test_several_parts_in_one_segment() -> None:
    operation: Operation[Any] = Operation("GET", "/compare/{base}...{head}/{missing}")
    assert write_path(operation, {"base": "a/b", "head": 2}) == "/compare/a%2Fb...2/{missing}"


class Filter(Model):
    created_after: Annotated[dt.datetime | None, Field(alias="createdAfter")] = None
    in_stock: Annotated[bool | None, Field(alias="inStock")] = None


def test_fields_of_objects_get_their_names_on_the_wire() -> None:
    style = Style("deepObject", of=lambda: Filter)
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.timezone.utc)
    expected = [("filter[createdAfter]", "2026-01-02T03%3A04%3A05Z"), ("filter[inStock]", "true")]
    assert in_query("filter", {"created_after": moment, "in_stock": True}, style) == expected
    assert sorted(in_query("filter", Filter(created_after=moment, in_stock=True), style)) == expected
