//! The hand-written runtime, `runtime/typescript/src`, that goes whole into each package.

use crate::files::{Comment, GeneratedFile};
use crate::model::Origin;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/runtime/typescript/src/", $name)))),*]
    };
}

/// Name and text of each file.
const FILES: [(&str, &str); 24] = files![
    "body.ts",
    "client.ts",
    "credentials.ts",
    "errors.ts",
    "events.ts",
    "exchange.ts",
    "index.ts",
    "node.ts",
    "operation.ts",
    "options.ts",
    "pages.ts",
    "parameters.ts",
    "platform.ts",
    "promise.ts",
    "rate-limit.ts",
    "request.ts",
    "resource.ts",
    "retry.ts",
    "send.ts",
    "structured-field.ts",
    "token-keeper.ts",
    "token-store.ts",
    "tokens.ts",
    "webhooks.ts",
];

/// The text of one file.
#[cfg(test)]
pub fn source(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(found, _)| *found == name).map(|(_, text)| *text)
}

/// All files, as they stand in a package.
pub fn files(origin: &Origin) -> Vec<GeneratedFile> {
    let file =
        |(name, text): &(&str, &str)| GeneratedFile::new(origin, Comment::Slashes, format!("src/runtime/{name}"), text);
    FILES.iter().map(file).collect()
}
