//! A whole crate for any document: the hand-written part of our own SDK, copied, around what is generated.

use super::Emitted;
use crate::files::{Comment, GeneratedFile};
use crate::model::Api;
use crate::names::{self, Case};

/// The hand-written part, as it stands in `sdk-rust`. It knows nothing of our contract but its words, which are replaced.
const RUNTIME: [(&str, &str); 23] = [
    ("api_error.rs", include_str!("../../../../sdk-rust/src/api_error.rs")),
    ("auth/clock.rs", include_str!("../../../../sdk-rust/src/auth/clock.rs")),
    ("auth/file.rs", include_str!("../../../../sdk-rust/src/auth/file.rs")),
    ("auth/mod.rs", include_str!("../../../../sdk-rust/src/auth/mod.rs")),
    ("auth/refresh.rs", include_str!("../../../../sdk-rust/src/auth/refresh.rs")),
    ("auth/session.rs", include_str!("../../../../sdk-rust/src/auth/session.rs")),
    ("auth/store.rs", include_str!("../../../../sdk-rust/src/auth/store.rs")),
    ("auth/tokens.rs", include_str!("../../../../sdk-rust/src/auth/tokens.rs")),
    ("builder.rs", include_str!("../../../../sdk-rust/src/builder.rs")),
    ("client.rs", include_str!("../../../../sdk-rust/src/client.rs")),
    ("error.rs", include_str!("../../../../sdk-rust/src/error.rs")),
    ("input.rs", include_str!("../../../../sdk-rust/src/input.rs")),
    ("operation.rs", include_str!("../../../../sdk-rust/src/operation.rs")),
    ("pages.rs", include_str!("../../../../sdk-rust/src/pages.rs")),
    ("random.rs", include_str!("../../../../sdk-rust/src/random.rs")),
    ("rate_limit.rs", include_str!("../../../../sdk-rust/src/rate_limit.rs")),
    ("response.rs", include_str!("../../../../sdk-rust/src/response.rs")),
    ("retry.rs", include_str!("../../../../sdk-rust/src/retry.rs")),
    ("structured_field.rs", include_str!("../../../../sdk-rust/src/structured_field.rs")),
    ("timestamp.rs", include_str!("../../../../sdk-rust/src/timestamp.rs")),
    ("transport.rs", include_str!("../../../../sdk-rust/src/transport.rs")),
    ("webhooks.rs", include_str!("../../../../sdk-rust/src/webhooks.rs")),
    ("lib.rs", include_str!("../../../../sdk-rust/src/lib.rs")),
];

const MANIFEST: &str = r#"[package]
name = "{package}"
version = "0.1.0"
edition = "2024"
rust-version = "1.95"
publish = false
description = "{title}: a client"

[dependencies]
progenitor-client = "0.15.1"
reqwest = { version = "0.13", default-features = false, features = ["rustls", "json", "stream", "query", "form"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
bytes = "1"
futures-util = { version = "0.3", default-features = false, features = ["std"] }
async-trait = "0.1"
tokio = { version = "1", features = ["rt", "time"] }
thiserror = "2"
time = { version = "0.3", features = ["formatting", "parsing"] }
base64 = "0.22"
aws-lc-rs = "1"

[workspace]
"#;

/// The whole crate.
#[must_use]
pub fn emit(api: &Api) -> Emitted {
    let mut emitted = super::emit(api);
    for file in &mut emitted.files {
        file.path = format!("src/generated/{}", file.path);
    }
    let words = Words::of(api);
    emitted.files.push(GeneratedFile::new(&api.origin, Comment::Hash, "Cargo.toml", &words.fill(MANIFEST)));
    emitted.files.push(GeneratedFile::new(&api.origin, Comment::Markup, "README.md", &words.readme(api)));
    for (path, source) in RUNTIME {
        let source = if path == "lib.rs" { words.root(source) } else { words.replace(source) };
        emitted.files.push(GeneratedFile::new(&api.origin, Comment::Slashes, format!("src/{path}"), &source));
    }
    emitted
}

/// What this API is called.
struct Words {
    title: String,
    package: String,
    library: String,
    environment: String,
}

impl Words {
    fn of(api: &Api) -> Self {
        let package = names::convert(&api.config.rust_package, Case::Kebab);
        let library = package.replace('-', "_");
        let title = api.info.title.lines().next().unwrap_or_default().replace(['"', '\\'], "'");
        Self { title, package, library, environment: api.config.environment.clone() }
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{package}", &self.package).replace("{title}", &self.title)
    }

    fn replace(&self, source: &str) -> String {
        let source = without_tests(source);
        source.replace("gatepost_sdk", &self.library).replace("GATEPOST", &self.environment)
    }

    /// The crate's root: its words are about our own API, its list of modules is anybody's.
    fn root(&self, source: &str) -> String {
        let modules = source.split_once("\npub mod auth;").map_or("", |(_, rest)| rest);
        let modules = modules.split("\n/// The README's").next().unwrap_or_default();
        let exports = source.split_once("\npub use api_error").map_or("", |(_, rest)| rest);
        format!(
            "//! {}: a client. Begin with [`Client`].\n\n#![allow(clippy::disallowed_methods, dead_code, reason = \"another \
             API may need less of it\")]\n\npub mod auth;{modules}\npub use api_error{exports}",
            self.title
        )
    }

    fn readme(&self, api: &Api) -> String {
        let first =
            api.operations.iter().find(|each| each.parameters.iter().all(|one| !one.required) && each.body.is_none());
        let call = first.map_or("…".to_owned(), |each| format!("{}()", names::convert(&each.id, Case::Snake)));
        let Self { title, package, library, environment } = self;
        format!(
            "# {package}\n\n{title}: a client for Rust.\n\n```rust\nlet client = {library}::Client::from_env()?;\n\
             let answer = client.{call}.send().await?;\n```\n\n`from_env` reads `{environment}_API_KEY` and \
             `{environment}_BASE_URL`; `Client::builder()` takes them, and an access token, as values. Each operation is a \
             method of `Client`; `send()` answers a typed value, `send_raw()` the HTTP answer.\n"
        )
    }
}

/// Tests belong to the source.
fn without_tests(source: &str) -> &str {
    source.split("\n#[cfg(test)]\n").next().unwrap_or(source)
}
