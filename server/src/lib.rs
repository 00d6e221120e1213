//! Gatepost's server: the map of its rooms, and the rule that keeps them apart.
//!
//! A request goes `generated` (parse) → `http::admit` (who, limit, scope) → `api` (the use case) → `domain` (decide) →
//! `store` (ask) → back. Each room's header says what it is for and how to add to it.
//!
//! **Dependency rule** (`tests/tidy.rs` checks it): `domain` imports nothing of ours. `store` and `limits` import
//! `domain`. `auth`, `usage` and `webhooks` import `domain`, `store`, `limits`. `http` gates and meters: it imports `auth`, `limits`,
//! `usage`, `problem` and `store`, never `api`. `api` implements the traits of `generated` over `App`. `routes` joins the
//! two; `metrics` is counted by `http` and `api`, and reads `App`; nobody imports `routes`. No arrow runs back up.

pub mod api;
pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod domain;
#[rustfmt::skip] // as prettyplease wrote it
pub mod generated;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod metrics;
pub mod problem;
pub mod random;
pub mod routes;
pub mod running;
pub mod seal;
pub mod store;
pub mod usage;
pub mod vault;
pub mod webhooks;

/// The contract that this server was made from, byte for byte.
pub const CONTRACT: &str = include_str!("../../openapi.yaml");
