//! The onion around every operation: it takes connections, gates and meters requests, and renders answers.
//!
//! | file | what it says |
//! | --- | --- |
//! | `accept`, `patience` | connections: how many, how slow, how they end |
//! | `onion` | the layers, from the outermost in |
//! | `context` | what is known of one request |
//! | `address`, `hostile`, `cors` | who is calling; what is refused unread; which pages may call |
//! | `router` | from method and path to the operation |
//! | `admit`, `client`, `credentials` | the gate: 401, 429, 403 |
//! | `parameters`, `encoding`, `body`, `form`, `json`, `schemas`, `wire` | reading a request: 400, 413, 415, 422 |
//! | `idempotency` | the same request twice |
//! | `answer`, `etag`, `refusal`, `headers` | what goes back |
//! | `record`, `logged` | what stays behind: the log, usage, the request log |
//! | `leftover` | a body that nobody read |
//! | `operation` | what the gate knows of an operation; generated code fills it |
//!
//! It must not know what an operation does: it never imports `api`. To gate on something new, add it to [`Operation`], let
//! `sdk-gen`'s target `server` write it, and check it in `admit`.

mod accept;
mod address;
mod admit;
mod answer;
mod body;
mod client;
mod context;
mod cors;
mod credentials;
mod encoding;
mod etag;
mod form;
mod headers;
mod hostile;
mod idempotency;
mod json;
mod leftover;
mod logged;
mod numbers;
mod onion;
mod operation;
mod parameters;
mod patience;
mod record;
mod refusal;
mod router;
mod schemas;
mod wire;

pub use accept::serve;
pub use address::visitor_address;
pub use admit::{Admitted, Welcomed};
pub use answer::{Answer, Done, Failure, Text};
pub use body::{JsonBody, MOST_BYTES};
pub use context::RequestContext;
pub use form::FormBody;
pub use idempotency::Idempotency;
pub use onion::Onion;
pub use operation::{CallerKind, Credential, ErrorForm, Op, Operation, Schemes};
pub use parameters::{Header, Path, Query};
pub use router::Router;
pub use schemas::compile as compile_schemas;

pub use crate::limits::LimitClass;
