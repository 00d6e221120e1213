//! The contract's own files: as written, as JSON, lowered to 3.0, and as text for language models. Each is made
//! when it is asked for the first time.

use std::sync::{Arc, LazyLock};

use poem::handler;
use poem::web::Data;
use sdk_gen::Loaded;
use sdk_gen::model::{Api, Server};
use sdk_gen::targets::llms::{self, Link, Links, Section};
use sdk_gen::targets::lower;
use serde_json::Value;

use super::docs::Guides;
use crate::http::{Answer, Representation};
use crate::site::Site;

/// Everything that follows from the contract alone.
pub(crate) struct ContractFiles {
    yaml: File,
    json: File,
    lowered: File,
    llms: File,
    llms_full: File,
}

type File = LazyLock<Representation, Box<dyn FnOnce() -> Representation + Send>>;

impl ContractFiles {
    /// From the contract's text; `public_url` is where this site is, whatever address the contract was written for.
    pub fn new(text: &str, loaded: &Arc<Loaded>, guides: &Guides, public_url: &str) -> Self {
        let (links, text) = (links(guides), text.to_owned());
        Self {
            yaml: file(loaded, public_url, |_, _| text),
            json: file(loaded, public_url, |loaded, url| json(loaded.document.root(), url)),
            lowered: file(loaded, public_url, |loaded, url| json(&lower::lower(&loaded.document).0, url)),
            llms: file(loaded, public_url, move |loaded, url| llms::index(&here(loaded, url), &links)),
            llms_full: file(loaded, public_url, |loaded, url| llms::full(&here(loaded, url))),
        }
    }
}

fn file(loaded: &Arc<Loaded>, public_url: &str, write: impl FnOnce(&Loaded, &str) -> String + Send + 'static) -> File {
    let (loaded, public_url) = (Arc::clone(loaded), public_url.to_owned());
    LazyLock::new(Box::new(move || Representation::once(write(&loaded, &public_url))))
}

/// The API as it is served at this address.
fn here(loaded: &Loaded, public_url: &str) -> Api {
    let url = public_url.to_owned();
    let server = Server { default_url: url.clone(), url, ..Server::default() };
    Api { servers: vec![server], ..loaded.api.clone() }
}

/// The document as JSON, with this site's address in `servers`, so that tools that read it call this server.
fn json(document: &Value, public_url: &str) -> String {
    let mut document = document.clone();
    if let Some(members) = document.as_object_mut() {
        members.insert("servers".to_owned(), serde_json::json!([{ "url": public_url, "description": "This server." }]));
    }
    format!("{document:#}\n")
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
