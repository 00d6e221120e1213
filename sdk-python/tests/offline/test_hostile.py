"""What attackers send (SECURITY.md H1-H15, H30-H37): each is refused, with the right word, and asks only the issuer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import Verifiers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from issuer import AUDIENCE, Issuer, Key, b64, compact, new_key_id

Make = Callable[[Key, Issuer], Any]


def header(**change: Any) -> Make:
    return lambda key, _: compact({**key.header, **change}, key.claims, key.private)


def no_header(name: str) -> Make:
    return lambda key, _: compact({n: v for n, v in key.header.items() if n != name}, key.claims, key.private)


def claims(**change: Any) -> Make:
    return lambda key, _: compact(key.header, {**key.claims, **change}, key.private)


def no_claim(name: str) -> Make:
    return lambda key, _: compact(key.header, {n: v for n, v in key.claims.items() if n != name}, key.private)


def head_text(old: str, new: str) -> Make:
    return lambda key, _: compact(json.dumps(key.header).replace(old, new, 1), key.claims, key.private)


def body_text(edit: Callable[[str], Any]) -> Make:
    return lambda key, _: compact(key.header, edit(json.dumps(key.claims)), key.private)


def cut(edit: Callable[[str, str, str], str]) -> Make:
    return lambda key, _: edit(*key.token.split("."))


def hmac_with(secret: Callable[[Key], bytes]) -> Make:
    def make(key: Key, _: Issuer) -> str:
        signed = f"{b64({**key.header, 'alg': 'HS256'})}.{b64(key.claims)}"
        return f"{signed}.{b64(hmac.new(secret(key), signed.encode(), hashlib.sha256).digest())}"

    return make


def public(encoding: Encoding) -> Callable[[Key], bytes]:
    return lambda key: key.private.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


def timed(name: str, value: str) -> Make:
    def make(key: Key, _: Issuer) -> str:
        rest = {n: v for n, v in key.claims.items() if n != name}
        return compact(key.header, json.dumps(rest).replace("{", f'{{"{name}":{value},', 1), key.private)

    return make


def next_spelling(signature: str) -> str:
    """The last letter of 86 carries four bits that must be zero."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + letters[letters.index(signature[-1]) + 1]


def another_signature(key: Key, issuer: Issuer) -> str:
    return compact(key.header, key.claims, issuer.make().private)


def changed(head: str, body: str, signature: str) -> str:
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    return f"{head}.{b64({**said, 'sub': 'usr_other'})}.{signature}"


def of_a_victim(key: Key, issuer: Issuer) -> str:
    victim = issuer.make()
    return compact({**key.header, "kid": victim.id}, {**key.claims, "iss": victim.iss}, key.private)


def with_attackers_key(key: Key, issuer: Issuer) -> str:
    attacker = issuer.make()
    pointers = {"jku": "http://127.0.0.1:1/x", "x5u": "http://127.0.0.1:1/y", "jwk": attacker.jwk}
    return compact({**key.header, **pointers}, key.claims, attacker.private)


