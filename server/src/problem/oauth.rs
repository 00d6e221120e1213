//! A problem as the OAuth standards write it: `{error, error_description}` (RFC 6749, 5.2), for the operations that they fix.

use poem::http::StatusCode;
use serde::Serialize;

use super::{Problem, kind};
use crate::auth::{ClientTokenError, RevokeError};
use crate::domain::oauth::OauthError;

/// The most bytes that a description has (the contract's bound).
const LONGEST: usize = 2000;

#[derive(Serialize)]
struct Body {
    error: &'static str,
    error_description: String,
}

impl Problem {
    /// Status and JSON body. 401 is what is wrong with the client's own credential; what cannot be served just now keeps
    /// its status, since `Retry-After` goes with it; nearly everything else is 400.
    #[must_use]
    pub fn oauth(&self) -> (StatusCode, Vec<u8>) {
        let (status, error) = match (self.kind.code, self.kind.status) {
            ("INVALID_GRANT" | "INVALID_REFRESH_TOKEN" | "REFRESH_TOKEN_REUSED", _) => (400, "invalid_grant"),
            ("INVALID_SCOPE", _) => (400, "invalid_scope"),
            ("UNSUPPORTED_GRANT_TYPE", _) => (400, "unsupported_grant_type"),
            ("UNSUPPORTED_TOKEN_TYPE", _) => (400, "unsupported_token_type"),
            ("UNAUTHORIZED_CLIENT", _) | (_, 403) => (400, "unauthorized_client"),
            (_, 401) => (401, "invalid_client"),
            (_, status @ (408 | 413)) => (status, "invalid_request"),
            (_, status @ (429 | 503)) => (status, "temporarily_unavailable"),
            (_, 500..) => (500, "server_error"),
            _ => (400, "invalid_request"),
        };
        let body = Body { error, error_description: self.described() };
        // Strings alone: this cannot fail.
        (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), serde_json::to_vec(&body).unwrap_or_default())
    }

    /// The first fault, or else the detail, in the characters that the standard allows (S12).
    fn described(&self) -> String {
        let text = match self.errors.first() {
            Some(fault) => format!("{} {}.", fault.pointer.trim_start_matches('/'), fault.message),
            None => self.detail.clone().into_owned(),
        };
        let allowed = |letter: char| match letter {
            ' ' | '!' | '#'..='[' | ']'..='~' => letter,
            '"' | '\\' => '\'',
            _ => '?',
        };
        text.chars().map(allowed).take(LONGEST).collect()
    }
}

impl From<OauthError> for Problem {
    fn from(error: OauthError) -> Self {
        let kind = match error {
            OauthError::Missing(_) => &kind::MALFORMED,
            OauthError::UnsupportedGrantType => &kind::UNSUPPORTED_GRANT_TYPE,
            OauthError::InvalidScope => &kind::INVALID_SCOPE,
            OauthError::PublishableKey => &kind::UNAUTHORIZED_CLIENT,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<ClientTokenError> for Problem {
    fn from(error: ClientTokenError) -> Self {
        match error {
            ClientTokenError::Refused(cause) => cause.into(),
            ClientTokenError::Key(cause) => cause.into(),
            ClientTokenError::NoRandomness(cause) => cause.into(),
            ClientTokenError::Unsigned(_) => Self::broken(error),
        }
    }
}

impl From<RevokeError> for Problem {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::ClientUnknown => Self::new(&kind::INVALID_CLIENT, error.to_string()),
            RevokeError::Key => Self::new(&kind::UNSUPPORTED_TOKEN_TYPE, error.to_string()),
            RevokeError::Store(cause) => cause.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Fault;
    use serde_json::{Value, json};

    fn written(problem: &Problem) -> (u16, Value) {
        let (status, body) = problem.oauth();
        (status.as_u16(), serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn s12_each_kind_has_the_standards_error_and_status() {
        for (kind, status, error) in [
            (&kind::MALFORMED, 400, "invalid_request"),
            (&kind::MALFORMED_CREDENTIALS, 400, "invalid_request"),
            (&kind::INVALID, 400, "invalid_request"),
            (&kind::UNSUPPORTED_MEDIA_TYPE, 400, "invalid_request"),
            (&kind::TOO_LARGE, 413, "invalid_request"),
            (&kind::INVALID_CLIENT, 401, "invalid_client"),
            (&kind::INVALID_KEY, 401, "invalid_client"),
            (&kind::REVOKED, 401, "invalid_client"),
            (&kind::INVALID_REFRESH_TOKEN, 400, "invalid_grant"),
            (&kind::REFRESH_TOKEN_REUSED, 400, "invalid_grant"),
            (&kind::INVALID_GRANT, 400, "invalid_grant"),
            (&kind::INVALID_SCOPE, 400, "invalid_scope"),
            (&kind::FORBIDDEN, 400, "unauthorized_client"),
            (&kind::UNAUTHORIZED_CLIENT, 400, "unauthorized_client"),
            (&kind::UNSUPPORTED_GRANT_TYPE, 400, "unsupported_grant_type"),
            (&kind::UNSUPPORTED_TOKEN_TYPE, 400, "unsupported_token_type"),
            (&kind::RATE_LIMITED, 429, "temporarily_unavailable"),
            (&kind::UNAVAILABLE, 503, "temporarily_unavailable"),
            (&kind::DEADLINE, 503, "temporarily_unavailable"),
            (&kind::INTERNAL, 500, "server_error"),
        ] {
            let (found, body) = written(&Problem::new(kind, "why"));
            assert_eq!(
                (found, &body),
                (status, &json!({ "error": error, "error_description": "why" })),
                "{}",
                kind.code
            );
        }
    }

    #[test]
    fn s12_a_description_has_the_characters_that_it_may_have() {
        let all: String = (0..0x300_u32).filter_map(char::from_u32).collect();
        let (_, body) = written(&Problem::malformed(all.repeat(3)));
        let text = body["error_description"].as_str().unwrap();
        assert!(text.bytes().all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text}");
        assert_eq!(text.len(), LONGEST);

        let (_, body) = written(&Problem::invalid(vec![Fault::body("/grant_type", "is required")]));
        assert_eq!(body["error_description"], "grant_type is required.");
    }
}
