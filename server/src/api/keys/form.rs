//! What a key is presented as: from a body, and as it is shown.

use crate::domain::keys::{Algorithm, Form, Key, KeyError, KeyKind};
use crate::generated::keys::CreateKey;
use crate::generated::types::SigningAlgorithm;

/// The form that is asked for.
pub fn of(body: &CreateKey) -> Result<Form, KeyError> {
    let claims = body.claims.clone().map(|claims| claims.into_iter().collect());
    let kind = body.kind.map_or(KeyKind::Secret, Into::into);
    Form::new(kind, body.audience.clone(), body.algorithm.map(Into::into), claims)
}

/// Who a signed key is for.
pub fn audience(key: &Key) -> Option<String> {
    key.signed.as_ref().map(|signed| signed.audience.clone())
}

/// How a signed key is signed.
pub fn algorithm(key: &Key) -> Option<SigningAlgorithm> {
    let signed = key.signed.as_ref()?;
    signed.algorithm.parse::<Algorithm>().ok().map(Into::into)
}
