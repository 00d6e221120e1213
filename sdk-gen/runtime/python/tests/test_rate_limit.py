"""What answers say about limits."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Answer, FakeServer, async_client, sync_client

from sdk_runtime.errors import RateLimitError, ServerError
from sdk_runtime.operation import Arguments, Operation
from sdk_runtime.rate_limit import RateLimit, RateLimitWindow, read_rate_limit
from sdk_runtime.resource import Resource

GET: Operation[Any] = Operation("GET", "/things", lambda: Any)
NOW = 1_700_000_000.0
POLICY = '"minute";q=60;w=60, "day";q=1000;w=86400'
STATE = '"minute";r=50;t=30, "day";r=4;t=4000'


def limits(**headers: str) -> RateLimit | None:
    return read_rate_limit({name.replace("_", "-"): value for name, value in headers.items()}, NOW)


def windows(**headers: str) -> list[RateLimitWindow]:
    found = limits(**headers)
    assert found is not None
    return list(found.windows)


def test_every_window_of_the_draft_is_read_and_the_tightest_is_the_state() -> None:
    found = limits(ratelimit_policy=POLICY, ratelimit=STATE, x_ratelimit_remaining="7")
    assert found is not None
    day = (found.limit, found.remaining, found.reset_seconds, found.policy, found.window_seconds)
    assert day == (1000, 4, 4000, "day", 86400)
    minute = RateLimitWindow(60, 50, 30, "minute", 60)
    assert found.windows == (minute, RateLimitWindow(1000, 4, 4000, "day", 86400))


@pytest.mark.parametrize("state", ['"minute";r=0;t=30, "day";r=0;t=4000', '"day";r=0;t=4000, "minute";r=0;t=30'])
def test_of_two_windows_with_as_many_calls_left_the_later_is_the_tightest(state: str) -> None:
    found = limits(ratelimit=state)
    assert found is not None and found.policy == "day"


def test_structured_fields_are_read_as_such() -> None:
    state, policy = '"a, \\"b\\";r=9";r=3; t=2;pk=:cHl0aG9u:;x', '"a, \\"b\\";r=9"; q=5; w=60;qu="requests"'
    assert windows(ratelimit=state, ratelimit_policy=policy) == [RateLimitWindow(5, 3, 2, 'a, "b";r=9', 60)]
    assert windows(ratelimit="default;r=3") == [RateLimitWindow(None, 3, None, "default")]
    assert windows(ratelimit='"";r=3', ratelimit_policy='"";q=4') == [RateLimitWindow(4, 3, None, "")]
    untold = [RateLimitWindow(4, 3, None, "a", 1), RateLimitWindow(5, None, None, "b", 60)]
    assert windows(ratelimit='"a";r=3', ratelimit_policy='"b";q=5;w=60, "a";q=4;w=1') == untold


def test_the_earlier_draft_with_its_one_window_is_read_too() -> None:
    found = windows(ratelimit="limit=100, remaining=50, reset=5", ratelimit_policy="10;w=1, 100;w=60")
    assert found == [RateLimitWindow(100, 50, 5, None, 60), RateLimitWindow(10, None, None, None, 1)]


@pytest.mark.parametrize("reset", ["60", "1700000060", "1700000060000"])
def test_the_older_headers_fill_in_with_seconds_or_a_moment(reset: str) -> None:
    found = windows(x_ratelimit_limit="20", x_ratelimit_remaining="3", x_ratelimit_reset=reset)
    assert found == [RateLimitWindow(20, 3, 60)]


def test_the_older_headers_in_other_shapes() -> None:
    assert windows(x_ratelimit_reset="1600000000") == [RateLimitWindow(reset_seconds=0)]
    assert windows(ratelimit_limit="100, 100;w=60", ratelimit_remaining="9") == [RateLimitWindow(100, 9)]
    assert windows(ratelimit_policy='"a";q=5;w=60', x_ratelimit_remaining="2") == [RateLimitWindow(None, 2)]


GARBAGE = [
    *('"a";r=-1', '"a";r=1.5', '"a";r=1e3', '"a";r=0x10', '"a;r=1', '"a";r=1,,"b";r=2', '"a";r=1 "b"', '("a");r=1'),
    *('"a"', ";r=1", "=", '"a";r=1234567890123456', "\u00ff", '"a";R=1', '"a";r=\u0661', '"' + '\\"' * 20_000),
]


@pytest.mark.parametrize("state", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_counts_as_not_sent(state: str) -> None:
    assert limits(ratelimit=state) is None
    found = limits(ratelimit=state, x_ratelimit_remaining="4")
    assert found is not None and found.remaining == 4


@pytest.mark.parametrize("number", ["", "many", "-1", "nan", "inf", "0x10", "1e3", "1_0", "\u0661"])
def test_garbage_in_the_older_headers_counts_as_not_sent(number: str) -> None:
    assert limits(x_ratelimit_limit=number, x_ratelimit_reset=number) is None


def test_an_api_that_does_not_speak_of_limits_has_none(server: FakeServer) -> None:
    client = sync_client(server)
    assert client.rate_limit is None
    client._send(GET, Arguments())
    assert client.rate_limit is None


def answers(server: FakeServer) -> None:
    told = {"RateLimit-Policy": '"minute";q=2;w=60'}
    full = {**told, "RateLimit": '"minute";r=0;t=12', "Retry-After": "12"}
    server.answers(Answer(200, {}, {**told, "RateLimit": '"minute";r=1;t=12'}), Answer(429, {}, full), Answer(503, {}))


def test_each_answer_and_each_error_has_its_own_and_the_client_those_of_the_last(server: FakeServer) -> None:
    answers(server)
    client = sync_client(server, max_retries=0)
    raw: Any = Resource(client, raw=True)._call(GET, Arguments(), None)
    assert raw.rate_limit == client.rate_limit and raw.rate_limit.remaining == 1
    with pytest.raises(RateLimitError) as caught:
        client._send(GET, Arguments())
    limit = caught.value.rate_limit
    assert limit is not None and limit == client.rate_limit
    assert (limit.policy, limit.limit, limit.remaining, limit.reset_seconds) == ("minute", 2, 0, 12)
    assert caught.value.retry_after == 12
    with pytest.raises(ServerError) as away:
        client._send(GET, Arguments())
    assert (away.value.rate_limit, away.value.retry_after, client.rate_limit) == (None, None, limit)


async def test_the_asynchronous_client_knows_them_too(server: FakeServer) -> None:
    answers(server)
    client = async_client(server, max_retries=0)
    await client._send(GET, Arguments())
    assert client.rate_limit is not None and client.rate_limit.remaining == 1
    with pytest.raises(RateLimitError) as caught:
        await client._send(GET, Arguments())
    assert caught.value.rate_limit == client.rate_limit and caught.value.retry_after == 12
