//! One binary for all integration tests, so that it links once. `api/<tag>/<operation>.rs` mirrors the contract.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails where it stands"
)]

#[macro_use]
mod support;

mod agreement;
mod api;
mod at_rest;
mod contract;
mod demo;
mod faults;
mod http;
mod namespace;
mod six_callers;
mod tidy;
