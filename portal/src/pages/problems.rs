//! A page for each `type` that the API's errors point to: what it means and what to do.

mod known;

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, handler};
use serde_json::{Value, json};

use self::known::{KNOWN, Known};
use super::chrome::{Chrome, Room};
use super::docs::DocLink;
use crate::html::render;
use crate::http::Answer;
use crate::reference::{Text, pretty};
use crate::site::Site;

/// Where the pages are.
const FOLDER: &str = "/docs/errors/";

/// One kind of error, as its page shows it.
struct Problem {
    code: String,
    title: String,
    status: u16,
    description: Text,
    remedy: Text,
    example: String,
}

#[derive(Template)]
#[template(path = "docs/problem.html")]
struct ProblemPage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
    problem: Problem,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, Path(slug): Path<String>, request: &Request) -> poem::Result<Answer> {
    let Some(kind) = KNOWN.iter().find(|kind| kind.slug == slug) else {
        return Err(Site::refusal(
            StatusCode::NOT_FOUND,
            "There is no error of this name. Its `detail` says what happened.",
        ));
    };
    let page = ProblemPage {
        chrome: site.chrome(request, Room::Docs),
        links: site.guides.links("errors"),
        problem: Problem::of(&site, kind),
    };
    Ok(Answer::public(render(&page)))
}

/// The address of every kind.
pub(crate) fn addresses() -> impl Iterator<Item = String> {
    KNOWN.iter().map(|kind| format!("{FOLDER}{}", kind.slug))
}

impl Problem {
    fn of(site: &Site, kind: &Known) -> Self {
        let code = kind.slug.replace('-', "_").to_uppercase();
        let shown = shown_by_the_contract(site, kind.slug);
        let example = shown.map(|(_, example)| example.clone());
        let made = || json!({ "type": format!("{FOLDER}{}", kind.slug), "title": kind.title, "status": kind.status, "code": code });
        Self {
            title: kind.title.to_owned(),
            status: kind.status,
            description: Text::of(Some(shown.and_then(|(words, _)| words).unwrap_or(kind.meaning))),
            remedy: Text::of(Some(kind.remedy)),
            example: pretty(&example.unwrap_or_else(made)),
            code,
        }
    }
}

/// The answer's description and the example, where one of the contract's answers has an example of that `type`.
fn shown_by_the_contract<'a>(site: &'a Site, slug: &str) -> Option<(Option<&'a str>, &'a Value)> {
    let answers = site.reference.api.operations.iter().flat_map(|operation| &operation.responses);
    let examples = answers.flat_map(|answer| {
        let examples = answer.content.iter().flat_map(|media| &media.examples);
        examples.map(|example| (answer.description.as_deref(), &example.value))
    });
    let of_kind = |value: &Value| {
        value.get("type").and_then(Value::as_str).and_then(|kind| kind.strip_prefix(FOLDER)) == Some(slug)
    };
    examples.into_iter().find(|(_, value)| of_kind(value))
}
