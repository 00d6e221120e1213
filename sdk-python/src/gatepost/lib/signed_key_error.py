"""What can be wrong with a signed key."""

from __future__ import annotations

from typing import Literal

SignedKeyFault = Literal[
    "malformed",
    "wrong_type",
    "wrong_algorithm",
    "untrusted_issuer",
    "wrong_audience",
    "expired",
    "not_yet_valid",
    "unknown_key",
    "revoked",
    "bad_signature",
    "unavailable",
]
"""The causes.

- `malformed`: no signed key at all: too long, not three parts of base64url, a member missing, twice, or of another type
- `wrong_type`: `typ` is not `apikey+jwt`: another kind of token
- `wrong_algorithm`: neither ES256 nor RS256, or not the one that the key is published for
- `untrusted_issuer`: `iss` is not one of the allowed addresses followed by `/jwks/` and a key's id
- `wrong_audience`: made for somebody else
- `expired`, `not_yet_valid`
- `unknown_key`: the issuer publishes no such key
- `revoked`: the issuer published the key, and does so no longer
- `bad_signature`
- `unavailable`: it could not be checked, since the issuer did not answer; nobody is to be let in, and trying again may help
"""


class SignedKeyError(Exception):
    """A signed key was not accepted; `code` names the cause. `str(error)` is fit for a log: nothing of the key is in it."""

    def __init__(self, code: SignedKeyFault, message: str) -> None:
        super().__init__(message)
        self.code: SignedKeyFault = code
