//! Nouns and decisions: what a thing is and what may be done with it.
//!
//! It must not know the store, the wire, the clock or any other room: time and randomness come in as arguments, a
//! decision goes out, and nothing here waits. To add a noun, add a file with its types, its rules and its error enum,
//! and its tests beside them.

pub mod ids;
pub mod scopes;
pub mod time;
pub mod users;
pub mod windows;
