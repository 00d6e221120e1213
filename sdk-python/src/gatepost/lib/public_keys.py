"""Public keys out of a JWK set, and checking signatures with them. All that needs the package `cryptography`."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
except ImportError as error:  # the SDK itself does without
    raise ImportError("gatepost.lib.verifier needs the package cryptography: pip install 'gatepost[verify]'") from error

PRIVATE = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))
"""Who publishes one of these has given the key away."""


@dataclass(frozen=True)
class PublicKey:
    """A key that checks signatures of one algorithm."""

    algorithm: str
    key: Union[ec.EllipticCurvePublicKey, rsa.RSAPublicKey]

    def has_signed(self, signed: bytes, signature: bytes) -> bool:
        """Whether the signature fits."""
        try:
            if isinstance(self.key, rsa.RSAPublicKey):
                self.key.verify(signature, signed, padding.PKCS1v15(), SHA256())
                return True
            if len(signature) != 64:
                return False
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            self.key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
            return True
        except InvalidSignature:
            return False


@dataclass(frozen=True)
class Found:
    """What a set says of one key: whether it is in there at all, and the key if it is usable."""

    listed: bool
    key: PublicKey | None


def find_key(body: bytes, key_id: str) -> Found:
    """The key of that id. Raises `ValueError` where the body is no JWK set."""
    document = json.loads(body)
    keys = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(keys, list):
        raise ValueError("the answer is no key set")
    found = [one for one in keys if isinstance(one, Mapping) and one.get("kid") == key_id]
    return Found(bool(found), _public_key(found[0]) if len(found) == 1 else None)


def _public_key(jwk: Mapping[str, Any]) -> PublicKey | None:
    """`None` where it is not one for checking signatures with the algorithm that it names."""
    operations = jwk.get("key_ops", ["verify"])
    if PRIVATE & jwk.keys() or jwk.get("use", "sig") != "sig":
        return None
    if not isinstance(operations, list) or "verify" not in operations:
        return None
    kind = (jwk.get("alg"), jwk.get("kty"))
    try:
        if kind == ("ES256", "EC") and jwk.get("crv") == "P-256":
            return PublicKey("ES256", ec.EllipticCurvePublicNumbers(_coordinate(jwk["x"]), _coordinate(jwk["y"]), ec.SECP256R1()).public_key())
        if kind == ("RS256", "RSA"):
            key = rsa.RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"])).public_key()
            return PublicKey("RS256", key) if 2048 <= key.key_size <= 8192 else None
    except (KeyError, TypeError, ValueError):
        pass  # a point that is not on the curve, a modulus that is no number
    return None


def _coordinate(text: str) -> int:
    if len(text) != 43:
        raise ValueError("a coordinate of P-256 has 32 bytes")
    return _number(text)


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
