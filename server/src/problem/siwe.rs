//! What can be wrong with a signed message, on the wire.

use super::{Problem, kind};
use crate::auth::SiweError;
use crate::domain::siwe::rules::Refusal;

impl From<SiweError> for Problem {
    fn from(error: SiweError) -> Self {
        match error {
            SiweError::NotAMessage(fault) => Self::invalid_body("/message", fault.to_string()),
            SiweError::Refused(refusal) => refusal.into(),
            SiweError::Disabled => Self::new(&kind::DISABLED, "The account is disabled."),
            SiweError::Broken(cause) => cause.into(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::Domain => &kind::SIWE_DOMAIN,
            Refusal::Uri => &kind::SIWE_URI,
            Refusal::Chain => &kind::SIWE_CHAIN,
            Refusal::IssuedAt | Refusal::Expired | Refusal::NotYet => &kind::SIWE_TIME,
            Refusal::Nonce => &kind::SIWE_NONCE,
            Refusal::Signature | Refusal::NoRpc => &kind::SIWE_SIGNATURE,
        };
        let mut detail = refusal.to_string();
        if let Some(first) = detail.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self::new(kind, format!("{detail}."))
    }
}
