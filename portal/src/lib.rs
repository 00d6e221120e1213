//! The developer portal: server-rendered pages over the public API, with no back door.
//!
//! | room | what it says |
//! | --- | --- |
//! | [`config`] | what the host tells the portal, once |
//! | `portal`, `site` | all addresses in one table; what every page may ask for |
//! | `http` | the portal's own onion: headers, ETag, gzip, CSRF, assets, forms |
//! | `session` | who is signed in, sealed, behind a trait that the host implements |
//! | `idle` | sessions that ended by themselves, ended in the API too |
//! | `api` | the calls, through `gatepost-sdk` alone; a small file a resource |
//! | `reference` | the contract as pages see it |
//! | `markdown`, `html` | text to HTML, always through a sanitizer |
//! | `pages` | one file a page: ask, decide, render |
//!
//! Arrows run down only, `pages` over everything; nobody imports `pages` but `portal`. It must not know `server`. To add a page,
//! write its file in `pages/`, its template in `templates/`, and give it a line in `portal.rs`.

mod api;
mod chart;
mod client_name;
mod config;
mod dates;
mod highlight;
mod html;
mod http;
mod idle;
mod markdown;
mod pages;
mod portal;
mod random;
mod reference;
mod session;
mod site;

pub use config::{NowMs, PortalConfig, PortalError, SessionKey, VisitorAddress, VouchToken};
pub use portal::Portal;
pub use session::{MemorySessions, SessionIdHash, SessionStore, SessionStoreError, StoredSession};
