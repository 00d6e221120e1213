"""Receiving: real deliveries, as they come, become typed events; what was rewritten on its way says so."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from gatepost import Client, Webhook, WebhookVerificationError, models


class Receiver:
    """On this machine; `next` is the next delivery that comes."""

    def __init__(self) -> None:
        came: queue.Queue[tuple[bytes, dict[str, str]]] = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                came.put((self.rfile.read(int(self.headers["content-length"])), dict(self.headers.items())))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.came = came
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/in"

    def next(self) -> tuple[bytes, dict[str, str]]:
        return self.came.get(timeout=60)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()


def cause(webhook: Webhook, body: Any, headers: dict[str, str]) -> str:
    with pytest.raises(WebhookVerificationError) as caught:
        webhook.unwrap(body, headers)
    return caught.value.cause


def test_deliveries_become_typed_events(root: Client, receiver: Receiver) -> None:
    endpoint = root.webhooks.create(url=receiver.url, events=["key.*"])
    webhook = Webhook(endpoint.secret)

    root.webhooks.test(endpoint.id)
    tested = webhook.unwrap(*receiver.next())
    assert isinstance(tested, models.WebhookTestEvent) and tested.data.webhook_id == endpoint.id

    key = root.keys.create(name="Käse")
    body, headers = receiver.next()
    made = webhook.unwrap(body, headers)
    assert isinstance(made, models.KeyCreatedEvent) and made.data.key_id == key.id

    other = root.webhooks.rotate_secret(endpoint.id, overlap_seconds=0).secret
    assert cause(Webhook(other), body, headers) == "wrong_secret"
    assert cause(webhook, json.dumps(json.loads(body)), headers) == "body_changed"
    assert cause(webhook, json.loads(body), headers) == "body_not_raw"
    root.webhooks.delete(endpoint.id)
    root.keys.revoke_key(key.id)
