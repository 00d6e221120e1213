//! The guides: our own text, with a table of contents and links to its headings.

use std::sync::LazyLock;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

use super::options;
use crate::html::SafeHtml;

/// Ids on headings and the language of code are kept; everything else as usual.
static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tag_attributes("h2", ["id"])
        .add_tag_attributes("h3", ["id"])
        .add_tag_attributes("code", ["class"])
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("table", "tabindex", "0")
        .rm_tags(["img"])
        .link_rel(None)
        .url_relative(ammonia::UrlRelative::PassThrough);
    builder
});

/// A rendered guide.
#[derive(Debug, Clone, Default)]
pub(crate) struct Guide {
    /// Its first-level heading.
    pub title: String,
    /// Everything below that heading.
    pub body: SafeHtml,
    /// Its second-level headings.
    pub contents: Vec<Heading>,
}

/// A heading that can be linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heading {
    pub id: String,
    pub text: String,
}

/// Renders a guide.
pub(crate) fn guide(markdown: &str) -> Guide {
    let mut guide = Guide::default();
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut source = Parser::new_ext(markdown, options());
    while let Some(event) = source.next() {
        let Event::Start(Tag::Heading { level, .. }) = event else {
            events.push(event);
            continue;
        };
        let inner: Vec<Event<'_>> =
            source.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).collect();
        let text = plain(&inner);
        if level == HeadingLevel::H1 {
            guide.title = text;
            continue;
        }
        let id = slug(&text);
        events.push(Event::Start(Tag::Heading {
            level,
            id: Some(CowStr::from(id.clone())),
            classes: Vec::new(),
            attrs: Vec::new(),
        }));
        events.extend(inner);
        events.push(Event::End(TagEnd::Heading(level)));
        if level == HeadingLevel::H2 {
            guide.contents.push(Heading { id, text });
        }
    }
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events.into_iter());
    guide.body = SafeHtml::from_sanitizer(SANITIZER.clean(&out).to_string());
    guide
}

fn plain(events: &[Event<'_>]) -> String {
    let words = events.iter().filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
        _ => None,
    });
    words.collect()
}

fn slug(text: &str) -> String {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_can_be_linked_to() {
        let guide = guide("# Limits\n\nText.\n\n## When `429` comes\n\nWait.\n");
        assert_eq!(guide.title, "Limits");
        assert_eq!(guide.contents, [Heading { id: "when-429-comes".to_owned(), text: "When 429 comes".to_owned() }]);
        assert!(guide.body.to_string().contains("<h2 id=\"when-429-comes\">"));
    }
}
