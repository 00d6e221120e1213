//! The client against a server that misbehaves on purpose.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails with what was expected"
)]

mod calls;
mod logout;
mod pages;
mod retries;
mod support;
mod tokens;
mod webhooks;
