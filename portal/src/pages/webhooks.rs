//! Webhooks: the endpoints and how they are doing, registering and changing one, what was sent to it and what became of that.

pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod delivery;
mod draft;
pub(crate) mod endpoint;
mod event_choice;
mod health;
pub(crate) mod list;
mod outcome;
pub(crate) mod rotate;
pub(crate) mod sending;
mod snippets;

use poem::handler;

pub(crate) use event_choice::{EventGroup, groups};
pub(crate) use snippets::{Snippet, snippets};

use crate::http::Answer;

const ADDRESS: &str = "/dashboard/webhooks";

/// The short address, for people to pass on.
#[handler]
pub(crate) fn short() -> Answer {
    Answer::see_other(ADDRESS)
}
