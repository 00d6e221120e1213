"""Errors by status, with what the server said."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from conftest import CONTRACT, Answer, FakeServer, sync_client

from sdk_runtime import errors
from sdk_runtime.answers import parse
from sdk_runtime.operation import Arguments, Operation
from sdk_runtime.sync_client import SyncClient

GET: Operation[Any] = Operation("GET", "/things", lambda: Any)
PROBLEM = {
    "type": "/docs/errors/invalid",
    "title": "Invalid request",
    "status": 422,
    "detail": "1 fault in the request.",
    "code": "INVALID",
    "requestId": "req_1",
    "errors": [{"in": "query", "pointer": "/limit", "message": "is too large"}],
}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequestError),
        (401, errors.UnauthenticatedError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (413, errors.APIStatusError),
        (422, errors.UnprocessableError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (503, errors.ServerError),
    ],
)
def test_one_class_a_status(server: FakeServer, status: int, kind: type[errors.APIStatusError]) -> None:
    server.answers(Answer(status, PROBLEM, {"content-type": "application/problem+json", "x-extra": "1"}))
    with pytest.raises(errors.APIError) as caught:
        sync_client(server, max_retries=0)._send(GET, Arguments())
    error = caught.value
    assert type(error) is kind and isinstance(error, errors.APIStatusError)
    assert (error.status, error.code, error.title) == (status, "INVALID", "Invalid request")
    assert (error.detail, error.request_id) == ("1 fault in the request.", "req_1")
    assert error.errors == [errors.FieldError("/limit", "is too large", "query")]
    assert error.headers["x-extra"] == "1"
    assert str(error) == f"{status} INVALID: 1 fault in the request. (request req_1)\n  /limit: is too large"


def test_missing_scopes_are_named(server: FakeServer) -> None:
    server.answers(Answer(403, {"requiredScopes": ["write:items"], "grantedScopes": ["read:items"]}))
    with pytest.raises(errors.PermissionDeniedError) as caught:
        sync_client(server)._send(GET, Arguments())
    assert caught.value.required_scopes == ["write:items"] and caught.value.granted_scopes == ["read:items"]
    server.answers(Answer(403, {}, {"x-required-scopes": "a, b"}))
    with pytest.raises(errors.PermissionDeniedError) as caught:
        sync_client(server)._send(GET, Arguments())
    assert caught.value.required_scopes == ["a", "b"]


@pytest.mark.parametrize(
    ("raw", "code", "detail"),
    [
        (b"", None, None),
        (b"<html>Bad gateway</html>", None, None),
        (b"[1, 2]", None, None),
        (b'"text"', None, None),
        (b'{"error": {"code": "x", "message": "nested"}}', "x", "nested"),
        (b'{"error": "invalid_grant", "error_description": "gone"}', "invalid_grant", "gone"),
        (b'{"code": 7, "errors": "odd"}', "7", None),
    ],
)
def test_any_body_makes_an_error(server: FakeServer, raw: bytes, code: str | None, detail: str | None) -> None:
    server.answers(Answer(404, raw=raw, headers={"x-request-id": "r9"}))
    with pytest.raises(errors.NotFoundError) as caught:
        sync_client(server)._send(GET, Arguments())
    assert (caught.value.code, caught.value.detail, caught.value.request_id) == (code, detail, "r9")


def test_a_success_that_is_no_json_is_told(server: FakeServer) -> None:
    operation: Operation[Any] = Operation("GET", "/things", lambda: dict)
    server.answers(Answer(200, raw=b"<html>login</html>", headers={"content-type": "text/html"}))
    with pytest.raises(errors.APIResponseError, match="GET /things answered 200 with text/html"):
        parse(operation, sync_client(server)._send(operation, Arguments()))


def test_the_credential_stays_at_home_when_redirected_elsewhere(server: FakeServer) -> None:
    operation: Operation[Any] = Operation("GET", "/file", lambda: Any, security=(("apiKey",),))
    other = FakeServer()
    try:
        here = Answer(302, headers={"location": "/same?x=1"})
        server.answers(here, Answer(307, headers={"location": other.url + "/there"}))
        response = sync_client(server, api_key="secret", headers={"X-Own": "1"})._send(operation, Arguments())
        assert response.status_code == 200
        assert [seen.headers.get("x-api-key") for seen in server.seen] == ["secret", "secret"]
        assert "x-api-key" not in other.seen[0].headers and other.seen[0].headers["x-own"] == "1"
    finally:
        other.close()


def test_a_post_is_not_redirected_elsewhere(server: FakeServer) -> None:
    operation: Operation[Any] = Operation("POST", "/file", lambda: Any)
    server.answers(Answer(307, headers={"location": "http://127.0.0.1:9/there"}))
    with pytest.raises(errors.APIStatusError) as caught:
        sync_client(server)._send(operation, Arguments())
    assert caught.value.status == 307


def test_redirects_end(server: FakeServer) -> None:
    server.answers(Answer(302, headers={"location": "/again"}))
    with pytest.raises(errors.APIConnectionError, match="redirects"):
        sync_client(server)._send(GET, Arguments())


def test_what_every_request_says(server: FakeServer) -> None:
    client = sync_client(server, headers={"X-Team": "a"})
    client._send(GET, Arguments(), {"headers": {"X-Once": "b"}, "query": {"debug": True}})
    seen = server.seen[0]
    assert seen.headers["user-agent"].startswith("example-python/1.2.3 (Python 3.")
    assert (seen.headers["x-team"], seen.headers["x-once"], seen.path) == ("a", "b", "/things?debug=true")


def test_an_operation_that_is_not_known(server: FakeServer) -> None:
    server.answers(Answer(200, {"ok": True}))
    client = sync_client(server, api_key="k")
    assert client.request("post", "/new", query={"a": 1}, body={"b": 2}) == {"ok": True}
    assert (server.seen[0].method, server.seen[0].path, server.seen[0].json()) == ("POST", "/new?a=1", {"b": 2})
    assert server.seen[0].headers["x-api-key"] == "k"


def test_an_address_of_its_own_gives_way_to_a_base_url_that_was_given(server: FakeServer) -> None:
    operation: Operation[Any] = Operation("GET", "/upload", lambda: Any, server="https://upload.example.com")
    contract = dataclasses.replace(CONTRACT, base_url="https://api.example.com/v1")
    usual = SyncClient(contract, credentials={})
    assert usual._prepare(operation, Arguments(), None, False).url == "https://upload.example.com/upload"
    sent = SyncClient(contract, credentials={}, base_url=server.url)._send(operation, Arguments())
    assert str(sent.url) == server.url + "/upload"
