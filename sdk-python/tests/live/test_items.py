"""Items from the first to the last, blocking and asynchronous, and the errors on the way."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from typing import Any

import gatepost
import pytest
from gatepost import AsyncClient, Client

from conftest import sign_up


def offer(client: Client, title: str = "Rangefinder camera", **more: Any) -> gatepost.models.Item:
    return client.items.create(title=title, price={"amount": 24900, "currency": "EUR"}, condition="good", **more)


def test_an_item_from_offer_to_deletion(root: Client) -> None:
    made = offer(root, description="With case.")
    assert made.id.startswith("itm_") and made.status == "active" and made.price.amount == 24900
    assert isinstance(made.created_at, dt.datetime) and made.created_at.tzinfo is not None
    assert root.items.get(made.id) == made
    changed = root.items.update(made.id, title="Camera", price=gatepost.models.Money(amount=19900, currency="EUR"))
    assert (changed.title, changed.price.amount, changed.description) == ("Camera", 19900, "With case.")
    assert root.items.update(made.id, status="withdrawn").status == "withdrawn"
    root.items.delete(made.id)
    with pytest.raises(gatepost.NotFoundError) as caught:
        root.items.get(made.id)
    assert caught.value.code == "NOT_FOUND" and caught.value.request_id


def test_null_clears_and_absence_leaves(root: Client) -> None:
    category = next(iter(root.categories.list()), None)
    made = offer(root, **({"category_id": category.id} if category else {}))
    assert made.category_id == (category.id if category else None)
    assert root.items.update(made.id, title="Other").category_id == made.category_id
    assert root.items.update(made.id, category_id=None).category_id is None


def test_pages_come_one_after_the_other(root: Client) -> None:
    seller = root.me.get_current_user().id
    made = {offer(root, f"Item {number}").id for number in range(5)}
    page = root.items.list(limit=2, seller_id=seller)
    assert len(page.data) == 2 and page.has_next_page() and page.next_cursor
    found = [item.id for item in page]
    assert made <= set(found) and len(found) == len(set(found))
    assert [len(one.data) for one in page.pages()][:2] == [2, 2]


def test_the_same_idempotency_key_makes_one_item(root: Client) -> None:
    key = secrets.token_hex(16)
    first, second = offer(root, idempotency_key=key), offer(root, idempotency_key=key)
    assert first.id == second.id
    with pytest.raises(gatepost.UnprocessableError):
        offer(root, "Another", idempotency_key=key)


def test_raw_answers_and_what_is_left(root: Client) -> None:
    raw = root.items.with_raw_response.list(limit=1)
    assert raw.status == 200 and raw.headers["content-type"].startswith("application/json")
    assert len(raw.parse().data) <= 1 and raw.headers["x-request-id"].startswith("req_")
    assert root.me.get_rate_limit().windows is not None


def test_a_bad_body_names_each_fault(root: Client) -> None:
    with pytest.raises(gatepost.UnprocessableError) as caught:
        root.items.create(title="", price={"amount": -1, "currency": "EUR"}, condition="broken beyond words")
    assert {"/title", "/price/amount", "/condition"} <= {fault.pointer for fault in caught.value.errors}
    assert all(fault.message for fault in caught.value.errors) and caught.value.status == 422


def test_a_bad_key_is_refused(server: str) -> None:
    with Client(api_key="gp_live_junk") as client, pytest.raises(gatepost.UnauthenticatedError) as caught:
        client.items.list()
    assert caught.value.status == 401 and caught.value.request_id


def test_nobody_may_look_and_not_touch(nobody: Client) -> None:
    assert isinstance(nobody.items.list(limit=1).data, list)
    with pytest.raises(gatepost.UnauthenticatedError):
        offer(nobody)


def test_a_missing_scope_is_named(root: Client) -> None:
    key = root.keys.create(name="Reads only", scopes=["read:items"], expires_in_seconds=600)
    with Client(api_key=key.secret) as reader:
        assert reader.items.list(limit=1).data is not None
        with pytest.raises(gatepost.PermissionDeniedError) as caught:
            offer(reader)
    assert caught.value.required_scopes == ["write:items"] and caught.value.granted_scopes == ["read:items"]
    root.keys.revoke_key(key.id)
    with Client(api_key=key.secret) as dead, pytest.raises(gatepost.UnauthenticatedError):
        dead.items.list()


def test_over_the_limit(nobody: Client) -> None:
    account = sign_up(nobody)
    with Client(max_retries=0) as client:
        client.auth.login_with_password(email=account.email, password=account.password)
        with pytest.raises(gatepost.RateLimitError) as caught:
            for _ in range(1_100):  # a free account has 1,000 calls a day
                client.me.get_current_user()
    assert caught.value.status == 429 and caught.value.retry_after is not None and caught.value.retry_after > 0
    assert client.rate_limit is not None and client.rate_limit.remaining == 0


def test_asynchronous_from_offer_to_deletion(server: str) -> None:
    async def day() -> None:
        async with AsyncClient() as client:
            price = gatepost.models.Money(amount=100, currency="EUR")
            offers = (client.items.create(title=f"Async {n}", price=price, condition="new") for n in range(5))
            made = await asyncio.gather(*offers)
            seller = (await client.me.get_current_user()).id
            found = [item.id async for item in client.items.list(limit=2, seller_id=seller)]
            assert {item.id for item in made} <= set(found)
            page = await client.items.list(limit=1)
            assert len(page.data) == 1
            changed = await client.items.update(made[0].id, title="Changed")
            assert changed.title == "Changed"
            raw = await client.items.with_raw_response.get(made[0].id)
            assert raw.status == 200 and raw.parse().title == "Changed"
            for item in made:
                await client.items.delete(item.id)
            with pytest.raises(gatepost.NotFoundError):
                await client.items.get(made[0].id)

    asyncio.run(day())
