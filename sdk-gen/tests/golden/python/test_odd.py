"""What the odd package sends and reads, against httpx's own mock: run with the generated `src` on PYTHONPATH."""

from __future__ import annotations

import json
import time
from typing import Any, Dict
from urllib.parse import unquote

import httpx
import pydantic
import pytest
from odd_things import Client, Model, Webhook, models


class Server:
    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.answer = httpx.Response(200, json={})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.seen.append(request)
        return self.answer

    @property
    def last(self) -> httpx.Request:
        return self.seen[-1]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def client(server: Server) -> Client:
    http = httpx.Client(transport=httpx.MockTransport(server))
    return Client(key="k", basic_auth=("u", "p"), cookie="c", http_client=http)


def test_parameter_styles(client: Client, server: Server) -> None:
    server.answer = httpx.Response(200, json={"data": []})
    client.things.list(
        filter_name="a&b",
        where={"size": 1, "tags": ["x", "y"]},
        ids=[1, 2],
        fields=["a", "b"],
        raw="a/b?c",
        query={"deep": [1, None]},
    )
    query = server.last.url.query.decode().split("&")
    assert str(server.last.url).startswith("https://eu.example.com/v2/things?")
    assert query == [
        "filter%5Bname%5D=a%26b",
        "where[size]=1",
        "where[tags]=x",
        "where[tags]=y",
        "ids=1%7C2",
        "fields=a,b",
        "raw=a/b?c",
        "query=%7B%22deep%22%3A%5B1%2Cnull%5D%7D",
    ]


def test_path_styles(client: Client, server: Server) -> None:
    server.answer = httpx.Response(200, text="plain")
    assert client.things.delete("a/b", ["x", "y"], "red", "z") == "plain"
    assert server.last.url.raw_path == b"/v2/things/a%2Fb/parts/;thing_id=x;thing_id=y/red/z"


def test_names_of_pydantics_own(client: Client, server: Server) -> None:
    trap = {"model_config": "m", "str": "s", "date": "2026-01-02", "kindOf": "trap", "_id": "1", "id": "2", "1st": 1.5}
    server.answer = httpx.Response(200, json=[trap])
    found = client.class_.list(
        from_="2026-01-01T00:00:00Z", model_config="m", str="s", date="2026-01-02", id="2", id_2="1", value_1st=1.5
    )
    assert json.loads(server.last.content) == trap
    assert (found[0].model_config_, found[0].str_, found[0].id, found[0].id_2, found[0].value_1st) == ("m", "s", "2", "1", 1.5)
    assert found[0].date.year == 2026 and found[0].kind_of == "trap"


def test_answers_by_status(client: Client, server: Server) -> None:
    server.answer = httpx.Response(202, json={"message": "later"})
    assert isinstance(client.class_.str_(), models.Error)
    server.answer = httpx.Response(204)
    assert client.class_.str_() is None


def test_an_operation_that_may_stream(client: Client, server: Server) -> None:
    body = b'data: {"str": "a", "kindOf": "trap"}\n\ndata: {"str": "b"}\n\n'
    server.answer = httpx.Response(200, content=body, headers={"content-type": "text/event-stream"})
    assert [trap.str_ for trap in client.class_.str_stream()] == ["a", "b"]
    assert server.last.headers["accept"] == "text/event-stream"


def test_tagged_unions_both_ways(client: Client, server: Server) -> None:
    server.answer = httpx.Response(200, json={"kind": "wolf", "barks": False})
    resource = client.request_
    assert isinstance(resource.send_form(a="1", b=[1, 2]), models.Dog)
    assert server.last.content == b"a=1&b=1&b=2"
    server.answer = httpx.Response(200, json={"kind": "fish", "fins": 2})
    fish = resource.send_form()
    assert type(fish) is Model and fish.fins == 2


def test_credentials_by_operation(client: Client, server: Server) -> None:
    server.answer = httpx.Response(200, json={"data": []})
    client.things.list()
    assert server.last.headers["x-key"] == "k" and "authorization" not in server.last.headers
    client.request_.send_form()
    assert server.last.headers["authorization"] == "Basic dTpw" and "x-key" not in server.last.headers
    list(client.request_.then())
    assert not {"x-key", "authorization", "cookie"} & set(server.last.headers)


def test_null_and_absent(client: Client, server: Server) -> None:
    server.answer = httpx.Response(204)
    assert client.things.create(dry_run=False, name="n", color="red", maybe=None, idempotency_key="once") is None
    assert json.loads(server.last.content) == {"name": "n", "color": "red", "maybe": None}
    assert server.last.headers["idempotency-key"] == "once" and server.last.url.query == b"dryRun=false"


def test_files(client: Client, server: Server) -> None:
    server.answer = httpx.Response(204)
    client.things.upload_file("a", body=b"\x00")
    assert str(server.last.url) == "https://uploads.example.com/things/a/file" and server.last.content == b"\x00"
    client.things.attach_file("a", file=b"1", more=[b"2", b"3"], meta={"note": "n"})
    assert server.last.content.count(b'name="more"; filename="more"') == 2
    assert b'Content-Type: application/json\r\n\r\n{"note":"n"}' in server.last.content
    server.answer = httpx.Response(200, content=b"bytes")
    assert client.things.download_file("a").read() == b"bytes"


def test_recursive_json(client: Client, server: Server) -> None:
    value: Any = {"a": [1, {"b": None}]}
    server.answer = httpx.Response(200, json=value)
    assert client.class_.models_(body=[{"kind": "cat", "lives": 9}]) == value
    assert json.loads(server.last.content) == [{"kind": "cat", "lives": 9}]
    assert unquote(server.last.url.path) == "/v2/pydantic"


def test_events_are_checked_and_typed() -> None:
    webhook = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    def unwrap(body: bytes) -> Any:
        moment = int(time.time())
        signature = webhook.sign("msg_1", moment, body)
        headers = {"webhook-id": "msg_1", "webhook-timestamp": str(moment), "webhook-signature": signature}
        return webhook.unwrap(body, headers)

    made = unwrap(b'{"type": "thing.created", "data": {"id": "1", "name": "n", "color": "red", "maybe": null}}')
    assert isinstance(made, models.ThingCreatedEvent) and made.data.name == "n"
    assert isinstance(unwrap(b'{"type": "thing-deleted"}'), models.ThingDeletedEvent)
    assert unwrap(b'{"type": "thing.renamed", "to": "x"}').to == "x"


def test_what_callers_keep_is_sent_whole_and_read_as_what_it_was(client: Client, server: Server) -> None:
    class Plan(pydantic.BaseModel):
        plan: str
        seats: int = pydantic.Field(default=1, alias="seatCount")

    server.answer = httpx.Response(201, json={"id": "b", "metadata": {"plan": "pro", "seatCount": 1}})
    box = client.boxes.create(id="b", metadata=Plan(plan="pro"))
    assert json.loads(server.last.content) == {"id": "b", "metadata": {"plan": "pro", "seatCount": 1}}
    assert box.metadata == {"plan": "pro", "seatCount": 1} and box.metadata_as(Plan) == Plan(plan="pro")
    box = client.boxes.create(id="b", metadata={"seats": 1})
    assert json.loads(server.last.content)["metadata"] == {"seats": 1} and box.metadata_as(Dict[str, Any])["plan"] == "pro"
    for other in ({"plan": 5}, {}, None):
        server.answer = httpx.Response(201, json={"id": "b", "metadata": other})
        with pytest.raises(pydantic.ValidationError):
            client.boxes.create(id="b").metadata_as(Plan)
