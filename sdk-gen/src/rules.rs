//! The rules of our own contract (DESIGN.md, section 2), stricter than OpenAPI.

use crate::{Diagnostic, Loaded};

/// What breaks a rule, each with its place and remedy.
#[must_use]
pub fn check(_loaded: &Loaded) -> Vec<Diagnostic> {
    Vec::new()
}
