"""A seller's inventory, and its command line. The API keeps everything; the tool keeps nothing.

    python inventory.py import items.csv
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import gatepost
from gatepost import Client
from gatepost.models import Item, ItemStatus, Message, Money, Order, OrderStatus

# Digits behind the point, where they are not two (ISO 4217).
DIGITS = {"JPY": 0, "KRW": 0, "ISK": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "OMR": 3, "TND": 3, "JOD": 3}


class ChangedMeanwhile(Exception):
    """Somebody else changed the item between looking and changing."""


@dataclass(frozen=True)
class Imported:
    """What came of one row of a file: an item, or why not."""

    row: int
    item: Item | None = None
    fault: str = ""


def read_money(text: str, currency: str) -> Money:
    """`249.00` of EUR is 24900, `1200` of JPY is 1200. Never by way of a floating-point number."""
    digits = DIGITS.get(currency, 2)
    try:
        amount = Decimal(text.strip()).scaleb(digits)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount != amount.to_integral_value():
        raise ValueError(f"{text} is no amount of {currency}")
    return Money(amount=int(amount), currency=currency)


def show_money(money: Money) -> str:
    digits = DIGITS.get(money.currency, 2)
    return f"{Decimal(money.amount).scaleb(-digits):.{digits}f} {money.currency}"


class Inventory:
    """What a seller does all day."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def import_csv(self, lines: Iterable[str]) -> Iterator[Imported]:
        """Offers every row. One that is refused does not stop the others; the same file again makes nothing twice."""
        categories = {category.slug: category.id for category in self._client.categories.list(limit=100)}
        for row, fields in enumerate(csv.DictReader(lines), start=1):
            try:
                yield Imported(row, self._offer(row, fields, categories))
            except (ValueError, gatepost.APIStatusError) as error:
                yield Imported(row, fault=in_words(error))

    def _offer(self, row: int, fields: dict[str, str], categories: dict[str, str]) -> Item:
        category = fields.get("category") or None
        if category and category not in categories:
            raise ValueError(f"there is no category {category}")
        return self._client.items.create(
            title=fields.get("title") or "",
            description=fields.get("description") or "",
            price=read_money(fields.get("price") or "", fields.get("currency") or "EUR"),
            condition=fields.get("condition") or "",
            category_id=categories[category] if category else gatepost.NOT_GIVEN,
            # The same row of the same file is the same request.
            idempotency_key="import-" + hashlib.sha256(json.dumps([row, fields]).encode()).hexdigest(),
        )

    def list(self, status: ItemStatus | None = None) -> Iterable[Item]:
        return self._client.me.list_my_items(limit=100, status=status or gatepost.NOT_GIVEN)

    def price(self, item_id: str, amount: str) -> Item:
        """Changes a price, unless somebody changed the item since it was read."""
        raw = self._client.items.with_raw_response.get(item_id)
        return self.reprice(raw.parse(), amount, raw.headers["etag"])

    def reprice(self, item: Item, amount: str, etag: str) -> Item:
        """Changes the price of an item that was read before, with the ETag of that time."""
        try:
            return self._client.items.update(item.id, price=read_money(amount, item.price.currency), if_match=etag)
        except gatepost.APIStatusError as error:
            if error.status == 412:
                raise ChangedMeanwhile(f"{item.title} was changed meanwhile; look again") from error
            raise

    def orders(self, status: OrderStatus | None = None) -> Iterable[Order]:
        return self._client.me.list_my_orders(role="seller", limit=100, status=status or gatepost.NOT_GIVEN)

    def complete(self, order_id: str) -> Order:
        return self._client.orders.complete(order_id)

    def cancel(self, order_id: str) -> Order:
        return self._client.orders.cancel(order_id)

    def messages(self, order_id: str) -> Iterable[Message]:
        return self._client.messages.list(order_id, limit=100)

    def reply(self, order_id: str, text: str) -> Message:
        return self._client.messages.send(order_id, text=text)


def in_words(error: Exception) -> str:
    """What was refused, with each fault and its place."""
    if not isinstance(error, gatepost.APIStatusError):
        return str(error)
    faults = [f"{fault.pointer} {fault.message}" for fault in error.errors]
    return "; ".join([error.detail or str(error), *faults])


def run(inventory: Inventory, words: argparse.Namespace) -> Iterator[str]:
    """Does one command, and says what came of it line by line."""
    command = words.command
    if command == "import":
        with Path(words.file).open(encoding="utf-8-sig", newline="") as lines:
            for one in inventory.import_csv(lines):
                yield f"{one.row} {one.item.id} {one.item.title}" if one.item else f"{one.row} refused: {one.fault}"
    elif command == "list":
        for item in inventory.list(words.status):
            yield f"{item.id} {item.status} {show_money(item.price)} {item.title}"
    elif command == "price":
        yield show_money(inventory.price(words.item, words.amount).price)
    elif command == "orders":
        for order in inventory.orders(words.status):
            yield f"{order.id} {order.status} {show_money(order.price)} {order.item_title}"
    elif command in ("complete", "cancel"):
        end = inventory.complete if command == "complete" else inventory.cancel
        yield end(words.order).status
    elif command == "messages":
        for message in inventory.messages(words.order):
            yield f"{message.created_at.isoformat()} {message.sender}: {message.text}"
    else:
        yield f"sent as number {inventory.reply(words.order, words.text).number}"


def parser() -> argparse.ArgumentParser:
    all_words = argparse.ArgumentParser(description="A seller's inventory.")
    commands = all_words.add_subparsers(dest="command", required=True)
    commands.add_parser("import", help="offer every row of a CSV").add_argument("file")
    commands.add_parser("list", help="your items").add_argument("--status")
    price = commands.add_parser("price", help="change a price")
    price.add_argument("item")
    price.add_argument("amount")
    commands.add_parser("orders", help="what was ordered from you").add_argument("--status")
    for name in ("complete", "cancel", "messages"):
        commands.add_parser(name).add_argument("order")
    reply = commands.add_parser("reply", help="write to the buyer")
    reply.add_argument("order")
    reply.add_argument("text")
    return all_words


def main() -> int:
    words = parser().parse_args()
    status = 0
    try:
        with Client() as client:
            for line in run(Inventory(client), words):
                print(line)
                status = 1 if " refused: " in line else status
    except (ValueError, ChangedMeanwhile, gatepost.APIStatusError) as error:
        print(in_words(error), file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
