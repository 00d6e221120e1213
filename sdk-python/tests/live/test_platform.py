"""The vault, keys for pages, keys that were found in public, and what is kept with a key."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

import gatepost
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from gatepost import Client
from pydantic import BaseModel, ValidationError
from typing_extensions import TypedDict  # pydantic wants this one before Python 3.12


class Plan(BaseModel):
    plan: str
    seats: int = 5


class Customer(TypedDict):
    customer: int


def test_metadata_is_read_back_as_what_it_was(root: Client) -> None:
    namespace = f"plans-{secrets.token_hex(4)}"
    key = root.keys.create(name="Typed", namespace=namespace, metadata=Plan(plan="pro"))
    assert key.metadata == {"plan": "pro", "seats": 5} and key.metadata_as(Plan).seats == 5
    assert root.keys.verify(key=key.secret, cost=0).metadata_as(Plan).plan == "pro"
    assert [one.metadata_as(Plan).plan for one in root.keys.list(namespace=namespace)] == ["pro"]
    with pytest.raises(ValidationError):
        root.keys.get(key.id).metadata_as(Customer)
    customer: Customer = {"customer": 42}
    assert root.keys.update(key.id, metadata=customer).metadata_as(Customer)["customer"] == 42
    cleared = root.keys.update(key.id, metadata=None)
    assert cleared.metadata is None
    with pytest.raises(ValidationError):
        cleared.metadata_as(Plan)
    root.keys.revoke_key(key.id)


def test_a_secret_is_kept_listed_without_its_value_read_and_deleted(root: Client) -> None:
    namespace = f"vault-{secrets.token_hex(4)}"
    first = root.vault.put_secret(namespace, "stripe", value="sk_live_1", description="The shop")
    second = root.vault.put_secret(namespace, "stripe", value="sk_live_ü2")
    assert (first.created, first.version, second.created, second.version) == (True, 1, False, 2)
    root.vault.put_secret(namespace, "mail", value="x")
    listed = list(root.vault.list_secrets(namespace, limit=1))
    assert [one.name for one in listed] == ["mail", "stripe"] and "sk_live" not in repr(listed)
    assert root.vault.get_secret(namespace, "stripe").value == "sk_live_ü2"
    for one in listed:
        root.vault.delete_secret(namespace, one.name)
    with pytest.raises(gatepost.NotFoundError):
        root.vault.get_secret(namespace, "stripe")


def test_a_publishable_key_reads_what_is_public_from_its_own_pages_and_nothing_else(root: Client) -> None:
    origin = "https://shop.example"
    key = root.keys.create(name="Page", kind="publishable", allowed_origins=[origin])
    with Client(api_key=key.secret) as page:
        here = page.with_options(headers={"origin": origin})
        assert here.items.list(limit=1).data is not None and here.auth.create_nonce().nonce
        with pytest.raises(gatepost.PermissionDeniedError):
            here.keys.list().data
        with pytest.raises(gatepost.PermissionDeniedError) as caught:
            page.with_options(headers={"origin": "https://evil.example"}).items.list().data
    assert caught.value.code == "ORIGIN_DENIED"
    root.keys.revoke_key(key.id)


def signature(report: list[dict[str, str]]) -> str:
    """A secret scanner's: the server trusts `scanner`. JSON is sent without spaces, and not escaped."""
    body = json.dumps(report, ensure_ascii=False, separators=(",", ":")).encode()
    key = load_pem_private_key(Path(os.environ["GATEPOST_SCANNER"]).read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return base64.b64encode(key.sign(body, ec.ECDSA(SHA256()))).decode()


def test_a_report_of_a_leaked_key_signed_over_what_is_sent_revokes_it(root: Client, nobody: Client) -> None:
    key = root.keys.create(name="Leaked", scopes=["read:items"])
    report = [
        {"token": key.secret, "type": "gatepost_api_key", "url": "https://example.com/ü"},
        {"token": "gp_live_nothing", "type": "gatepost_api_key"},
    ]
    with pytest.raises(gatepost.UnauthenticatedError):
        nobody.keys.report_leaked(body=report)
    labels = nobody.keys.report_leaked(
        body=report, github_public_key_identifier="scanner", github_public_key_signature=signature(report)
    )
    assert [one.label for one in labels] == ["true_positive", "false_positive"]
    assert root.keys.get(key.id).status == "revoked"
