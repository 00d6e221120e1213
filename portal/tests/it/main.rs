//! The portal over a fake API: headers, forms, sessions, escaping, every page of the reference.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "what these functions do for tests is to fail where something is not as it should be"
)]

mod audit;
mod events;
mod fake_api;
mod forms;
mod headers;
mod keys;
mod pages;
mod passwords;
mod reference;
mod requests;
mod sessions;
mod support;
mod usage;
mod webhooks;
