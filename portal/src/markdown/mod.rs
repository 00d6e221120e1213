//! Markdown to HTML, always through a sanitizer.
//!
//! Two kinds of text: the contract's (input, not trusted: no images, no ids, headings pushed below the page's own) and the
//! guides' (ours: headings get ids, code keeps its language). It must not know which page a text stands on. To allow another
//! element, allow it in the one sanitizer that needs it.

mod guide;
mod spec;

pub(crate) use guide::{Guide, Heading, guide};
pub(crate) use spec::{spec, spec_line};

use pulldown_cmark::Options;

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}
