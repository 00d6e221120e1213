//! Quickstarts: a program in each language that can be pasted into a shell.
//!
//! They are Markdown in `content/quickstart/`, for the operations `createItem` and `listItems`. A contract without these gets the
//! samples of its own first operations.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};
use rust_embed::RustEmbed;

use super::chrome::{Chrome, Room};
use super::docs::DocLink;
use crate::html::render;
use crate::http::Answer;
use crate::reference::{OperationLine, Sample};
use crate::site::Site;

/// Languages by their `lang=` and their name.
pub(crate) const LANGUAGES: [(&str, &str); 4] =
    [("curl", "curl"), ("rust", "Rust"), ("typescript", "TypeScript"), ("python", "Python")];

#[derive(RustEmbed)]
#[folder = "content/quickstart/"]
#[include = "*.sh"]
struct Scripts;

#[derive(Template)]
#[template(path = "docs/quickstart.html")]
struct QuickstartPage<'a> {
    chrome: Chrome<'a>,
    links: Vec<DocLink>,
    languages: &'static [(&'static str, &'static str)],
    language: &'static str,
    label: &'static str,
    environment: &'a str,
    script: Option<String>,
    samples: Vec<(OperationLine, Sample)>,
}

#[handler]
pub(crate) fn show(site: Data<&Arc<Site>>, request: &Request) -> Answer {
    let (language, label) = chosen(request.uri().query().unwrap_or_default());
    let script = script(&site, language);
    let page = QuickstartPage {
        chrome: site.chrome(request, Room::Docs),
        links: site.guides.links("quickstart"),
        languages: &LANGUAGES,
        language,
        label,
        environment: &site.reference.api.config.environment,
        samples: if script.is_none() { first_samples(&site, language) } else { Vec::new() },
        script,
    };
    Answer::public(render(&page))
}

fn chosen(query: &str) -> (&'static str, &'static str) {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
    let wanted = pairs.iter().find(|(name, _)| name == "lang").map_or("curl", |(_, value)| value.as_str());
    LANGUAGES.into_iter().find(|(id, _)| *id == wanted).unwrap_or(("curl", "curl"))
}

/// The script for the market's operations, where the contract has them.
fn script(site: &Site, language: &str) -> Option<String> {
    let api = &site.reference.api;
    api.operation("createItem").and(api.operation("listItems"))?;
    let file = Scripts::get(&format!("{language}.sh"))?;
    let text = String::from_utf8_lossy(&file.data);
    let text = text.replace("{{base_url}}", &site.public_url).replace("{{env}}", &api.config.environment);
    Some(text.trim_end().to_owned())
}

fn first_samples(site: &Site, language: &str) -> Vec<(OperationLine, Sample)> {
    let operations = site.reference.api.operations.iter().take(3);
    let sampled = operations.filter_map(|operation| {
        let samples = site.samples.of(&site.reference, operation);
        let sample = samples.into_iter().find(|sample| sample.language == language)?;
        Some((site.reference.line(operation), sample))
    });
    sampled.collect()
}
