//! What makes the modules a package: its metadata, its public names.

use super::imports;
use super::text::{one_line, string};
use super::vocabulary::Vocabulary;
use crate::files::{Comment, GeneratedFile};
use crate::model::Api;

/// Public names of the runtime and their modules.
const PUBLIC: [(&str, &str); 40] = [
    ("APIConnectionError", "errors"),
    ("APIError", "errors"),
    ("APIResponseError", "errors"),
    ("APIStatusError", "errors"),
    ("APITimeoutError", "errors"),
    ("AsyncDownload", "streams"),
    ("AsyncPage", "pages"),
    ("AsyncPages", "pages"),
    ("AsyncStream", "streams"),
    ("AsyncTokenStore", "tokens"),
    ("BadRequestError", "errors"),
    ("ConflictError", "errors"),
    ("Download", "streams"),
    ("Event", "streams"),
    ("FieldError", "errors"),
    ("File", "bodies"),
    ("FileTokenStore", "tokens"),
    ("MemoryTokenStore", "tokens"),
    ("Model", "model"),
    ("NOT_GIVEN", "not_given"),
    ("NotFoundError", "errors"),
    ("NotGiven", "not_given"),
    ("Page", "pages"),
    ("PermissionDeniedError", "errors"),
    ("RateLimit", "rate_limit"),
    ("RateLimitError", "errors"),
    ("RateLimitWindow", "rate_limit"),
    ("RawResponse", "resource"),
    ("RequestOptions", "operation"),
    ("ServerError", "errors"),
    ("Stream", "streams"),
    ("TokenStore", "tokens"),
    ("Tokens", "tokens"),
    ("UnauthenticatedError", "errors"),
    ("UnprocessableError", "errors"),
    ("Webhook", "webhooks"),
    ("WebhookVerificationError", "webhooks"),
    ("AsyncClient", ""),
    ("Client", ""),
    ("CONTRACT", ""),
];

/// Import name: an identifier.
pub(super) fn import_name(api: &Api) -> String {
    let name: String = api
        .config
        .python_package
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' })
        .collect();
    let name = name.trim_matches('_').to_owned();
    match name.chars().next() {
        None => "api_client".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("api_{name}"),
        Some(_) if super::reserved::modules().contains(&name.as_str()) => format!("{name}_client"),
        Some(_) => name,
    }
}

/// Name of the distribution: letters and digits at both ends (PEP 508).
pub(super) fn distribution(api: &Api) -> String {
    let given = &api.config.python_package;
    let fits = given.starts_with(|first: char| first.is_ascii_alphanumeric())
        && given.ends_with(|last: char| last.is_ascii_alphanumeric())
        && given.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    if fits { given.clone() } else { import_name(api) }
}

/// Version as Python packages write them (PEP 440): the numbers at the start of the API's.
pub(super) fn version(api: &Api) -> String {
    let given =
        api.config.raw.get("python").and_then(|python| python.get("version")).and_then(|version| version.as_str());
    let text = given.unwrap_or(&api.info.version).trim_start_matches(['v', 'V']);
    let numbers: Vec<String> =
        text.split(['.', '-']).map_while(|part| part.parse::<u64>().ok()).map(|number| number.to_string()).collect();
    if numbers.is_empty() { "0.0.0".to_owned() } else { numbers.join(".") }
}

/// `__init__.py`, `py.typed` and `pyproject.toml`.
pub(super) fn files(vocabulary: &Vocabulary<'_>, package: &str, events: bool) -> Vec<GeneratedFile> {
    let api = vocabulary.api;
    let mut init = imports::lazy_package(&format!("Client of {}.", one_line(&api.info.title)), &exports(events));
    init.push_str(&format!("\n\n__version__ = {}\n", string(&version(api))));
    vec![
        GeneratedFile::new(&api.origin, Comment::Hash, format!("src/{package}/__init__.py"), &init),
        GeneratedFile::new(&api.origin, Comment::Hash, format!("src/{package}/py.typed"), ""),
        GeneratedFile::new(&api.origin, Comment::Hash, "pyproject.toml", &pyproject(api, package)),
    ]
}

fn exports(events: bool) -> Vec<(String, String)> {
    let module = |name: &str, home: &str| match (name, home) {
        ("CONTRACT", _) => "._contract".to_owned(),
        ("Webhook", _) if events => "._webhooks".to_owned(),
        (_, "") => "._client".to_owned(),
        (_, home) => format!("._runtime.{home}"),
    };
    let mut all: Vec<(String, String)> =
        PUBLIC.iter().map(|(name, home)| ((*name).to_owned(), module(name, home))).collect();
    all.push(("models".to_owned(), ".models".to_owned()));
    all.sort();
    all
}

/// `x-sdk.python.extras`: what only hand-written parts of the package need, by the name of the extra.
fn extras(api: &Api) -> String {
    let said =
        api.config.raw.get("python").and_then(|python| python.get("extras")).and_then(|extras| extras.as_object());
    let lines = said.into_iter().flatten().map(|(name, needs)| {
        let needs: Vec<String> =
            needs.as_array().into_iter().flatten().filter_map(|one| one.as_str()).map(string).collect();
        format!("{} = [{}]\n", string(name), needs.join(", "))
    });
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("\n[project.optional-dependencies]\n{lines}") }
}

fn pyproject(api: &Api, package: &str) -> String {
    let about = format!("Client of {}", one_line(&api.info.title));
    let licence =
        api.info.license_identifier.as_deref().map(|name| format!("license = {}\n", string(name))).unwrap_or_default();
    format!(
        r#"[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = {name}
version = {version}
description = {about}
readme = "README.md"
requires-python = ">=3.10"
{licence}dependencies = ["httpx>=0.27,<1", "pydantic>=2.9,<3", "typing-extensions>=4.10"]
classifiers = ["Programming Language :: Python :: 3", "Typing :: Typed"]
{extras}
[tool.hatch.build.targets.wheel]
packages = ["src/{package}"]

[tool.mypy]
strict = true
"#,
        name = string(&distribution(api)),
        version = string(&version(api)),
        about = string(&about),
        extras = extras(api),
    )
}
