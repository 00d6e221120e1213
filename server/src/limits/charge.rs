//! What a request is charged to.

use arrayvec::ArrayVec;

use super::Subject;
use crate::domain::windows::Span;

/// Windows that one request can be charged to: a tier's three, the sessions' one, and two for each generation of keys.
pub(super) const MOST_CHARGES: usize = 10;

/// Everything that one request is charged to.
pub type Charges = ArrayVec<Charge, MOST_CHARGES>;

/// A window and its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its name in headers and answers; unique within a subject.
    pub name: &'static str,
    /// Its length.
    pub span: Span,
    /// Requests that fit into it. It may differ from one request to the next: the new limit holds at once.
    pub limit: u64,
}

impl Window {
    /// What it is counted under. A window of a key's own is named after how far the key is from the one that was sent,
    /// and is one count all the same: `key-day` here is `parent-day` for a child.
    #[must_use]
    pub fn counter(&self) -> &'static str {
        // Asked several times a request: the names are too short for a search by words to pay.
        let dash = self.name.bytes().position(|byte| byte == b'-');
        dash.and_then(|dash| self.name.get(dash + 1..)).unwrap_or(self.name)
    }
}

/// One window of one subject, and how much a request takes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// Whose window.
    pub subject: Subject,
    /// Which of them.
    pub window: Window,
    /// How much; 1 for an ordinary request.
    pub cost: u64,
}
