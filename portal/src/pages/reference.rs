//! The reference: its first page, and one page a tag, an operation and a schema, each with a Markdown twin.

use std::sync::Arc;

use askama::Template;
use poem::http::{StatusCode, header};
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::chrome::{Chrome, Room};
use super::field_list::FieldList;
use crate::html::render;
use crate::http::{Answer, prefers_markdown};
use crate::reference::{AnswerView, OperationView, ParameterView, Place, SchemaView, TagView, Text, clean, twin};
use crate::site::Site;

/// The list beside every page of the reference: all tags, the operations of the open one.
struct Side {
    tags: Vec<TagView>,
    open: Option<String>,
    current: String,
}

#[derive(Template)]
#[template(path = "reference/index.html")]
struct IndexPage<'a> {
    chrome: Chrome<'a>,
    side: Side,
    title: &'a str,
    description: Text,
    tags: Vec<TagView>,
    schemas: Vec<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "reference/tag.html")]
struct TagPage<'a> {
    chrome: Chrome<'a>,
    side: Side,
    tag: TagView,
}

#[derive(Template)]
#[template(path = "reference/operation.html")]
struct OperationPage<'a> {
    chrome: Chrome<'a>,
    side: Side,
    view: OperationView,
}

#[derive(Template)]
#[template(path = "reference/schema.html")]
struct SchemaPage<'a> {
    chrome: Chrome<'a>,
    side: Side,
    view: SchemaView,
}

impl OperationPage<'_> {
    fn parameter_groups(&self) -> Vec<(&'static str, Vec<&ParameterView>)> {
        let groups = [("path", "Path"), ("query", "Query"), ("header", "Headers"), ("cookie", "Cookies")];
        let of =
            |place: &str| self.view.parameters.iter().filter(|parameter| parameter.place == place).collect::<Vec<_>>();
        groups.into_iter().map(|(place, title)| (title, of(place))).filter(|(_, list)| !list.is_empty()).collect()
    }

    fn has_examples(answer: &AnswerView) -> bool {
        !answer.examples.is_empty()
    }
}

#[handler]
pub(crate) fn index(site: Data<&Arc<Site>>, request: &Request) -> Answer {
    let reference = &site.reference;
    if prefers_markdown(request) {
        return markdown(twin::index(reference), "/reference");
    }
    let page = IndexPage {
        chrome: site.chrome(request, Room::Reference).with_twin("/reference"),
        side: side(&site, None, "/reference"),
        title: &reference.api.info.title,
        description: Text::of(reference.api.info.description.as_deref()),
        tags: reference.tags(),
        schemas: reference.schemas().collect(),
    };
    html(render(&page), "/reference")
}

#[handler]
pub(crate) fn index_twin(site: Data<&Arc<Site>>) -> Answer {
    markdown(twin::index(&site.reference), "/reference")
}

/// A tag or an operation, by its name; with `.md` as Markdown.
#[handler]
pub(crate) fn named(site: Data<&Arc<Site>>, Path(name): Path<String>, request: &Request) -> poem::Result<Answer> {
    let (slug, wants_twin) = split(&name, request);
    match site.reference.addresses.place(slug).or_else(|| site.reference.addresses.place(&clean(slug))) {
        Some(Place::Tag(tag)) => Ok(show_tag(&site, request, tag, wants_twin)),
        Some(Place::Operation(id)) => Ok(show_operation(&site, request, id, wants_twin)?),
        None => Err(missing()),
    }
}

#[handler]
pub(crate) fn schema(site: Data<&Arc<Site>>, Path(name): Path<String>, request: &Request) -> poem::Result<Answer> {
    let (slug, wants_twin) = split(&name, request);
    let name = site.reference.addresses.schema_named(slug).ok_or_else(missing)?;
    let view = SchemaView::of(&site.reference, name).ok_or_else(missing)?;
    let address = view.address.clone();
    if wants_twin {
        return Ok(markdown(twin::schema(&view), &address));
    }
    let chrome = site.chrome(request, Room::Reference).with_twin(&address);
    Ok(html(render(&SchemaPage { chrome, side: side(&site, None, &address), view }), &address))
}

fn show_tag(site: &Site, request: &Request, name: &str, wants_twin: bool) -> Answer {
    let tag = site.reference.tag(name);
    let address = tag.address.clone();
    if wants_twin {
        return markdown(twin::tag(&tag), &address);
    }
    let chrome = site.chrome(request, Room::Reference).with_twin(&address);
    html(render(&TagPage { chrome, side: side(site, Some(name), &address), tag }), &address)
}

fn show_operation(site: &Site, request: &Request, id: &str, wants_twin: bool) -> poem::Result<Answer> {
    let operation = site.reference.api.operation(id).ok_or_else(missing)?;
    let samples = site.samples.of(&site.reference, operation);
    let view = OperationView::of(&site.reference, operation, samples);
    let address = view.address.clone();
    if wants_twin {
        return Ok(markdown(twin::operation(&view), &address));
    }
    let chrome = site.chrome(request, Room::Reference).with_twin(&address);
    let side = side(site, Some(&operation.resource), &address);
    Ok(html(render(&OperationPage { chrome, side, view }), &address))
}

fn side(site: &Site, open: Option<&str>, current: &str) -> Side {
    Side { tags: site.reference.tags(), open: open.map(str::to_owned), current: current.to_owned() }
}

fn split<'a>(name: &'a str, request: &Request) -> (&'a str, bool) {
    name.strip_suffix(".md").map_or_else(|| (name, prefers_markdown(request)), |slug| (slug, true))
}

fn html(page: String, address: &str) -> Answer {
    Answer::public(page).header(header::LINK, &format!("<{address}.md>; rel=\"alternate\"; type=\"text/markdown\""))
}

fn markdown(page: String, address: &str) -> Answer {
    Answer::text("text/markdown; charset=utf-8", page)
        .vary("Accept")
        .header(header::LINK, &format!("<{address}>; rel=\"canonical\""))
}

fn missing() -> poem::Error {
    Site::refusal(StatusCode::NOT_FOUND, "The contract has nothing of this name.")
}
