//! The portal over a fake API: headers, forms, sessions, escaping, every page of the reference.

mod fake_api;
mod forms;
mod headers;
mod pages;
mod reference;
mod sessions;
mod support;
