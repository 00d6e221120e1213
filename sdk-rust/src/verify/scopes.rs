//! What the umbrella scopes stand for. The server knows best: a live test compares.

const READ: [&str; 8] = [
    "keys:read",
    "keys:verify",
    "vault:read",
    "practice:read",
    "projects:read",
    "read:items",
    "read:orders",
    "usage:read",
];
const WRITE: [&str; 6] = ["keys:write", "vault:write", "projects:write", "write:items", "write:orders", "webhooks"];

/// Whether whoever holds `granted` may do what needs all of `required`: `admin` covers all, `read` and `write` what any
/// account may grant.
#[must_use]
pub fn covers_scopes<G: AsRef<str>, R: AsRef<str>>(granted: &[G], required: &[R]) -> bool {
    let covers = |held: &str, one: &str| match held {
        "admin" => true,
        "read" if READ.contains(&one) => true,
        "write" if WRITE.contains(&one) => true,
        _ => held == one,
    };
    required.iter().all(|one| granted.iter().any(|held| covers(held.as_ref(), one.as_ref())))
}
