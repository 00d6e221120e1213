//! The contract's own files: as written, as JSON, lowered to 3.0, and as text for language models. Made once, at start.

use std::sync::Arc;

use poem::handler;
use poem::web::Data;
use sdk_gen::Loaded;
use sdk_gen::model::{Api, Server};
use sdk_gen::targets::llms::{self, Link, Links, Section};
use sdk_gen::targets::lower;
use serde_json::Value;

use super::docs::Guides;
use crate::config::PortalError;
use crate::http::{Answer, Representation};
use crate::site::Site;

/// Everything that follows from the contract alone.
pub(crate) struct ContractFiles {
    yaml: Representation,
    json: Representation,
    lowered: Representation,
    llms: Representation,
    llms_full: Representation,
}

impl ContractFiles {
    /// From the contract's text; `public_url` is where this site is, whatever address the contract was written for.
    pub fn make(text: &str, loaded: &Loaded, guides: &Guides, public_url: &str) -> Result<Self, PortalError> {
        let (lower_document, _) = lower::lower(&loaded.document);
        let api = Api { servers: vec![server(public_url)], ..loaded.api.clone() };
        Ok(Self {
            yaml: Representation::once(text.as_bytes().to_vec()),
            json: Representation::once(json(&served(loaded.document.root(), public_url))?),
            lowered: Representation::once(json(&served(&lower_document, public_url))?),
            llms: Representation::once(llms::index(&api, &links(guides))),
            llms_full: Representation::once(llms::full(&api)),
        })
    }
}

/// The document with this site's address in `servers`, so that tools that read it call this server.
fn served(document: &Value, public_url: &str) -> Value {
    let mut document = document.clone();
    if let Some(members) = document.as_object_mut() {
        members.insert("servers".to_owned(), serde_json::json!([{ "url": public_url, "description": "This server." }]));
    }
    document
}

fn server(public_url: &str) -> Server {
    Server { url: public_url.to_owned(), default_url: public_url.to_owned(), ..Server::default() }
}

/// What the index for language models names besides the operations.
fn links(guides: &Guides) -> Links {
    let link = |name: &str, path: &str, note: &str| Link {
        name: name.to_owned(),
        path: path.to_owned(),
        note: note.to_owned(),
    };
    let guides = guides.links("").into_iter().filter(|guide| guide.address != "/docs/quickstart");
    let mut docs = vec![link("Quickstart", "/docs/quickstart", "a first call in curl, Rust, TypeScript and Python")];
    docs.extend(guides.map(|guide| link(&guide.title, &format!("{}.md", guide.address), "")));
    let contract = vec![
        link("openapi.yaml", "/openapi.yaml", "the contract, OpenAPI as written"),
        link("openapi.json", "/openapi.json", "the same as JSON"),
        link("llms-full.txt", "/llms-full.txt", "every operation in one file"),
    ];
    Links {
        sections: vec![
            Section { title: "Guides".to_owned(), links: docs },
            Section { title: "Contract".to_owned(), links: contract },
        ],
        notes: vec![
            "Any page of the reference or the guides is Markdown at its address with `.md` behind it.".to_owned(),
        ],
        ..Links::default()
    }
}

fn json(value: &Value) -> Result<Vec<u8>, PortalError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| PortalError::Convert(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

const JSON: &str = "application/json";
const YAML: &str = "application/yaml";
const TEXT: &str = "text/markdown; charset=utf-8";

/// Byte for byte as it was written.
#[handler]
pub(crate) fn yaml(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(YAML, &site.contract.yaml).for_any_origin()
}

#[handler]
pub(crate) fn as_json(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(JSON, &site.contract.json).for_any_origin()
}

/// For tools that stop at OpenAPI 3.0.
#[handler]
pub(crate) fn lowered(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(JSON, &site.contract.lowered).for_any_origin()
}

#[handler]
pub(crate) fn llms_txt(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(TEXT, &site.contract.llms).for_any_origin()
}

#[handler]
pub(crate) fn llms_full_txt(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(TEXT, &site.contract.llms_full).for_any_origin()
}
