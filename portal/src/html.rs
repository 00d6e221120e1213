//! The only HTML that templates do not escape.
//!
//! askama escapes everything but [`SafeHtml`], and a `SafeHtml` is made in [`crate::markdown`] (through ammonia), in
//! [`crate::highlight`] and in [`crate::reference`]'s links (both of text that was escaped) alone. No template uses the `safe` filter.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

/// HTML that is known to hold nothing but what we allow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SafeHtml(String);

impl SafeHtml {
    /// Takes the output of a sanitizer or of an escaping template.
    pub(crate) fn from_sanitizer(html: String) -> Self {
        Self(html)
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

/// Renders a template; writing to a string fails only where a template's own code does, and ours has none that can.
pub(crate) fn render(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a template failed");
        String::new()
    })
}
