//! What the transport must know of an operation; generated from the contract.

/// What the transport must know of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    /// operationId.
    pub id: &'static str,
    /// Takes an API key.
    pub api_key: bool,
    /// Takes an access token.
    pub bearer: bool,
    /// Takes a name and a password.
    pub basic: bool,
    /// The header that makes a repeated call safe.
    pub idempotency_header: Option<&'static str>,
    /// What it means for the kept tokens.
    pub tokens: TokenEffect,
}

/// What an operation means for the kept tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenEffect {
    /// Nothing.
    None,
    /// Its answer holds a token pair to keep.
    Issue,
    /// It takes a refresh token and answers a new pair.
    Refresh,
    /// The kept tokens are dead after it.
    Revoke,
}

impl Operation {
    /// An operation that anybody may call and that does nothing special.
    pub(crate) const fn named(id: &'static str) -> Self {
        Self { id, api_key: false, bearer: false, basic: false, idempotency_header: None, tokens: TokenEffect::None }
    }

    /// Whether doing it twice is the same as doing it once, although it is a POST: a renewal that is repeated within
    /// seconds answers what it answered first.
    pub(crate) const fn is_repeatable(&self) -> bool {
        matches!(self.tokens, TokenEffect::Refresh)
    }

    /// Whether a key sent along names the program that somebody signs in to: the tokens are bound to it.
    pub(crate) const fn names_client(&self) -> bool {
        matches!(self.tokens, TokenEffect::Issue | TokenEffect::Refresh)
    }
}
