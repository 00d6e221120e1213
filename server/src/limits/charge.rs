//! What a request is charged to.

use arrayvec::ArrayVec;

use super::Subject;
use crate::domain::windows::Span;

/// Windows that one request can be charged to.
pub(super) const MOST_CHARGES: usize = 6;

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
