//! The kinds of error: each a status, a code for programs and a title for people. Portal pages explain them by `slug`.

/// What the `WWW-Authenticate` header of an answer says (RFC 6750, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The answer carries none.
    None,
    /// The realm alone: nobody showed a credential, or it is no question of one.
    Realm,
    /// `error="invalid_token"`
    InvalidToken,
    /// `error="insufficient_scope"`, with the scopes that are needed.
    InsufficientScope,
    /// `error="invalid_request"`
    InvalidRequest,
}

/// One kind of error.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// The HTTP status.
    pub status: u16,
    /// For programs, in capitals.
    pub code: &'static str,
    /// Last part of the page that explains it: `/docs/errors/{slug}`.
    pub slug: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// What `WWW-Authenticate` says.
    pub challenge: Challenge,
}

macro_rules! kinds {
    ($($name:ident = $status:literal $code:literal $slug:literal $title:literal $challenge:ident;)*) => {
        $(
            #[doc = concat!($title, " (", stringify!($status), " `", $code, "`).")]
            pub static $name: Kind =
                Kind { status: $status, code: $code, slug: $slug, title: $title, challenge: Challenge::$challenge };
        )*
        /// Every kind, for the pages that explain them.
        pub static ALL: &[&Kind] = &[$(&$name),*];
    };
}

