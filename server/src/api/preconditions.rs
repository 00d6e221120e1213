//! What `If-Match` asks of a change: that the thing is still in the state that the caller saw.

use serde::Serialize;

use crate::domain::entity_tags::{EntityTag, IfMatch};
use crate::problem::{Fault, Problem};

/// The header, read.
///
/// # Errors
/// 422 where it is no list of entity tags.
pub fn if_match(text: Option<&str>) -> Result<Option<IfMatch>, Problem> {
    text.map(str::parse).transpose().map_err(|error: crate::domain::entity_tags::NotEntityTags| {
        Problem::invalid(vec![Fault::header("If-Match", error.to_string())])
    })
}

/// Lets a change of what is shown as `thing` through.
///
/// # Errors
/// 412 where `asked` names other states.
pub fn still<T: Serialize>(asked: Option<&IfMatch>, thing: &T, noun: &str) -> Result<(), Problem> {
    let Some(asked) = asked else { return Ok(()) };
    // As an answer writes it, so that its tag is the answer's.
    let shown = serde_json::to_vec(thing).map_err(Problem::broken)?;
    if asked.takes(&EntityTag::of(&shown)) {
        return Ok(());
    }
    Err(Problem::changed_meanwhile(format!("The {noun} is no longer in the state that If-Match names. Get it again.")))
}
