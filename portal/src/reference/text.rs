//! Markdown of the contract that becomes HTML only when a template asks.

use crate::html::SafeHtml;
use crate::markdown;

/// Markdown of the contract; may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(String);

impl Text {
    pub fn of(markdown: Option<&str>) -> Self {
        Self(markdown.unwrap_or_default().trim().to_owned())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As the contract has it.
    pub fn markdown(&self) -> &str {
        &self.0
    }

    /// Whole, as HTML.
    pub fn html(&self) -> SafeHtml {
        markdown::spec(&self.0)
    }

    /// The first paragraph, inline.
    pub fn line(&self) -> SafeHtml {
        markdown::spec_line(&self.0)
    }

    /// The first paragraph as one line of Markdown.
    pub fn markdown_line(&self) -> String {
        let paragraph = self.0.split("\n\n").next().unwrap_or_default();
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
