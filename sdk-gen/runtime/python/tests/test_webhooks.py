"""Deliveries: agreed with the public `standardwebhooks` package, and every refusal names its cause."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Reference

from sdk_runtime.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_700_000_000
BODY = b'{"type":"item.created","data":{"id":"itm_1","title":"caf\xc3\xa9"}}'


def headers(signature: str | None = None, timestamp: Any = NOW, secret: str = SECRET) -> dict[str, str]:
    made = Webhook(secret).sign("msg_1", NOW, BODY) if signature is None else signature
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(timestamp), "Webhook-Signature": made}


def cause(body: Any, given: dict[str, str], secret: Any = SECRET, now: float = NOW) -> str:
    with pytest.raises(WebhookVerificationError) as caught:
        Webhook(secret).verify(body, given, now)
    return caught.value.cause


def test_the_published_vector() -> None:
    body = b'{"test": 2432232314}'
    given = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330"}
    given["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert Webhook(SECRET).verify(body, given, now=1614265330) == {"test": 2432232314}


def test_a_hundred_messages_agree_with_the_reference() -> None:
    for _ in range(100):
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(24 + secrets.randbelow(41))).decode()
        message, body = f"msg_{secrets.token_hex(8)}", f'{{"n":"{secrets.token_hex(secrets.randbelow(200))}"}}'
        moment = dt.datetime.now(dt.timezone.utc)
        signature = Reference(secret).sign(message, moment, body)
        assert Webhook(secret).sign(message, int(moment.timestamp()), body) == signature
        given = {
            "webhook-id": message,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": signature,
        }
        assert Webhook(secret).verify(body.encode(), given) == Reference(secret).verify(body, given)


def test_one_of_several_signatures_is_enough() -> None:
    other = "whsec_" + base64.b64encode(b"x" * 24).decode()
    both = f"v1a,ignored v1,bm9wZQ== {headers()['Webhook-Signature']}"
    assert Webhook(SECRET).verify(BODY, headers(both), NOW)["type"] == "item.created"
    assert Webhook([other, SECRET]).verify(BODY, headers(), NOW)
    assert len(Webhook([other, SECRET]).sign("m", NOW, BODY).split()) == 2


def test_every_refusal_names_its_cause() -> None:
    good = headers()
    assert cause({"parsed": True}, good) == "body_not_raw"
    for name in good:
        assert cause(BODY, {key: value for key, value in good.items() if key != name}) == "header_missing"
    assert cause(BODY, headers(timestamp="soon")) == "timestamp_malformed"
    assert cause(BODY, good, now=NOW + 301) == "timestamp_too_old"
    assert cause(BODY, good, now=NOW - 301) == "timestamp_too_new"
    assert cause(BODY, headers("v2,abc")) == "signature_malformed"
    assert cause(BODY, headers("v1,")) == "signature_malformed"
    assert cause(BODY, headers("v1,\u00e9")) == "signature_mismatch"
    assert cause(BODY, headers(secret="whsec_" + base64.b64encode(b"y" * 24).decode())) == "signature_mismatch"
    assert cause(BODY + b" ", good) == "signature_mismatch"
    assert cause(BODY, {**good, "Webhook-Id": "msg_2"}) == "signature_mismatch"
    assert cause(BODY, headers(timestamp=NOW + 1)) == "signature_mismatch"
    text = Webhook(SECRET).sign("msg_1", NOW, b"not json")
    assert cause(b"not json", headers(text)) == "body_not_json"


def test_within_the_tolerance_both_ways() -> None:
    for now in (NOW + 300, NOW - 300):
        assert Webhook(SECRET).verify(BODY, headers(), now)


def test_a_bad_secret_is_told_at_once_and_not_shown() -> None:
    with pytest.raises(ValueError) as caught:
        Webhook("whsec_not base64!")
    assert "not base64!" not in str(caught.value)
    with pytest.raises(ValueError):
        Webhook([])
