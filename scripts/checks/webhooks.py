"""Real deliveries, verified by standardwebhooks and svix, neither of them ours: byte for byte as they came, while the
secret is rotated and after (S84, S85, S86). The server must allow receivers on this machine (WEBHOOKS_ALLOW)."""

import datetime
import json
import os
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import httpx
from standardwebhooks.webhooks import Webhook as Standard
from svix.webhooks import Webhook as Svix
from svix.webhooks import WebhookVerificationError


class Delivery(NamedTuple):
    headers: dict[str, str]
    body: bytes


came: "queue.Queue[Delivery]" = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        came.put(Delivery({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/in"

http = httpx.Client(base_url=os.environ["GATEPOST_BASE_URL"], timeout=30)
account = {"email": f"webhooks-py-{time.time_ns()}@example.com", "password": "a walk along the quay at dawn"}


def call(method: str, path: str, body: object = None) -> Any:
    answer = http.request(method, path, json=body) if body is not None else http.request(method, path)
    assert answer.is_success, (path, answer.status_code, answer.text)
    return answer.json() if answer.content else None


call("POST", "/v1/auth/register", account)
http.headers["authorization"] = "Bearer " + call("POST", "/v1/auth/login", account)["accessToken"]
endpoint = call("POST", "/v1/webhooks", {"url": url, "events": ["key.*"]})
path = f"/v1/webhooks/{endpoint['id']}"
stranger = call("POST", "/v1/webhooks", {"url": url, "events": ["order.*"]})["secret"]
verified = refused = 0


def cause(rounds: int) -> list[Delivery]:
    """Makes things happen, and gives what comes of it."""
    for number in range(rounds):
        call("POST", f"{path}/test")
        call("POST", f"{path}/test")
        key = call("POST", "/v1/keys", {"name": f'Käse {number} "≠\\"'})
        call("DELETE", f"/v1/keys/{key['id']}")
    return [came.get(timeout=120) for _ in range(rounds * 4)]


def verifies(secret: str, delivery: Delivery) -> bool:
    answers = []
    for library in (Standard, Svix):
        try:
            library(secret).verify(delivery.body, dict(delivery.headers))
            answers.append(True)
        except WebhookVerificationError as error:
            assert str(error).startswith("No matching signature"), error
            answers.append(False)
    assert answers[0] == answers[1], "the libraries differ"
    return answers[0]


def good(secret: str, delivery: Delivery) -> None:
    global verified
    assert verifies(secret, delivery), delivery
    verified += 1


def bad(secret: str, delivery: Delivery) -> None:
    global refused
    assert not verifies(secret, delivery), delivery
    refused += 1


def mutants(delivery: Delivery, place: int) -> list[Delivery]:
    """The same delivery with one byte of its body, its id or its time changed."""
    body = bytearray(delivery.body)
    body[place % len(body)] ^= 1
    identity = bytearray(delivery.headers["webhook-id"].encode())
    identity[place % len(identity)] ^= 1
    moment = int(delivery.headers["webhook-timestamp"]) + (1 if place % 2 else -1)
    return [
        Delivery(delivery.headers, bytes(body)),
        Delivery({**delivery.headers, "webhook-id": identity.decode()}, delivery.body),
        Delivery({**delivery.headers, "webhook-timestamp": str(moment)}, delivery.body),
    ]


def rotate(overlap: int) -> Any:
    return call("POST", f"{path}/rotate-secret", {"overlapSeconds": overlap})


# One secret: good as it came, and no other way.
first = endpoint["secret"]
alone = cause(25)
assert {json.loads(one.body)["type"] for one in alone} == {"key.created", "key.revoked", "webhook.test"}
for place, delivery in enumerate(alone):
    good(first, delivery)
    bad(stranger, delivery)
    for mutant in mutants(delivery, place):
        bad(first, mutant)

# While it is rotated: a receiver with the old secret, the new one, or both.
second = rotate(86_400)["secret"]
for delivery in cause(15):
    good(first, delivery)
    good(second, delivery)
    bad(stranger, delivery)
    for mutant in mutants(delivery, 7):
        bad(first, mutant)
        bad(second, mutant)

# No overlap ends every earlier secret at once; a short one is over when it says so.
third = rotate(0)["secret"]
for delivery in cause(10):
    good(third, delivery)
    bad(first, delivery)
    bad(second, delivery)
rotated = rotate(2)
ends = datetime.datetime.fromisoformat(rotated["previousExpiresAt"]).timestamp()
time.sleep(max(0.0, ends - time.time() + 0.001))
for delivery in cause(10):
    good(rotated["secret"], delivery)
    bad(third, delivery)

call("DELETE", path)
server.shutdown()
print(
    f"standardwebhooks and svix: {verified} verifications of deliveries hold, before, during and after rotations; "
    f"{refused} with another secret or a changed byte, id or time do not"
)
