//! The landing page: what this is, three steps, and a call to copy.

use askama::Template;
use poem::http::header;
use poem::web::Data;
use poem::{Request, handler};
use std::sync::Arc;

use sdk_gen::model::{Operation, SchemeKind};

use super::chrome::{Chrome, Room};
use super::quickstart::LANGUAGES;
use crate::html::render;
use crate::http::Answer;
use crate::reference::{Reference, Sample, TagView, Text};
use crate::site::Site;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    chrome: Chrome<'a>,
    pitch: String,
    lead: Text,
    openapi: &'a str,
    operations: usize,
    first: Option<FirstCall>,
    tags: Vec<TagView>,
    languages: &'a [(&'static str, &'static str)],
}

/// A call that shows what an answer looks like.
struct FirstCall {
    sample: Option<Sample>,
    answer: Option<String>,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, request: &Request) -> Answer {
    let api = &site.reference.api;
    let page = HomePage {
        chrome: site.chrome(request, Room::Home),
        pitch: api.info.summary.clone().unwrap_or_else(|| api.info.title.clone()),
        lead: Text::of(api.info.description.as_deref()),
        openapi: &api.openapi,
        operations: api.operations.len(),
        first: first_call(&site),
        tags: site.reference.tags(),
        languages: &LANGUAGES,
    };
    let links = "</.well-known/api-catalog>; rel=\"api-catalog\", </openapi.json>; rel=\"service-desc\", </docs>; rel=\"service-doc\"";
    Answer::public(render(&page)).header(header::LINK, links)
}

fn first_call(site: &Site) -> Option<FirstCall> {
    let reference = &site.reference;
    let operations = &reference.api.operations;
    let first = operations.iter().find(|operation| is_first(reference, operation));
    let operation = first.or_else(|| operations.iter().find(|operation| is_simple(operation)))?;
    let answer = operation.success().and_then(|answer| answer.preferred()).and_then(|media| media.examples.first());
    let samples = site.samples.of(reference, operation);
    Some(FirstCall {
        sample: samples.into_iter().find(|sample| sample.language == "curl"),
        answer: answer.map(|example| crate::reference::pretty(&example.value)),
    })
}

/// A read without parameters that a key opens and that has an example of its answer: it shows the most for the least.
fn is_first(reference: &Reference, operation: &Operation) -> bool {
    let key = |name: &str| {
        let scheme = reference.api.security_schemes.get(name);
        scheme.is_some_and(|scheme| matches!(scheme.kind, SchemeKind::ApiKey { .. }))
    };
    let takes_key = operation.security.iter().flat_map(|way| &way.schemes).any(|used| key(&used.scheme));
    let example =
        operation.success().and_then(|answer| answer.preferred()).is_some_and(|media| !media.examples.is_empty());
    is_simple(operation) && operation.parameters.is_empty() && takes_key && !operation.is_public() && example
}

fn is_simple(operation: &Operation) -> bool {
    operation.method.upper() == "GET"
        && operation.body.is_none()
        && operation.parameters.iter().all(|parameter| !parameter.required)
}
