//! `SignedKeyVerifier` and `KeyGuard` against keys that `jsonwebtoken` signed and a server that counts who asks.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails with what was expected")]
#![expect(clippy::indexing_slicing, reason = "a test that looks where nothing is has failed")]

mod guard;
mod hostile;
mod issuer;
mod verifier;
