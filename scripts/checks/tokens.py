"""Signs up, signs in, and verifies the access token with PyJWT, an independent library, from the published key set."""

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