ALGORITHMS: list[Any] = ["none", "None", "nOnE", "", [], {}, "ES384", "PS256", None]
H1_H2 = [
    *[(f"alg {alg}", header(alg=alg), "wrong_algorithm") for alg in ALGORITHMS],
    ("unsigned", lambda key, _: f"{b64({**key.header, 'alg': 'none'})}.{b64(key.claims)}.", "wrong_algorithm"),
    ("HS256, PEM", hmac_with(public(Encoding.PEM)), "wrong_algorithm"),
    ("HS256, DER", hmac_with(public(Encoding.DER)), "wrong_algorithm"),
    ("HS256, JWK", hmac_with(lambda key: json.dumps(key.jwk).encode()), "wrong_algorithm"),
    ("RS256 for an ES256 key", header(alg="RS256"), "wrong_algorithm"),
]
H3_H8 = [
    ("no kid", no_header("kid"), "malformed"),
    *[(f"kid {kid[:16]}", header(kid=kid), "unknown_key") for kid in (new_key_id(), "../../dev/null", "' OR 1=1--", "k" * 4000, "a\0b")],
    ("kid of 64 KiB", header(kid="k" * 65_536), "malformed"),
    ("kid a number", header(kid=1), "malformed"),
    ("jku, x5u, jwk", with_attackers_key, "bad_signature"),
    ("crit", header(crit=["exp"]), "malformed"),
    ("b64", header(b64=False), "malformed"),
    ("alg twice", head_text("{", '{"alg":"none",'), "malformed"),
    ("alg twice, written otherwise", head_text("{", '{"\\u0061lg":"none",'), "malformed"),
    ("exp twice", body_text(lambda text: text.replace("{", '{"exp":1,', 1)), "malformed"),
    ("twice, deep inside", body_text(lambda text: text.replace("{", '{"x":[{"a":1,"a":2}],', 1)), "malformed"),
]
H9_H10 = [
    ("no signature", cut(lambda head, body, _: f"{head}.{body}"), "malformed"),
    ("an empty one", cut(lambda head, body, _: f"{head}.{body}."), "malformed"),
    ("a cut one", cut(lambda head, body, signature: f"{head}.{body}.{signature[:40]}"), "bad_signature"),
    ("another way to write it", cut(lambda h, b, s: f"{h}.{b}.{next_spelling(s)}"), "malformed"),
    ("padding", cut(lambda head, body, signature: f"{head}.{body}.{signature}=="), "malformed"),
    ("plain base64", cut(lambda head, body, _: f"{head}.{body}.ab+/"), "malformed"),
    ("letters beyond ASCII", cut(lambda head, body, _: f"{head}.{body}.äöü"), "malformed"),
    ("space", lambda key, _: f" {key.token}", "malformed"),
    ("a line end", lambda key, _: f"{key.token}\n", "malformed"),
    ("five parts", cut(lambda h, b, s: f"{h}.{b}.{s}.{b}.{s}"), "malformed"),
    ("JSON", lambda key, _: json.dumps({"protected": key.header}), "malformed"),
    ("nothing", lambda key, _: "", "malformed"),
    ("no text", lambda key, _: None, "malformed"),
    ("bytes", lambda key, _: key.token.encode(), "malformed"),
    ("zeros", cut(lambda head, body, _: f"{head}.{body}.{b64(bytes(64))}"), "bad_signature"),
    ("ones", cut(lambda head, body, _: f"{head}.{body}.{b64(bytes([255] * 64))}"), "bad_signature"),
    ("DER", cut(lambda head, body, _: f"{head}.{body}.{b64(bytes([48] * 70))}"), "bad_signature"),
    ("a changed claim", cut(changed), "bad_signature"),
    ("another key's signature", another_signature, "bad_signature"),
]
TIMES = ['"1"', "1.5", "-1", "1e300", "null", "[]", "{}", "true", "NaN", "Infinity"]
AUDIENCES: list[Any] = [1, None, {}, [], [AUDIENCE, 1], "https://SHOP.example", f"{AUDIENCE}/", AUDIENCE[:-1], ["https://o.example"]]
H11_H12 = [
    *[(f"{name} {value}", timed(name, value), "malformed") for name in ("exp", "nbf", "iat") for value in TIMES],
    ("no exp", no_claim("exp"), "malformed"),
    *[(f"aud {audience}", claims(aud=audience), "wrong_audience") for audience in AUDIENCES],
    ("no aud", no_claim("aud"), "wrong_audience"),
    ("sub a number", claims(sub=1), "malformed"),
    ("no sub", no_claim("sub"), "malformed"),
    ("scope a list", claims(scope=["admin"]), "malformed"),
]
TYPES: list[Any] = ["at+jwt", "JWT", "APIKEY+JWT", None, "application/apikey+jwt", ["apikey+jwt"]]
H13_H15 = [
    *[(f"typ {typ}", header(typ=typ), "wrong_type") for typ in TYPES],
    ("no typ", no_header("typ"), "wrong_type"),
    ("a refresh token", lambda key, _: "gpr_" + "a" * 43, "malformed"),
    ("an API key", lambda key, _: "gp_live_" + "a" * 38, "malformed"),
    ("8 KiB and one", claims(x="x" * 8192), "malformed"),
    ("1 MiB", lambda key, _: "a" * (1 << 20), "malformed"),
    ("many arrays", body_text(lambda _: '{"a":' + "[" * 2500 + "]" * 2500 + "}"), "malformed"),
    ("some arrays", body_text(lambda text: text.replace("{", '{"a":' + "[" * 40 + "]" * 40 + ",", 1)), "malformed"),
    ("no object", body_text(lambda _: "[]"), "malformed"),
    ("no UTF-8", body_text(lambda _: b'{"\xff":1}'), "malformed"),
]


