//! Entity tags and what requests ask of them (RFC 9110, 8.8.3 and 13.1.1).

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

/// The strong tag of one state of a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any state, as long as the thing is there.
    Any,
    /// One of these. Weak tags (`W/"…"`) are none of them: they never match here.
    OneOf(Vec<EntityTag>),
}

/// The text is neither `*` nor a list of entity tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is neither * nor a list of entity tags, such as \"4f8K\"")]
pub struct NotEntityTags;

impl EntityTag {
    /// The tag of a thing that is shown as this body.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let hash = digest(&SHA256, body);
        Self(URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).unwrap_or_default()))
    }
}

/// As in the header, with quotes.
impl fmt::Display for EntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl IfMatch {
    /// Whether a thing in that state is one that the request is for.
    #[must_use]
    pub fn takes(&self, tag: &EntityTag) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(tags) => tags.contains(tag),
        }
    }
}

impl FromStr for IfMatch {
    type Err = NotEntityTags;

    fn from_str(text: &str) -> Result<Self, NotEntityTags> {
        if text.trim() == "*" {
            return Ok(Self::Any);
        }
        let (mut rest, mut tags, mut any) = (text, Vec::new(), false);
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                return if any { Ok(Self::OneOf(tags)) } else { Err(NotEntityTags) };
            }
            let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
            let (tag, after) = quoted.strip_prefix('"').and_then(|tag| tag.split_once('"')).ok_or(NotEntityTags)?;
            // A comma stands between two, and a tag has none of the letters that quotes would hide.
            let ends = after.trim_start_matches([' ', '\t']);
            if !(ends.is_empty() || ends.starts_with(','))
                || tag.contains(|c: char| c.is_whitespace() || c.is_control())
            {
                return Err(NotEntityTags);
            }
            if !weak {
                tags.push(EntityTag(tag.to_owned()));
            }
            (rest, any) = (after, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_named_alone_in_a_list_or_by_a_star() {
        let tag = EntityTag::of(b"a");
        for takes in [tag.to_string(), format!("\"x\" ,\t{tag}"), format!(",{tag},"), "*".to_owned(), " * ".to_owned()]
        {
            assert!(takes.parse::<IfMatch>().unwrap().takes(&tag), "{takes}");
        }
        for other in ["\"x\"".to_owned(), "\"\"".to_owned(), EntityTag::of(b"b").to_string(), format!("W/{tag}")] {
            assert!(!other.parse::<IfMatch>().unwrap().takes(&tag), "{other}");
        }
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for bad in ["", " ", ",", "x", "\"", "\"a", "\"a\" \"b\"", "\"a\"b", "**", "*, \"a\"", "w/\"a\"", "\"a b\""] {
            assert_eq!(bad.parse::<IfMatch>(), Err(NotEntityTags), "{bad}");
        }
    }
}
