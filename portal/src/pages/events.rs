//! The event catalogue: every kind of event that webhooks tell of, from the contract's `webhooks:`, and how to verify it.

use std::fmt::Write as _;
use std::sync::Arc;

use askama::Template;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Request, handler};
use sdk_gen::model::Webhook;

use super::chrome::{Chrome, Room};
use super::docs::DocLink;
use super::field_list::FieldList;
use super::webhooks::{EventGroup, Snippet, groups, snippets};
use crate::html::render;
use crate::http::{Answer, prefers_markdown};
use crate::reference::{Field, Text, TypeText, fields, pretty};
use crate::site::Site;

#[derive(Template)]
#[template(path = "docs/events.html")]
struct IndexPage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
    groups: Vec<EventGroup>,
    environment: &'a str,
    snippets: Vec<Snippet>,
}

#[derive(Template)]
#[template(path = "docs/event.html")]
struct EventPage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
    event: EventView<'a>,
}

/// One kind of event.
struct EventView<'a> {
    name: &'a str,
    summary: &'a str,
    description: Text,
    deprecated: bool,
    kind: Option<TypeText>,
    fields: Vec<Field>,
    examples: Vec<String>,
}

impl<'a> EventView<'a> {
    fn of(site: &'a Site, webhook: &'a Webhook) -> Self {
        let media = webhook.body.as_ref().and_then(|body| body.preferred());
        let schema = media.and_then(|media| media.schema.as_ref());
        let examples = media.map(|media| media.examples.as_slice()).unwrap_or_default();
        Self {
            name: &webhook.name,
            summary: webhook.summary.as_deref().unwrap_or_default(),
            description: Text::of(webhook.description.as_deref()),
            deprecated: webhook.deprecated,
            kind: schema.map(|schema| TypeText::of(&site.reference, schema)),
            fields: schema.map(|schema| fields(&site.reference, schema)).unwrap_or_default(),
            examples: examples.iter().map(|example| pretty(&example.value)).collect(),
        }
    }
}

/// The addresses of all of them, for the site map.
pub(crate) fn addresses(site: &Site) -> impl Iterator<Item = String> {
    let of_each = site.reference.api.webhooks.iter().map(|webhook| format!("/docs/events/{}", webhook.name));
    let all = (!site.reference.api.webhooks.is_empty()).then(|| "/docs/events".to_owned());
    all.into_iter().chain(of_each)
}

#[handler]
pub(crate) fn index(site: Data<&Arc<Site>>, request: &Request) -> poem::Result<Answer> {
    if site.reference.api.webhooks.is_empty() {
        return Err(missing());
    }
    if prefers_markdown(request) {
        return Ok(markdown(&site));
    }
    let page = IndexPage {
        chrome: site.chrome(request, Room::Docs).with_twin("/docs/events"),
        links: site.guides.links("events"),
        groups: groups(&site.reference.api),
        environment: &site.reference.api.config.environment,
        snippets: snippets(&site),
    };
    let twin = "</docs/events.md>; rel=\"alternate\"; type=\"text/markdown\"";
    Ok(Answer::public(render(&page)).header(header::LINK, twin))
}

#[handler]
pub(crate) fn index_twin(site: Data<&Arc<Site>>) -> poem::Result<Answer> {
    if site.reference.api.webhooks.is_empty() { Err(missing()) } else { Ok(markdown(&site)) }
}

/// The whole catalogue as Markdown, with an example of each.
fn markdown(site: &Site) -> Answer {
    let mut text = String::from(
        "# Webhooks and events\n\nEndpoints are told what happens: one POST an event, signed as Standard Webhooks says. [The guide for receivers](/docs/webhooks) has the rest.\n",
    );
    for webhook in &site.reference.api.webhooks {
        let event = EventView::of(site, webhook);
        // Writing to a string cannot fail.
        let _ = write!(text, "\n## {}\n\n{}\n", event.name, event.summary);
        if let Some(description) = &webhook.description {
            let _ = write!(text, "\n{}\n", description.trim());
        }
        for example in &event.examples {
            let _ = write!(text, "\n```json\n{example}\n```\n");
        }
    }
    Answer::text("text/markdown; charset=utf-8", text).vary("Accept")
}

#[handler]
pub(crate) fn one(site: Data<&Arc<Site>>, Path(name): Path<String>, request: &Request) -> poem::Result<Answer> {
    let webhook = site.reference.api.webhooks.iter().find(|webhook| webhook.name == name).ok_or_else(missing)?;
    let page = EventPage {
        chrome: site.chrome(request, Room::Docs),
        links: site.guides.links("events"),
        event: EventView::of(&site, webhook),
    };
    Ok(Answer::public(render(&page)))
}

fn missing() -> poem::Error {
    Site::refusal(StatusCode::NOT_FOUND, "The contract has no event of this name.")
}
