//! Calls the Gatepost API: typed, paging, retrying, renewing its own tokens.
//!
//! ```no_run
//! use gatepost_sdk::{Client, types::{ItemCondition, Money}};
//!
//! # async fn first_call() -> Result<(), gatepost_sdk::Error> {
//! let client = Client::builder().api_key("gp_live_…").build()?;
//!
//! let price = Money::builder().amount(24_900).currency("EUR");
//! let item = client
//!     .create_item()
//!     .body_map(|item| item.title("Rangefinder camera").price(price).condition(ItemCondition::Good))
//!     .send()
//!     .await?;
//! println!("{} is for sale", item.id);
//!
//! let mut items = client.list_items().limit(50).stream();
//! while let Some(item) = items.try_next().await? {
//!     println!("{}", item.title);
//! }
//! # Ok(()) }
//! ```
//!
//! - **Errors** are [`Error`]: ask [`Error::kind`], `is_not_found()` and the like, or match; each carries the request id.
//! - **Tries**: 408, 425, 429, 5xx and lost connections are tried again, twice by default, with jitter and as
//!   `Retry-After` says. A `POST` is repeated only where it cannot do the thing twice.
//! - **Tokens**: give the client a [`TokenStore`](auth::TokenStore) and sign in; tokens are renewed before they end.
//! - **Webhooks**: [`webhooks::WebhookVerifier`] checks what arrives, and types it as an [`events::Event`].
//! - **Your callers**: with the feature `verify`, `verify::SignedKeyVerifier` checks signed keys offline and
//!   `guard::KeyGuard` decides who gets in, as a layer for tower (feature `tower`) or middleware for poem (`poem`).
//!
//! The map: [`Client`] and its operations (written by `cargo gen` from the contract), [`types`], and by hand what
//! surrounds a call: `transport` (one call), `retry`, [`auth`], `pages`, [`webhooks`].

pub mod auth;
#[cfg(feature = "verify")]
pub mod guard;
#[cfg(feature = "verify")]
pub mod verify;
pub mod webhooks;

mod api_error;
mod builder;
mod client;
mod error;
#[rustfmt::skip] // as prettyplease wrote it
mod generated;
mod input;
mod operation;
mod pages;
mod random;
mod rate_limit;
mod response;
mod retry;
mod structured_field;
mod timestamp;
mod transport;

/// The README's examples, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use api_error::{ApiError, Fault};
pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{DecodeError, Error, ErrorKind};
pub use generated::{events, operations, types};
pub use pages::Pages;
pub use rate_limit::{RateLimit, RateLimitWindow};
pub use response::Response;
pub use timestamp::Timestamp;
