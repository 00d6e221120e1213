"""Deliveries: agreed with the public `standardwebhooks` package, and every refusal names its cause."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import secrets
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Reference

from sdk_runtime.webhooks import Webhook, WebhookVerificationError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_" + base64.b64encode(b"y" * 24).decode()
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
        assert cause(BODY, {key: value for key, value in good.items() if key != name}) == "missing_header"
    for written in ("soon", "-1", "1.5", "9" * 5_000, "١٧"):
        assert cause(BODY, headers(timestamp=written)) == "invalid_timestamp"
    assert cause(BODY, good, now=NOW + 301) == "too_old"
    assert cause(BODY, good, now=NOW - 301) == "too_new"
    assert cause(BODY, headers("v2,abc")) == "no_signature"
    assert cause(BODY, headers("v1,")) == "no_signature"
    text = Webhook(SECRET).sign("msg_1", NOW, b"not json")
    assert cause(b"not json", headers(text)) == "invalid_body"


def test_a_mismatch_without_a_digest_is_one_of_two() -> None:
    good = headers()
    assert cause(BODY, headers("v1,\u00e9")) == "mismatch"
    assert cause(BODY, headers(secret=OTHER)) == "mismatch"
    assert cause(BODY + b" ", good) == "mismatch"
    assert cause(BODY, {**good, "Webhook-Id": "msg_2"}) == "mismatch"
    assert cause(BODY, headers(timestamp=NOW + 1)) == "mismatch"
    assert cause(BODY + b" ", {**good, "Content-Digest": "sha-512=:AAAA:"}) == "mismatch"


@pytest.mark.parametrize("digest", ["sha-256=:{}:", "sha-512=:AAAA:, sha-256=:{}:", "sha-512=:AAAA:,sha-256=:{}:"])
def test_a_digest_tells_a_wrong_secret_from_a_changed_body(digest: str) -> None:
    sent = digest.format(base64.b64encode(hashlib.sha256(BODY).digest()).decode())
    given = {**headers(), "Content-Digest": sent}
    assert Webhook(SECRET).verify(BODY, given, NOW)
    assert cause(BODY, given, OTHER) == "wrong_secret"
    rewritten = json.dumps(json.loads(BODY)).encode()
    assert cause(rewritten, given) == "body_changed"
    for place in range(len(BODY)):
        changed = bytes([*BODY[:place], BODY[place] ^ 1, *BODY[place + 1 :]])
        assert cause(changed, given) == "body_changed"


def test_a_digest_alone_makes_nothing_genuine() -> None:
    forged = b'{"type":"item.created","data":{}}'
    digest = base64.b64encode(hashlib.sha256(forged).digest()).decode()
    assert cause(forged, {**headers(), "Content-Digest": f"sha-256=:{digest}:"}) == "wrong_secret"
    assert Webhook(SECRET).verify(BODY, {**headers(), "Content-Digest": f"sha-256=:{digest}:"}, NOW)


def test_headers_for_a_receivers_own_tests_are_as_the_reference_reads_them() -> None:
    given = Webhook(SECRET).signed_headers(BODY)
    assert Reference(SECRET).verify(BODY, given) == Webhook(SECRET).verify(BODY, given)
    other = Webhook(SECRET).signed_headers(BODY, "msg_7", NOW)
    assert (other["webhook-id"], other["webhook-timestamp"]) == ("msg_7", str(NOW))
    with pytest.raises(WebhookVerificationError) as caught:
        Webhook(OTHER).verify(BODY, given)
    assert caught.value.cause == "wrong_secret"


def test_within_the_tolerance_both_ways() -> None:
    for now in (NOW + 300, NOW - 300):
        assert Webhook(SECRET).verify(BODY, headers(), now)


@pytest.mark.parametrize("secret", ["whsec_not base64!", "whsec_", "", "whsec_A", b"", []])
def test_a_bad_secret_is_told_at_once_and_not_shown(secret: Any) -> None:
    with pytest.raises(WebhookVerificationError) as caught:
        Webhook(secret)
    assert caught.value.cause == "invalid_secret"
    assert "not base64!" not in str(caught.value)
