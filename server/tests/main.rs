//! One binary for all integration tests, so that it links once. `api/<tag>/<operation>.rs` mirrors the contract.

#[macro_use]
mod support;

mod agreement;
mod api;
mod contract;
mod faults;
mod http;
mod tidy;
