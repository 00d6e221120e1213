//! Keys: the list, making one, changing one, revoking one.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod list;
pub(crate) mod revoke;
mod scope_choice;
