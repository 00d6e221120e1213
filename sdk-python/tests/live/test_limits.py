"""Limits: every answer and the refusal say where each window stands."""

from __future__ import annotations

import asyncio

import gatepost
import pytest
from gatepost import AsyncClient, Client


def test_every_answer_and_the_refusal_say_where_each_window_stands(root: Client) -> None:
    made = root.keys.create(name="Two calls", scopes=[], limits={"per_minute": 2, "per_day": 1000})
    with Client(api_key=made.secret, base_url=root.base_url, max_retries=0) as client:
        assert client.rate_limit is None
        raw = client.me.with_raw_response.get_current_user()
        limit = raw.rate_limit
        assert limit is not None and limit == client.rate_limit
        assert (limit.policy, limit.limit, limit.remaining, limit.window_seconds) == ("key-minute", 2, 1, 60)
        told = client.me.get_rate_limit()
        assert len(told.windows) >= 2
        stands = {window.policy: (window.limit, window.remaining, window.window_seconds) for window in limit.windows}
        assert stands == {one.name: (one.limit, one.remaining, one.window_seconds) for one in told.windows}
        client.me.get_current_user()
        with pytest.raises(gatepost.RateLimitError) as caught:
            client.me.get_current_user()
        full = caught.value.rate_limit
        assert full is not None and (full.policy, full.remaining) == ("key-minute", 0)
        assert caught.value.retry_after == full.reset_seconds
    root.keys.revoke_key(made.id)


def test_the_asynchronous_client_knows_them_too(root: Client) -> None:
    made = root.keys.create(name="One call", scopes=[], limits={"per_minute": 1})

    async def use() -> None:
        async with AsyncClient(api_key=made.secret, base_url=root.base_url, max_retries=0) as client:
            await client.me.get_current_user()
            assert client.rate_limit is not None and client.rate_limit.remaining == 0
            with pytest.raises(gatepost.RateLimitError) as caught:
                await client.me.get_current_user()
            assert caught.value.rate_limit is not None and caught.value.retry_after

    asyncio.run(use())
    root.keys.revoke_key(made.id)
