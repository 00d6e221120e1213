//! The onion around every operation: it takes connections, gates and meters requests, and renders answers.
//!
//! | file | what it says |
//! | --- | --- |
//! | `operation` | what the gate knows of an operation; generated code fills it |
//!
//! It must not know what an operation does: it never imports `api`. To gate on something new, add it to [`Operation`], let
//! `sdk-gen`'s target `server` write it, and check it in `admit.rs`.

mod operation;

pub use operation::{CallerKind, Credential, LimitClass, Op, Operation, Schemes};
