//! Text of the contract: somebody else's, shown as text and never more.

use std::collections::HashSet;
use std::sync::LazyLock;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html};

use super::options;
use crate::html::SafeHtml;

/// No image (it would be a request to somewhere else), no ids, no classes, no `style`.
static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .rm_tags([
            "img",
            "map",
            "area",
            "hgroup",
            "header",
            "footer",
            "article",
            "aside",
            "nav",
            "figure",
            "figcaption",
        ])
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("table", "tabindex", "0")
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

/// A description: Markdown to HTML, headings from `h3` down.
pub(crate) fn spec(markdown: &str) -> SafeHtml {
    let events = Parser::new_ext(markdown, options()).map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => {
            Event::Start(Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    });
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events);
    SafeHtml::from_sanitizer(SANITIZER.clean(&out).to_string())
}

/// The first paragraph alone and without its `<p>`: for tables and lists.
pub(crate) fn spec_line(markdown: &str) -> SafeHtml {
    let paragraph = markdown.trim().split("\n\n").next().unwrap_or_default();
    let mut out = String::new();
    let inline = Parser::new_ext(paragraph, options())
        .filter(|event| !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph)));
    html::push_html(&mut out, inline);
    SafeHtml::from_sanitizer(SANITIZER.clean(out.trim()).to_string())
}

const fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href='javascript:alert(1)'>x</a>",
            "[x](javascript:alert(1))",
            "![x](https://elsewhere.example/pixel.png)",
            "<svg onload=alert(1)>",
            "<div style='position:fixed'>x</div>",
            "<iframe src='https://elsewhere.example'></iframe>",
            "<form action='https://elsewhere.example'><input name=password></form>",
        ] {
            let html = spec(hostile).to_string();
            for bad in
                ["<script", "onerror", "onload", "javascript:", "<img", "<svg", "style=", "<iframe", "<form", "<input"]
            {
                assert!(!html.contains(bad), "{hostile} became {html}");
            }
        }
    }

    #[test]
    fn headings_go_below_the_pages_own() {
        assert_eq!(spec("# A\n\n### B").to_string(), "<h3>A</h3>\n<h4>B</h4>\n");
    }

    #[test]
    fn a_line_is_inline() {
        assert_eq!(spec_line("The `id`.\n\nMore.").to_string(), "The <code>id</code>.");
    }
}
