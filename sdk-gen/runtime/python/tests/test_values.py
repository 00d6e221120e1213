"""Reading answers leniently, writing arguments faithfully."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, Union  # noqa: UP035
from uuid import UUID

import pytest
from pydantic import Field

from sdk_runtime.model import Model, Tagged, member
from sdk_runtime.not_given import NOT_GIVEN
from sdk_runtime.reading import read
from sdk_runtime.writing import write


class Money(Model):
    amount: int
    currency: Literal["EUR", "USD"] | str


class Item(Model):
    id: str
    price: Money
    created_at: Annotated[dt.datetime, Field(alias="createdAt")]
    tags: list[str] | None = None
    parent: Item | None = None
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class Card(Model):
    type: Literal["card"]
    last_four: Annotated[str, Field(alias="lastFour")]


class Bank(Model):
    type: Literal["bank"]
    iban: str


Method = Annotated[Union[Card, Bank], Tagged("type", {"card": Card, "bank": Bank})]

GOOD = {"id": "1", "price": {"amount": 5, "currency": "EUR"}, "createdAt": "2026-01-02T03:04:05.678Z"}


def test_a_good_answer_is_typed() -> None:
    item = read(Item, GOOD)
    assert isinstance(item, Item) and isinstance(item.price, Money)
    assert item.created_at == dt.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=dt.timezone.utc)


def test_unknown_fields_and_values_survive() -> None:
    item = read(Item, {**GOOD, "price": {"amount": 5, "currency": "XAU", "per": "oz"}, "newField": {"a": 1}})
    assert item.price.currency == "XAU"
    assert item.model_extra == {"newField": {"a": 1}} and item.price.per == "oz"
    assert write(item)["newField"] == {"a": 1}


@pytest.mark.parametrize(
    ("wrong", "field", "kept"),
    [
        ({"createdAt": "yesterday"}, "created_at", "yesterday"),
        ({"createdAt": None}, "created_at", None),
        ({"tags": "red"}, "tags", "red"),
        ({"id": {"odd": True}}, "id", {"odd": True}),
        ({"price": None}, "price", None),
    ],
)
def test_one_wrong_value_costs_only_itself(wrong: dict[str, Any], field: str, kept: Any) -> None:
    page = read(dict[str, list[Item]], {"data": [GOOD, {**GOOD, **wrong}]})
    first, second = page["data"]
    assert isinstance(first, Item) and isinstance(second, Item)
    assert getattr(second, field) == kept
    if field != "price":
        assert isinstance(second.price, Money)
    if field != "created_at":
        assert isinstance(second.created_at, dt.datetime)


def test_a_missing_field_is_none_and_not_set() -> None:
    item = read(Item, {"id": "1", "extra": 1, "parent": {**GOOD, "createdAt": "?"}})
    assert item.price is None and item.tags is None and item.extra == 1
    assert item.model_fields_set == {"id", "parent"}
    assert item.parent.created_at == "?" and isinstance(item.parent.price, Money)


def test_a_value_of_another_kind_altogether_comes_as_it_is() -> None:
    assert read(Item, ["not", "an", "item"]) == ["not", "an", "item"]
    assert read(list[Item], {"error": 1}) == {"error": 1}
    assert read(Item, None) is None


def test_tagged_unions() -> None:
    assert isinstance(read(Method, {"type": "card", "lastFour": "1234"}), Card)
    assert isinstance(read(list[Method], [{"type": "bank", "iban": "X"}])[0], Bank)
    unknown = read(Method, {"type": "cash", "till": 3})
    assert type(unknown) is Model and unknown.till == 3
    odd = read(Method, {"type": "card", "lastFour": 1234})
    assert isinstance(odd, Card) and odd.last_four == 1234
    assert read(Union[Card, None], None) is None


def test_a_value_is_found_by_its_name_on_the_wire() -> None:
    item = read(Item, {**GOOD, "nextCursor": "c", "odd-name": 1})
    assert member(item, "nextCursor") == "c" and member(item, "odd-name") == 1 and member(item, "none") is None
    assert member({"a": 1}, "a") == 1 and member([], "a") is None


def test_arguments_get_their_names_on_the_wire() -> None:
    given = {
        "id": "1",
        "created_at": "now",
        "parent": {"next_cursor": "c", "nextCursor": "wins"},
        "own": {"next_cursor": 1},
    }
    assert write(given, Item) == {
        "id": "1",
        "createdAt": "now",
        "parent": {"nextCursor": "wins"},
        "own": {"next_cursor": 1},
    }
    assert write([{"type": "card", "last_four": "1"}], list[Method]) == [{"type": "card", "lastFour": "1"}]
    assert write({"a": {"last_four": 1}}, dict[str, Card]) == {"a": {"lastFour": 1}}
    assert write({"last_four": 1}, Union[Bank, Card, None]) == {"lastFour": 1}


def test_only_what_was_set_is_sent_and_null_is_sent() -> None:
    assert write(Item(**GOOD, tags=None)) == {**GOOD, "createdAt": "2026-01-02T03:04:05.678000Z", "tags": None}
    assert write({"a": NOT_GIVEN, "b": None}) == {"b": None}


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, "red"),
        (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (Decimal("1.5"), 1.5),
        (Decimal("3"), 3),
        (b"\x00\xff", "AP8="),
        (("a", 1), ["a", 1]),
        (True, True),
        (None, None),
    ],
)
def test_plain_values(value: Any, expected: Any) -> None:
    assert write(value) == expected


def test_a_moment_without_a_zone_gets_this_machines() -> None:
    naive = dt.datetime(2026, 7, 1, 12, 0)
    assert dt.datetime.fromisoformat(write(naive).replace("Z", "+00:00")) == naive.astimezone()


class Early(Model):
    links: Annotated[Later | None, Field(alias="_links")] = None
    own: Annotated[str | None, Field(alias="ownName")] = None


class Later(Model):
    href: str


def test_a_class_that_names_a_later_one_keeps_its_names_on_the_wire() -> None:
    assert not getattr(Early, "__pydantic_fields_complete__", False)
    assert write({"links": {"href": "a"}, "own": "b"}, Early) == {"_links": {"href": "a"}, "ownName": "b"}
    early = read(Early, {"_links": {"href": "a"}, "ownName": "b"})
    assert write(early) == {"_links": {"href": "a"}, "ownName": "b"} and member(early, "_links").href == "a"


class Odd(Model):
    links: Annotated[Last | None, Field(alias="_links")] = None
    number: int


class Last(Model):
    href: str


def test_salvage_knows_names_on_the_wire_too() -> None:
    odd = read(Odd, {"_links": {"href": "a"}, "number": "none"})
    assert isinstance(odd.links, Last) and odd.number == "none"
    assert write(odd) == {"_links": {"href": "a"}, "number": "none"}
