"""A seller's day against a live server, by the class and by the command line."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gatepost
import pytest
from gatepost import Client

from inventory import ChangedMeanwhile, Inventory, read_money, show_money

HERE = Path(__file__).parent
FILE = HERE.parent / "items.csv"
SCOPES = ["read:items", "write:items", "read:orders", "write:orders"]


@dataclass
class Somebody:
    key: str
    client: Client

    @property
    def inventory(self) -> Inventory:
        return Inventory(self.client)

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GATEPOST_API_KEY": self.key}
        command = [sys.executable, str(HERE / "inventory.py"), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def says(self, *words: str) -> str:
        done = self.cli(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def root() -> Iterator[Client]:
    """The root key, from the environment."""
    with Client() as client:
        yield client


def somebody(root: Client, name: str) -> Somebody:
    """Somebody with an account and a key, as an administrator makes them."""
    user = root.users.resolve(platform="discord", identity=str(10**17 + secrets.randbelow(10**17))).user
    key = root.admin.create_key_for(user_id=user.id, name=name, scopes=SCOPES, tier="service")
    return Somebody(key.secret, Client(api_key=key.secret))


@pytest.fixture
def seller(root: Client) -> Somebody:
    return somebody(root, "seller")


@pytest.fixture
def buyer(root: Client) -> Somebody:
    return somebody(root, "buyer")


def import_all(seller: Somebody) -> dict[str, gatepost.models.Item]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        items = [one.item for one in seller.inventory.import_csv(lines)]
    return {item.title: item for item in items if item}


def test_amounts_are_read_and_shown_to_the_last_digit() -> None:
    good = [("249.00", "EUR", 24900), ("0.1", "EUR", 10), ("1200", "JPY", 1200), ("1.234", "BHD", 1234)]
    for text, currency, amount in good:
        assert read_money(text, currency).amount == amount
    for text, currency in [("1.5", "JPY"), ("1.005", "EUR"), ("-1", "EUR"), ("", "EUR"), ("1,50", "EUR"), ("NaN", "EUR")]:
        with pytest.raises(ValueError, match="is no amount of"):
            read_money(text, currency)
    assert show_money(read_money("0.05", "EUR")) == "0.05 EUR"
    assert show_money(read_money("1200", "JPY")) == "1200 JPY"


def test_a_file_is_imported_once_however_often_it_is_sent(seller: Somebody) -> None:
    first, again = import_all(seller), import_all(seller)
    assert list(first) == ["Rangefinder camera", "Lens, 35 mm", "Oak desk", "Paper lantern"]
    assert [item.id for item in again.values()] == [item.id for item in first.values()]
    assert (first["Paper lantern"].price.amount, first["Oak desk"].price.amount) == (1200, 150000)
    assert len(list(seller.inventory.list("active"))) == 4


def test_a_row_that_is_refused_says_why_and_stops_no_other(seller: Somebody, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        "title,price,currency,condition\nNo price,cheap,EUR,good\nBroken,1,EUR,shattered\nFine,1,EUR,new\n",
        encoding="utf-8",
    )
    done = seller.cli("import", str(bad))
    no_price, broken, fine = done.stdout.strip().splitlines()
    assert done.returncode == 1
    assert no_price == "1 refused: cheap is no amount of EUR"
    assert broken.startswith("2 refused: ") and "/condition" in broken
    assert fine.startswith("3 itm_")


def test_a_price_changes_and_never_over_what_somebody_else_changed(seller: Somebody) -> None:
    item = import_all(seller)["Rangefinder camera"]
    assert seller.says("price", item.id, "229.50") == "229.50 EUR"
    seen = seller.client.items.with_raw_response.get(item.id)
    seller.client.items.update(item.id, description="Changed by a colleague.")
    with pytest.raises(ChangedMeanwhile):
        seller.inventory.reprice(seen.parse(), "1.00", seen.headers["etag"])
    assert seller.client.items.get(item.id).price.amount == 22950


def test_an_order_comes_is_talked_about_and_is_completed(seller: Somebody, buyer: Somebody) -> None:
    item = import_all(seller)["Oak desk"]
    order = buyer.client.orders.create(item.id, expected_price=item.price)
    with pytest.raises(gatepost.ConflictError) as caught:
        buyer.client.orders.create(item.id)
    assert caught.value.code == "ITEM_UNAVAILABLE"
    buyer.client.messages.send(order.id, text="Could you send it by <Friday>?")

    assert seller.says("orders", "--status", "pending") == f"{order.id} pending 1500.00 SEK Oak desk"
    assert seller.says("messages", order.id).endswith(" buyer: Could you send it by <Friday>?")
    assert seller.says("reply", order.id, "On its way.") == "sent as number 2"
    assert seller.says("complete", order.id) == "completed"
    assert [message.sender for message in buyer.client.messages.list(order.id)] == ["buyer", "seller"]
    assert buyer.client.orders.get(order.id).ended_by == "seller"
    assert seller.says("list", "--status", "sold") == f"{item.id} sold 1500.00 SEK Oak desk"
    assert seller.cli("cancel", order.id).returncode == 1


def test_a_cancelled_order_puts_its_item_back(seller: Somebody, buyer: Somebody) -> None:
    item = import_all(seller)["Paper lantern"]
    order = buyer.client.orders.create(item.id)
    assert seller.inventory.cancel(order.id).status == "cancelled"
    assert seller.client.items.get(item.id).status == "active"