def from_issuer(make: Callable[[str, str], Any]) -> Make:
    return lambda key, issuer: compact(key.header, {**key.claims, "iss": make(issuer.base, key.id)}, key.private)


ISSUERS: list[tuple[str, Callable[[str, str], Any]]] = [
    ("H30 userinfo", lambda base, id: f"{base}@evil.example/jwks/{id}"),
    ("H31 a longer host", lambda base, id: f"{base}.evil.example/jwks/{id}"),
    ("H32 no slash", lambda base, id: f"{base}jwks/{id}"),
    ("H32 two slashes", lambda base, id: f"{base}//jwks/{id}"),
    ("H32 dots", lambda base, id: f"{base}/x/../jwks/{id}"),
    ("H32 encoded dots", lambda base, id: f"{base}/%2e%2e/jwks/{id}"),
    ("H32 a semicolon", lambda base, id: f"{base}/jwks;/{id}"),
    ("H32 a backslash", lambda base, id: f"{base}\\jwks\\{id}"),
    ("H32 behind the id", lambda base, id: f"{base}/jwks/{id}/"),
    ("H33 upper case", lambda base, id: f"{base}/jwks/{id.upper()}"),
    ("H33 braces", lambda base, id: f"{base}/jwks/{{{id}}}"),
    ("H33 other digits", lambda base, id: f"{base}/jwks/{id[:-1]}\u0661"),
    ("H33 letters that are not used", lambda base, id: f"{base}/jwks/{id[:-1]}u"),
    ("H33 more than 128 bits", lambda base, id: f"{base}/jwks/key_8{id[5:]}"),
    ("H34 a line end", lambda base, id: f"{base}/jwks/{id}\n"),
    ("H35 https for http", lambda base, id: f"{base.replace('http:', 'https:')}/jwks/{id}"),
    ("H35 another port", lambda base, id: f"{base}0/jwks/{id}"),
    ("H35 upper case", lambda base, id: f"{base.replace('http', 'HTTP')}/jwks/{id}"),
    ("nothing", lambda base, id: None),
    ("a list", lambda base, id: [f"{base}/jwks/{id}"]),
]
H30_H37 = [
    *[(what, from_issuer(make), "untrusted_issuer") for what, make in ISSUERS],
    ("H36 kid of another", lambda key, issuer: header(kid=issuer.make().id)(key, issuer), "unknown_key"),
    ("H37 key of another tenant", of_a_victim, "bad_signature"),
]


@pytest.mark.parametrize("rows", [H1_H2, H3_H8, H9_H10, H11_H12, H13_H15, H30_H37], ids="H1 H3 H9 H11 H13 H30".split())
def test_what_attackers_send_is_refused(issuer: Issuer, verifiers: Verifiers, rows: list[tuple[str, Make, str]]) -> None:
    for what, make, code in rows:
        key = issuer.make()
        assert verifiers.of(issuer.base).code(make(key, issuer)) == code, what
        if code in ("malformed", "untrusted_issuer", "wrong_type", "wrong_audience"):
            assert issuer.fetches == [], what
        issuer.fetches.clear()


def test_nothing_of_an_issuer_that_is_not_listed_is_fetched(issuer: Issuer, elsewhere: Issuer, verifiers: Verifiers) -> None:
    verifier = verifiers.of(issuer.base)
    assert [verifier.code(elsewhere.make().token) for _ in range(5)] == ["untrusted_issuer"] * 5
    assert issuer.fetches == [] and elsewhere.fetches == []


def test_a_default_port_that_is_written_out_is_another_issuer(issuer: Issuer, verifiers: Verifiers) -> None:
    key = issuer.make()
    token = compact(key.header, {**key.claims, "iss": f"https://api.example:443/jwks/{key.id}"}, key.private)
    assert verifiers.of("https://api.example").code(token) == "untrusted_issuer"  # H35


def test_an_error_holds_nothing_of_the_key(issuer: Issuer) -> None:
    from gatepost.lib.verifier import SignedKeyError, SignedKeyVerifier

    key = issuer.make()
    with pytest.raises(SignedKeyError) as caught:
        SignedKeyVerifier(issuer=issuer.base, audience="other").verify(key.token)
    assert key.id not in repr(caught.value) and key.token[:20] not in repr(caught.value)
