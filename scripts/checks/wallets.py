"""Signs in with a wallet: the message by siwe, the signature by eth-account, neither of them ours."""

import datetime
import os
import warnings

import httpx
from eth_account import Account
from eth_account.messages import encode_defunct

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its grammar library warns of names that it knows
    from siwe import SiweMessage

base = os.environ["GATEPOST_BASE_URL"]
headers = {"x-api-key": os.environ["GATEPOST_API_KEY"]}
wallet = Account.create()


def signed_in(**fields: object) -> httpx.Response:
    nonce = httpx.post(f"{base}/v1/auth/nonce", headers=headers).raise_for_status().json()["nonce"]
    now = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
    plain = {
        "domain": base.removeprefix("http://"),
        "address": wallet.address,
        "uri": f"{base}/login",
        "version": "1",
        "chain_id": 1,
        "nonce": nonce,
        "issued_at": now,
    }
    message = SiweMessage(**{**plain, **fields}).prepare_message()
    signature = wallet.sign_message(encode_defunct(text=message)).signature.to_0x_hex()
    return httpx.post(f"{base}/v1/auth/verify", headers=headers, json={"message": message, "signature": signature})


first = signed_in(statement="Sign in to the market.")
assert first.status_code == 200, first.text
again = signed_in(resources=["https://example.com/terms"])
assert again.status_code == 200, again.text
assert first.json()["userId"] == again.json()["userId"]
assert first.json()["address"] == wallet.address

for wrong in ({"domain": "evil.example"}, {"uri": "https://evil.example/"}, {"chain_id": 5}, {"nonce": "anotherNonce"}):
    refused = signed_in(**wrong)
    assert refused.status_code == 401, (wrong, refused.text)
print("eth-account and siwe: a wallet signs in, once and again; four wrong messages do not")
