//! Keys: the list, making one, changing one, putting another in its place, revoking one.

pub(crate) mod change;
pub(crate) mod create;
mod draft;
pub(crate) mod list;
pub(crate) mod plan;
pub(crate) mod revoke;
pub(crate) mod rotate;
mod scope_choice;
