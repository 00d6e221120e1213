"""An issuer of signed keys that is none of ours: PyJWT signs, a small server publishes and counts."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Union

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PrivateKey = Union[ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey]
AUDIENCE = "https://shop.example"
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


def new_key_id() -> str:
    return "key_" + secrets.choice("01234567") + "".join(secrets.choice(LETTERS) for _ in range(25))


def b64(data: Union[bytes, str, Mapping[str, Any]]) -> str:
    text = data if isinstance(data, (bytes, str)) else json.dumps(data)
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


ALGORITHMS: dict[str, Any] = jwt.algorithms.get_default_algorithms()


def compact(header: Any, claims: Any, key: Any, algorithm: str = "ES256") -> str:
    """A JWT of exactly these texts, signed: what PyJWT itself would refuse to write."""
    signed = f"{b64(header)}.{b64(claims)}"
    return f"{signed}.{b64(ALGORITHMS[algorithm].sign(signed.encode(), key))}"


@dataclass
class Key:
    id: str
    iss: str
    path: str
    private: PrivateKey
    header: dict[str, Any]
    claims: dict[str, Any]
    algorithm: str

    @property
    def token(self) -> str:
        return jwt.encode(self.claims, self.private, algorithm=self.algorithm, headers=self.header)

    @property
    def jwk(self) -> dict[str, Any]:
        text: str = ALGORITHMS[self.algorithm].to_jwk(self.private.public_key())
        return {"kid": self.id, "use": "sig", "alg": self.algorithm, **json.loads(text), "key_ops": ["verify"]}


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Issuer:
    def __init__(self) -> None:
        self.sets: dict[str, dict[str, Any]] = {}
        self.fetches: list[tuple[str, str | None]] = []
        self.answer: Callable[[str], Answer] | None = None
        self.gate: threading.Event | None = None
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                issuer.fetches.append((self.path, self.headers.get("if-none-match")))
                if issuer.gate is not None:
                    issuer.gate.wait(10)
                found = (issuer.answer or issuer.publish)(self.path)
                if found.headers.get("etag") == self.headers.get("if-none-match", ""):
                    found = Answer(304, found.headers)
                self.send_response(found.status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(found.body)))
                self.end_headers()
                self.wfile.write(found.body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=lambda: self.server.serve_forever(0.01), daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def publish(self, path: str) -> Answer:
        found = self.sets.get(path)
        if found is None:
            return Answer(404, {"cache-control": "max-age=30"}, b"{}")
        headers = {"content-type": "application/jwk-set+json", "cache-control": "public, max-age=300"}
        return Answer(200, {**headers, "etag": f'"{path[-40:-22]}"'}, json.dumps(found).encode())

    def make(
        self, algorithm: str = "ES256", bits: int = 2048, jwk: Mapping[str, Any] | None = None, **claims: Any
    ) -> Key:
        """A key of its own, as Gatepost makes them."""
        private: PrivateKey = ec.generate_private_key(ec.SECP256R1())
        if algorithm == "RS256":
            private = rsa.generate_private_key(65537, bits)
        id, now = new_key_id(), int(time.time())
        iss, path = f"{self.base}/jwks/{id}", f"/jwks/{id}/.well-known/jwks.json"
        header = {"alg": algorithm, "typ": "apikey+jwt", "kid": id}
        said = {"iss": iss, "sub": "usr_01k9", "aud": AUDIENCE, "iat": now, "exp": now + 3600, "jti": "one"}
        key = Key(id, iss, path, private, header, {**said, "scope": "read:items write:items", **claims}, algorithm)
        self.sets[path] = {"keys": [{**key.jwk, **(jwk or {})}]}
        return key

    def revoke(self, key: Key) -> Key:
        del self.sets[key.path]
        return key
