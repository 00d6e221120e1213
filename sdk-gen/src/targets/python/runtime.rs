//! The hand-written runtime, `runtime/python/sdk_runtime`, that goes whole into each package as `_runtime`.

use crate::files::{Comment, GeneratedFile};
use crate::model::Api;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/runtime/python/sdk_runtime/", $name)))),*]
    };
}

/// Name and text of each file.
const FILES: [(&str, &str); 26] = files![
    "__init__.py",
    "answers.py",
    "async_client.py",
    "base_client.py",
    "bodies.py",
    "core.py",
    "credentials.py",
    "errors.py",
    "keeper.py",
    "model.py",
    "not_given.py",
    "operation.py",
    "pages.py",
    "plan.py",
    "rate_limit.py",
    "reading.py",
    "resource.py",
    "retry.py",
    "streams.py",
    "structured_field.py",
    "styles.py",
    "sync_client.py",
    "tokens.py",
    "typed.py",
    "webhooks.py",
    "writing.py",
];

/// The copies in a package.
pub(super) fn files(api: &Api, package: &str) -> Vec<GeneratedFile> {
    let path = |name: &str| format!("src/{package}/_runtime/{name}");
    FILES.iter().map(|(name, text)| GeneratedFile::new(&api.origin, Comment::Hash, path(name), text)).collect()
}

#[cfg(test)]
mod tests {
    use super::FILES;

    #[test]
    fn every_file_of_the_runtime_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/runtime/python/sdk_runtime");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.ends_with(".py"))
            .collect();
        found.sort();
        assert_eq!(found, FILES.map(|(name, _)| name));
    }
}
