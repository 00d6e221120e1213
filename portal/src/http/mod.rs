//! The portal's own onion: what every answer has in common.
//!
//! Pages answer an [`Answer`] and say how it may be kept; [`finish`] alone writes the security headers, the ETag, 304, gzip and
//! the empty body of HEAD. It must not know any page. To add a header for all answers, add it in `headers.rs`.

mod accept;
mod answer;
mod assets;
mod csrf;
mod finish;
mod form;
mod headers;
mod representation;

pub(crate) use accept::prefers_markdown;
pub(crate) use answer::{Answer, Keeping};
pub(crate) use assets::Assets;
pub(crate) use csrf::refuse_cross_site;
pub(crate) use finish::{Asked, finish};
pub(crate) use form::FormFields;
pub(crate) use headers::SecurityHeaders;
pub(crate) use representation::Representation;
