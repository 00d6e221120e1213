//! The client against a server that misbehaves on purpose.

mod calls;
mod pages;
mod retries;
mod support;
mod tokens;
mod webhooks;