kinds! {
    MALFORMED = 400 "MALFORMED" "malformed" "Malformed request" None;
    MALFORMED_CREDENTIALS = 400 "MALFORMED_CREDENTIALS" "malformed-credentials" "Malformed credentials" InvalidRequest;
    CREDENTIALS_CONFLICT = 400 "CREDENTIALS_CONFLICT" "credentials-conflict" "Credentials do not go together" InvalidRequest;
    UNAUTHENTICATED = 401 "UNAUTHENTICATED" "unauthenticated" "Not signed in" Realm;
    INVALID_CREDENTIALS = 401 "INVALID_CREDENTIALS" "invalid-credentials" "Address or password wrong" Realm;
    INVALID_KEY = 401 "INVALID_KEY" "invalid-key" "No such key" InvalidToken;
    INVALID_TOKEN = 401 "INVALID_TOKEN" "invalid-token" "Token not valid" InvalidToken;
    REVOKED = 401 "REVOKED" "revoked" "Credential revoked" InvalidToken;
    EXPIRED = 401 "EXPIRED" "expired" "Credential expired" InvalidToken;
    DISABLED = 401 "DISABLED" "disabled" "Credential disabled" InvalidToken;
    IDLE_TIMEOUT = 401 "IDLE_TIMEOUT" "idle-timeout" "Credential unused for too long" InvalidToken;
    INVALID_SIGNATURE = 401 "INVALID_SIGNATURE" "invalid-signature" "Signature not valid" Realm;
    INVALID_REFRESH_TOKEN = 401 "INVALID_REFRESH_TOKEN" "invalid-refresh-token" "Refresh token not valid" Realm;
    REFRESH_TOKEN_REUSED = 401 "REFRESH_TOKEN_REUSED" "refresh-token-reused" "Refresh token used twice" Realm;
    INVALID_LINK = 401 "INVALID_LINK" "invalid-link" "Link not valid" Realm;
    SIWE_DOMAIN = 401 "SIWE_DOMAIN" "siwe-domain" "Message for another domain" Realm;
    SIWE_URI = 401 "SIWE_URI" "siwe-uri" "Message with a foreign URI" Realm;
    SIWE_CHAIN = 401 "SIWE_CHAIN" "siwe-chain" "Message for another chain" Realm;
    SIWE_TIME = 401 "SIWE_TIME" "siwe-time" "Message not for this time" Realm;
    SIWE_NONCE = 401 "SIWE_NONCE" "siwe-nonce" "Nonce not good" Realm;
    SIWE_SIGNATURE = 401 "SIWE_SIGNATURE" "siwe-signature" "Signature not the account's" Realm;
    INVALID_CLIENT = 401 "INVALID_CLIENT" "invalid-client" "Client not authenticated" Realm;
    INVALID_GRANT = 400 "INVALID_GRANT" "invalid-grant" "Grant not valid" None;
    INVALID_SCOPE = 400 "INVALID_SCOPE" "invalid-scope" "Scope not to be had" None;
    UNAUTHORIZED_CLIENT = 400 "UNAUTHORIZED_CLIENT" "unauthorized-client" "Not for this client" None;
    UNSUPPORTED_GRANT_TYPE = 400 "UNSUPPORTED_GRANT_TYPE" "unsupported-grant-type" "Grant type not served" None;
    UNSUPPORTED_TOKEN_TYPE = 400 "UNSUPPORTED_TOKEN_TYPE" "unsupported-token-type" "Not revoked here" None;
    INSUFFICIENT_SCOPE = 403 "INSUFFICIENT_SCOPE" "insufficient-scope" "Scope missing" InsufficientScope;
    FORBIDDEN = 403 "FORBIDDEN" "forbidden" "Not allowed" None;
    ORIGIN_DENIED = 403 "ORIGIN_DENIED" "origin-denied" "Origin not allowed" None;
    IP_DENIED = 403 "IP_DENIED" "ip-denied" "Address not allowed" None;
    NOT_FOUND = 404 "NOT_FOUND" "not-found" "Not found" None;
    METHOD_NOT_ALLOWED = 405 "METHOD_NOT_ALLOWED" "method-not-allowed" "Method not allowed" None;
    REQUEST_TIMEOUT = 408 "REQUEST_TIMEOUT" "request-timeout" "Request too slow" None;
    CONFLICT = 409 "CONFLICT" "conflict" "Conflict" None;
    ITEM_UNAVAILABLE = 409 "ITEM_UNAVAILABLE" "item-unavailable" "Item not for sale now" None;
    PRICE_CHANGED = 409 "PRICE_CHANGED" "price-changed" "Price changed" None;
    IDEMPOTENCY_IN_FLIGHT = 409 "IDEMPOTENCY_IN_FLIGHT" "idempotency-in-flight" "Still under way" None;
    PRECONDITION_FAILED = 412 "PRECONDITION_FAILED" "precondition-failed" "Changed meanwhile" None;
    TOO_LARGE = 413 "TOO_LARGE" "too-large" "Body too large" None;
    URI_TOO_LONG = 414 "URI_TOO_LONG" "uri-too-long" "Address too long" None;
    UNSUPPORTED_MEDIA_TYPE = 415 "UNSUPPORTED_MEDIA_TYPE" "unsupported-media-type" "Unsupported media type" None;
    INVALID = 422 "INVALID" "invalid" "Invalid request" None;
    IDEMPOTENCY_KEY_REUSED = 422 "IDEMPOTENCY_KEY_REUSED" "idempotency-key-reused" "Idempotency key used before" None;
    RATE_LIMITED = 429 "RATE_LIMITED" "rate-limited" "Too many requests" None;
    HEADERS_TOO_LARGE = 431 "HEADERS_TOO_LARGE" "headers-too-large" "Headers too large" None;
    INTERNAL = 500 "INTERNAL" "internal" "Internal error" None;
    UNAVAILABLE = 503 "UNAVAILABLE" "unavailable" "Unavailable" None;
    OVERLOADED = 503 "OVERLOADED" "overloaded" "Too busy" None;
    DEADLINE = 503 "DEADLINE" "deadline" "Took too long" None;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_slug_is_its_code_in_kebab_case_and_both_are_unique() {
        let mut codes = BTreeSet::new();
        for kind in ALL {
            assert_eq!(kind.slug, kind.code.to_lowercase().replace('_', "-"));
            assert!(codes.insert(kind.code), "{} twice", kind.code);
        }
    }

    #[test]
    fn every_401_carries_a_challenge() {
        for kind in ALL {
            assert!(kind.status != 401 || kind.challenge != Challenge::None, "{}", kind.code);
        }
    }
}
