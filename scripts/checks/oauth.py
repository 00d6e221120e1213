"""Drives our OAuth endpoints with Authlib, an independent client, from the metadata document alone: client credentials with
narrowing, refresh, introspection, revocation."""

import os
import time

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

base = os.environ["GATEPOST_BASE_URL"]
# The server under test is on loopback, without TLS.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

account = {"email": f"authlib-{time.time_ns()}@example.com", "password": "a walk along the quay at dawn"}
httpx.post(f"{base}/v1/auth/register", json=account).raise_for_status()
session = httpx.post(f"{base}/v1/auth/login", json=account).raise_for_status().json()
mine = {"authorization": f"Bearer {session['accessToken']}"}
key = httpx.post(f"{base}/v1/keys", json={"name": "Authlib", "scopes": ["read"]}, headers=mine).raise_for_status().json()

metadata = AuthorizationServerMetadata(httpx.get(f"{base}/.well-known/oauth-authorization-server").raise_for_status().json())
assert metadata["issuer"] == base, metadata
metadata.validate_grant_types_supported()
metadata.validate_token_endpoint_auth_methods_supported()


def refused(error, call):
    try:
        call()
    except OAuthError as refusal:
        assert refusal.error == error, refusal
    else:
        raise AssertionError(f"{error} was expected")


def client(method, scope=None):
    return OAuth2Client(key["id"], key["secret"], token_endpoint_auth_method=method, scope=scope)


def issue(method, scope=None):
    session = client(method, scope)
    session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
    return session


for method in ["client_secret_basic", "client_secret_post"]:
    assert method in metadata["token_endpoint_auth_methods_supported"]
    machine = issue(method)
    assert machine.token["scope"] == "read", machine.token
    assert machine.get(f"{base}/v1/keys").status_code == 200
    narrow = issue(method, "read:items")
    assert narrow.token["scope"] == "read:items", narrow.token
    assert narrow.get(f"{base}/v1/keys").status_code == 403
    refused("invalid_scope", lambda method=method: issue(method, "admin"))

    token = machine.token["access_token"]
    told = machine.introspect_token(metadata["introspection_endpoint"], token=token).json()
    assert (told["active"], told["sub"], told["client_id"]) == (True, session["userId"], key["id"]), told
    machine.revoke_token(metadata["revocation_endpoint"], token=token).raise_for_status()
    told = machine.introspect_token(metadata["introspection_endpoint"], token=token).json()
    assert told == {"active": False}, told
    assert machine.get(f"{base}/v1/keys").status_code == 401

with OAuth2Client("gatepost", token_endpoint_auth_method="none") as public:
    first = session["refreshToken"]
    second = public.refresh_token(metadata["token_endpoint"], refresh_token=first)
    assert second["refresh_token"] != first and second["token_type"] == "Bearer", second
    assert public.get(f"{base}/v1/auth/me").status_code == 200
    public.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"]).raise_for_status()
    refused("invalid_grant", lambda: public.refresh_token(metadata["token_endpoint"], refresh_token=second["refresh_token"]))
print("Authlib: client credentials, refresh, introspection and revocation work, and refusals are the standard's")
