//! Pages: what a list asks the store for, and what is left for the next page.

use crate::problem::Problem;

/// One page of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page(usize);

impl Page {
    /// A page of that many at most, as the contract's `limit` lets through.
    pub fn of(limit: i32) -> Self {
        Self(usize::try_from(limit).unwrap_or(1))
    }

    /// What to ask the store for: one more tells whether there is a next page.
    pub fn wanted(self) -> u64 {
        u64::try_from(self.0).unwrap_or(1).saturating_add(1)
    }

    /// Leaves what belongs on this page, and gives its last one if there is a next page.
    pub fn cut<T>(self, found: &mut Vec<T>) -> Option<&T> {
        let more = found.len() > self.0;
        found.truncate(self.0);
        found.last().filter(|_| more)
    }
}

/// A `cursor` that was sent, read.
pub fn cursor<C, E: std::fmt::Display>(
    text: Option<&str>,
    parse: impl FnOnce(&str) -> Result<C, E>,
) -> Result<Option<C>, Problem> {
    text.map(parse).transpose().map_err(|error| Problem::invalid_query("cursor", error.to_string()))
}
