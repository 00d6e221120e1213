//! One file a page: ask, decide, render. Templates of the same name are in `templates/`.
//!
//! Public pages answer [`crate::http::Answer::public`], a signed-in visitor's pages `private`. A page must not call the API but
//! through `crate::api`, nor write HTML but through its template. Forms redirect after a change (Post/Redirect/Get) and answer
//! with what was typed and what is wrong when there is none.

#![expect(clippy::needless_pass_by_value, reason = "poem hands a handler its extractors by value")]

pub(crate) mod admin;
pub(crate) mod agents;
pub(crate) mod audit;
pub(crate) mod chrome;
pub(crate) mod contract;
pub(crate) mod dashboard;
pub(crate) mod docs;
pub(crate) mod error;
pub(crate) mod events;
pub(crate) mod field_list;
pub(crate) mod forgot_password;
pub(crate) mod form_state;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod password;
pub(crate) mod problems;
pub(crate) mod quickstart;
pub(crate) mod reference;
pub(crate) mod requests;
pub(crate) mod reset_password;
pub(crate) mod sessions;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sign_up;
pub(crate) mod usage;
pub(crate) mod verify_email;
pub(crate) mod webhooks;
