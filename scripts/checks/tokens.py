"""Verifies with PyJWT, an independent library: an access token from the published key set, and signed keys from theirs."""

import os
import time

import httpx
import jwt

base = os.environ["GATEPOST_BASE_URL"]
account = {"email": f"pyjwt-{time.time_ns()}@example.com", "password": "a walk along the quay at dawn"}
httpx.post(f"{base}/v1/auth/register", json=account).raise_for_status()
pair = httpx.post(f"{base}/v1/auth/login", json=account).raise_for_status().json()

token = pair["accessToken"]
key = jwt.PyJWKClient(f"{base}/.well-known/jwks.json").get_signing_key_from_jwt(token)
required = ["sub", "exp", "iat", "iss", "aud", "jti", "client_id", "sid", "scope"]
claims = jwt.decode(token, key, algorithms=["ES256"], issuer=base, audience=base, options={"require": required})
assert claims["sub"] == pair["userId"], claims
assert jwt.get_unverified_header(token)["typ"] == "at+jwt"

try:
    jwt.decode(token, key, algorithms=["ES256"], issuer=base, audience="https://elsewhere.example")
except jwt.InvalidAudienceError:
    pass
else:
    raise AssertionError("a token for us was taken for another audience")
print("PyJWT: the token verifies, for us alone")


class Counting(jwt.PyJWKClient):
    """A client of a key set that counts how often it fetches."""

    fetched = 0

    def fetch_data(self):
        self.fetched += 1
        return super().fetch_data()


def refused(error: type[Exception], key: object, **rules: object) -> None:
    try:
        jwt.decode(signed["secret"], key, **rules)
    except error:
        return
    raise AssertionError(f"a signed key was taken although it should have been {error.__name__}")


audience = "https://warehouse.example.com"
bearer = {"Authorization": f"Bearer {token}"}
for algorithm, other in [("ES256", "RS256"), ("RS256", "ES256")]:
    body = {"name": "PyJWT", "kind": "signed", "algorithm": algorithm, "audience": audience, "scopes": ["read:items"]}
    signed = httpx.post(f"{base}/v1/keys", json=body, headers=bearer).raise_for_status().json()
    issuer = f"{base}/jwks/{signed['id']}"
    keys = Counting(f"{issuer}/.well-known/jwks.json")
    rules = {"algorithms": [algorithm], "issuer": issuer, "audience": audience}
    for _ in range(3):
        key = keys.get_signing_key_from_jwt(signed["secret"])
        said = jwt.decode(signed["secret"], key, options={"require": ["sub", "exp", "iat", "jti", "scope"]}, **rules)
        assert (said["sub"], said["scope"]) == (pair["userId"], "read:items"), said
    assert keys.fetched == 1, f"three verifications made {keys.fetched} fetches"
    assert jwt.get_unverified_header(signed["secret"])["typ"] == "apikey+jwt"
    refused(jwt.InvalidAudienceError, key, **{**rules, "audience": base})
    refused(jwt.InvalidIssuerError, key, **{**rules, "issuer": base})
    refused(jwt.InvalidAlgorithmError, key, **{**rules, "algorithms": [other]})
    httpx.delete(f"{base}/v1/keys/{signed['id']}", headers=bearer).raise_for_status()
    assert httpx.get(f"{issuer}/.well-known/jwks.json").status_code == 404
print("PyJWT: signed keys of ES256 and RS256 verify, from one fetch each")
