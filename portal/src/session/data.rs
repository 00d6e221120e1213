//! What a session holds. It is sealed before it leaves the process.

use std::fmt;

use aws_lc_rs::constant_time;
use serde::{Deserialize, Serialize};

/// What a session holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionData {
    /// Stands in every form of the session.
    pub csrf: String,
    pub created_ms: i64,
    pub seen_ms: i64,
    pub person: Person,
    pub tokens: Tokens,
}

/// Who is signed in, as the API said at sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub email: Option<String>,
    pub name: Option<String>,
    pub admin: bool,
}

/// What the portal calls the API with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tokens {
    pub access: String,
    pub refresh: String,
    pub access_expires_ms: i64,
}

impl SessionData {
    /// Whether a form's token is this session's.
    pub fn owns_form(&self, token: &str) -> bool {
        constant_time::verify_slices_are_equal(self.csrf.as_bytes(), token.as_bytes()).is_ok()
    }
}

impl Person {
    /// How to call them.
    pub fn label(&self) -> &str {
        self.name.as_deref().or(self.email.as_deref()).unwrap_or("your account")
    }
}

/// Tokens are secrets: nothing prints them.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("access_expires_ms", &self.access_expires_ms).finish_non_exhaustive()
    }
}
