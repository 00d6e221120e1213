//! The guides: Markdown from `content/`, rendered once at start.

use std::sync::Arc;

use askama::Template;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Request, handler};
use rust_embed::RustEmbed;
use sdk_gen::Api;

use super::chrome::{Chrome, Room};
use crate::html::{SafeHtml, render};
use crate::http::{Answer, prefers_markdown};
use crate::markdown::{self, Guide, Heading};
use crate::site::Site;

#[derive(RustEmbed)]
#[folder = "content/"]
#[include = "*.md"]
struct Content;

/// The guides, in the order in which a newcomer reads them.
const ORDER: [&str; 7] =
    ["getting-started", "authentication", "errors", "limits", "pagination", "idempotency", WEBHOOKS];
/// Only where the contract has any.
const WEBHOOKS: &str = "webhooks";

/// Every guide.
pub(crate) struct Guides {
    entries: Vec<Entry>,
    /// Whether the contract has events to be told of.
    has_events: bool,
}

struct Entry {
    slug: &'static str,
    markdown: String,
    guide: Guide,
}

/// A line of the list beside the guides.
pub(crate) struct DocLink {
    pub address: String,
    pub title: String,
    pub current: bool,
}

impl Guides {
    /// Fills in what depends on the contract and renders.
    pub fn load(api: &Api, public_url: &str) -> Self {
        let entries = ORDER.iter().filter(|slug| **slug != WEBHOOKS || !api.webhooks.is_empty()).filter_map(|slug| {
            let text = Content::get(&format!("{slug}.md"))?;
            let markdown = fill(&String::from_utf8_lossy(&text.data), api, public_url);
            Some(Entry { slug, guide: markdown::guide(&markdown), markdown })
        });
        Self { entries: entries.collect(), has_events: !api.webhooks.is_empty() }
    }

    fn find(&self, slug: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.slug == slug)
    }

    pub fn addresses(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|entry| format!("/docs/{}", entry.slug))
    }

    /// The list beside the guides.
    pub fn links(&self, current: &str) -> Vec<DocLink> {
        let quickstart = DocLink {
            address: "/docs/quickstart".to_owned(),
            title: "Quickstart".to_owned(),
            current: current == "quickstart",
        };
        let guides = self.entries.iter().map(|entry| DocLink {
            address: format!("/docs/{}", entry.slug),
            title: entry.guide.title.clone(),
            current: current == entry.slug,
        });
        let events = self.has_events.then(|| DocLink {
            address: "/docs/events".to_owned(),
            title: "Webhooks and events".to_owned(),
            current: current == "events",
        });
        std::iter::once(quickstart).chain(guides).chain(events).collect()
    }
}

/// The words that a guide takes from the contract.
fn fill(markdown: &str, api: &Api, public_url: &str) -> String {
    markdown
        .replace("{{title}}", &api.info.title)
        .replace("{{base_url}}", public_url)
        .replace("{{env}}", &api.config.environment)
}

#[derive(Template)]
#[template(path = "docs/index.html")]
struct IndexPage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
}

#[derive(Template)]
#[template(path = "docs/guide.html")]
struct GuidePage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
    title: &'a str,
    body: &'a SafeHtml,
    contents: &'a [Heading],
}

#[handler]
pub(crate) fn index(site: Data<&Arc<Site>>, request: &Request) -> Answer {
    let page = IndexPage { chrome: site.chrome(request, Room::Docs), links: site.guides.links("") };
    Answer::public(render(&page))
}

#[handler]
pub(crate) fn guide(site: Data<&Arc<Site>>, Path(name): Path<String>, request: &Request) -> poem::Result<Answer> {
    let (slug, wants_twin) =
        name.strip_suffix(".md").map_or((name.as_str(), prefers_markdown(request)), |slug| (slug, true));
    let missing = || Site::refusal(StatusCode::NOT_FOUND, "There is no guide of this name.");
    let entry = site.guides.find(slug).ok_or_else(missing)?;
    if wants_twin {
        return Ok(Answer::text("text/markdown; charset=utf-8", entry.markdown.clone()).vary("Accept"));
    }
    let address = format!("/docs/{slug}");
    let page = GuidePage {
        chrome: site.chrome(request, Room::Docs).with_twin(&address),
        links: site.guides.links(slug),
        title: &entry.guide.title,
        body: &entry.guide.body,
        contents: &entry.guide.contents,
    };
    let link = format!("<{address}.md>; rel=\"alternate\"; type=\"text/markdown\"");
    Ok(Answer::public(render(&page)).header(header::LINK, &link))
}
