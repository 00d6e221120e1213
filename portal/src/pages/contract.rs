//! The contract's own files: as written, as JSON, lowered to 3.0, and as text for language models. Made once, at start.

use std::sync::Arc;

use poem::handler;
use poem::web::Data;
use sdk_gen::Loaded;

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
    pub fn make(text: &str, loaded: &Loaded, public_url: &str) -> Result<Self, PortalError> {
        let root = loaded.document.root();
        Ok(Self {
            yaml: Representation::once(text.as_bytes().to_vec()),
            json: Representation::once(json(root)?),
            lowered: Representation::once(json(root)?),
            llms: Representation::once(public_url.to_owned()),
            llms_full: Representation::once(public_url.to_owned()),
        })
    }
}

fn json(value: &serde_json::Value) -> Result<Vec<u8>, PortalError> {
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
pub(crate) fn llms(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(TEXT, &site.contract.llms).for_any_origin()
}

#[handler]
pub(crate) fn llms_full(site: Data<&Arc<Site>>) -> Answer {
    Answer::prepared(TEXT, &site.contract.llms_full).for_any_origin()
}
