"""Webhooks: check that a delivery is genuine (Standard Webhooks 1.0.0).

Give it the body's bytes as they came: parsed and written again they are other bytes, and the signature does not hold.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"

Cause = Literal[
    "missing_header",
    "invalid_timestamp",
    "too_old",
    "too_new",
    "no_signature",
    "wrong_secret",
    "body_changed",
    "mismatch",
    "invalid_secret",
    "body_not_raw",
    "invalid_body",
]
"""Why a delivery is refused. `mismatch` is one of `wrong_secret` and `body_changed`, where the sender gives no
`Content-Digest` to tell them apart."""


class WebhookVerificationError(ValueError):
    """The delivery is not to be trusted; `cause` says why."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause: Cause = cause


class Webhook:
    """Verifies deliveries to one endpoint."""

    def __init__(self, secret: str | bytes | Sequence[str | bytes], tolerance: int = TOLERANCE_SECONDS) -> None:
        """`secret` is `whsec_…` as shown when the endpoint was made; several while they rotate."""
        secrets = [secret] if isinstance(secret, (str, bytes)) else list(secret)
        self._secrets = [_secret_bytes(one) for one in secrets]
        self._tolerance = tolerance
        if not self._secrets:
            raise WebhookVerificationError("invalid_secret", "a webhook secret is needed")

    def verify(self, body: bytes | str, headers: Mapping[str, str], now: float | None = None) -> Any:
        """The payload, parsed, once its signature and its time hold; raises `WebhookVerificationError`."""
        raw = _raw(body)
        found = {name.lower(): value for name, value in headers.items()}
        message_id = _header(found, "webhook-id")
        timestamp = _header(found, "webhook-timestamp")
        signatures = _header(found, "webhook-signature")
        self._check_time(timestamp, time.time() if now is None else now)
        if not self._matches(f"{message_id}.{timestamp}.".encode() + raw, signatures):
            raise _mismatch(found.get("content-digest", ""), raw)
        try:
            return json.loads(raw)
        except ValueError as error:
            raise WebhookVerificationError("invalid_body", "the signature holds, but the body is no JSON") from error

    def sign(self, message_id: str, timestamp: int, body: bytes | str) -> str:
        """The `webhook-signature` of a delivery."""
        content = f"{message_id}.{timestamp}.".encode() + _raw(body)
        return " ".join("v1," + _signature(secret, content) for secret in self._secrets)

    def signed_headers(
        self, body: bytes | str, message_id: str = "msg_test", timestamp: int | None = None
    ) -> dict[str, str]:
        """The headers of a delivery, as its sender makes them: for tests of a receiver."""
        moment = int(time.time()) if timestamp is None else timestamp
        return {
            "webhook-id": message_id,
            "webhook-timestamp": str(moment),
            "webhook-signature": self.sign(message_id, moment, body),
            "content-digest": f"sha-256=:{_digest(_raw(body))}:",
        }

    def _check_time(self, timestamp: str, now: float) -> None:
        if not re.fullmatch(r"[0-9]{1,15}", timestamp):
            raise WebhookVerificationError("invalid_timestamp", "webhook-timestamp is not a number of seconds")
        age = now - int(timestamp)
        if age > self._tolerance:
            raise WebhookVerificationError(
                "too_old",
                f"signed {age:.0f} s ago, over {self._tolerance} s: a replay, or a clock that is wrong",
            )
        if age < -self._tolerance:
            raise WebhookVerificationError(
                "too_new", f"signed {-age:.0f} s in the future: this machine's clock may be wrong"
            )

    def _matches(self, content: bytes, signatures: str) -> bool:
        given = [entry.partition(",") for entry in signatures.split()]
        known = [signature for version, _, signature in given if version == "v1" and signature]
        if not known:
            raise WebhookVerificationError("no_signature", "webhook-signature holds no v1 signature")
        matches = False
        for secret in self._secrets:
            expected = _signature(secret, content).encode("ascii")
            for signature in known:
                # All are compared, so that the time tells nothing.
                matches |= hmac.compare_digest(expected, signature.encode("utf-8"))
        return matches


def _mismatch(digest: str, raw: bytes) -> WebhookVerificationError:
    """Which of the two it is: the digest is not signed, so it tells the cause and never that a delivery is genuine."""
    given = re.search(r"(?:^|[\s,])sha-256=:([A-Za-z0-9+/=]+):", digest)
    if given is None:
        return WebhookVerificationError(
            "mismatch", "no signature matches: another secret, or a body that is not byte for byte as sent"
        )
    if given[1] == _digest(raw):
        return WebhookVerificationError(
            "wrong_secret",
            "the body is as it was sent, but no signature matches: the secret is another endpoint's, or no longer used",
        )
    return WebhookVerificationError(
        "body_changed",
        "the body is not byte for byte as it was sent: give the raw bytes, as they come before any parsing",
    )


def _raw(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, (bytes, bytearray, memoryview)):
        return bytes(body)
    raise WebhookVerificationError(
        "body_not_raw",
        f"the body must be the bytes as they came, not {type(body).__name__}: parsed, it can't be checked",
    )


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if not value:
        raise WebhookVerificationError("missing_header", f"the header {name} is missing")
    return value


def _secret_bytes(secret: str | bytes) -> bytes:
    if isinstance(secret, bytes):
        key = secret
    else:
        key = _decoded(secret)
    if not key:
        raise WebhookVerificationError("invalid_secret", "the webhook secret is empty")
    return key


def _decoded(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise WebhookVerificationError("invalid_secret", "a webhook secret is whsec_ and base64") from error


def _signature(secret: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode("ascii")


def _digest(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
