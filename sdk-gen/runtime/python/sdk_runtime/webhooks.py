"""Webhooks: check that a delivery is genuine (Standard Webhooks 1.0.0).

Give it the body's bytes as they came: parsed and written again they are other bytes, and the signature does not hold.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"

Cause = Literal[
    "body_not_raw",
    "header_missing",
    "timestamp_malformed",
    "timestamp_too_old",
    "timestamp_too_new",
    "signature_malformed",
    "signature_mismatch",
    "body_not_json",
]


class WebhookVerificationError(Exception):
    """The delivery is not to be trusted; `cause` says why."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message)
        self.cause = cause


class Webhook:
    """Verifies deliveries to one endpoint."""

    def __init__(self, secret: str | bytes | Sequence[str | bytes], tolerance: int = TOLERANCE_SECONDS) -> None:
        """`secret` is `whsec_…` as shown when the endpoint was made; several while they rotate."""
        secrets = [secret] if isinstance(secret, (str, bytes)) else list(secret)
        self._secrets = [_secret_bytes(one) for one in secrets]
        self._tolerance = tolerance
        if not self._secrets:
            raise ValueError("a webhook secret is needed")

    def verify(self, body: bytes | str, headers: Mapping[str, str], now: float | None = None) -> Any:
        """The payload, parsed, once its signature and its time hold; raises `WebhookVerificationError`."""
        raw = _raw(body)
        found = {name.lower(): value for name, value in headers.items()}
        message_id = _header(found, "webhook-id")
        timestamp = _header(found, "webhook-timestamp")
        signatures = _header(found, "webhook-signature")
        self._check_time(timestamp, time.time() if now is None else now)
        self._check_signature(f"{message_id}.{timestamp}.".encode() + raw, signatures)
        try:
            return json.loads(raw)
        except ValueError as error:
            raise WebhookVerificationError("body_not_json", "the signature holds, but the body is no JSON") from error

    def sign(self, message_id: str, timestamp: int, body: bytes | str) -> str:
        """The `webhook-signature` of a delivery: for tests of a receiver."""
        content = f"{message_id}.{timestamp}.".encode() + _raw(body)
        return " ".join("v1," + _signature(secret, content) for secret in self._secrets)

    def _check_time(self, timestamp: str, now: float) -> None:
        if not (timestamp.isascii() and timestamp.isdigit()):
            raise WebhookVerificationError("timestamp_malformed", "webhook-timestamp is not a number of seconds")
        age = now - int(timestamp)
        if age > self._tolerance:
            raise WebhookVerificationError(
                "timestamp_too_old",
                f"signed {age:.0f} s ago, over {self._tolerance} s: a replay, or a clock that is wrong",
            )
        if age < -self._tolerance:
            raise WebhookVerificationError(
                "timestamp_too_new", f"signed {-age:.0f} s in the future: this machine's clock may be wrong"
            )

    def _check_signature(self, content: bytes, signatures: str) -> None:
        given = [entry.partition(",") for entry in signatures.split()]
        known = [signature for version, _, signature in given if version == "v1" and signature]
        if not known:
            raise WebhookVerificationError("signature_malformed", "webhook-signature holds no v1 signature")
        matches = False
        for secret in self._secrets:
            expected = _signature(secret, content).encode("ascii")
            for signature in known:
                # All are compared, so that the time tells nothing.
                matches |= hmac.compare_digest(expected, signature.encode("utf-8"))
        if not matches:
            raise WebhookVerificationError(
                "signature_mismatch",
                "no signature matches: another secret, or a body that is not byte for byte as sent",
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
        raise WebhookVerificationError("header_missing", f"the header {name} is missing")
    return value


def _secret_bytes(secret: str | bytes) -> bytes:
    if isinstance(secret, bytes):
        return secret
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook secret is whsec_ and base64") from error


def _signature(secret: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode("ascii")
