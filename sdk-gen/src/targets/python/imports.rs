//! Import lines, and packages that load their names when they are first asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::annotate::Mentions;
use super::text::{docstring, fit, string};
use super::vocabulary::Vocabulary;

/// Where a word comes from: its group (standard library, others, ours), its module, and the words that are there.
/// `.` counts from the package.
const SOURCES: [(u8, &str, &[&str]); 14] = [
    (0, "datetime", &["date as Date", "datetime as DateTime"]),
    (
        0,
        "typing",
        &["Annotated", "Any", "Dict", "List", "Literal", "Mapping", "Sequence", "Tuple", "TypeAlias", "Union"],
    ),
    (1, "pydantic", &["Field"]),
    (1, "typing_extensions", &["Required", "TypedDict"]),
    (2, ".", &["models"]),
    (2, "._runtime", &["typed as _typed"]),
    (2, "._runtime.bodies", &["Content", "File", "FormBody", "JsonBody", "LinesBody", "MultipartBody", "RawBody"]),
    (2, "._runtime.model", &["Model", "Tagged"]),
    (2, "._runtime.not_given", &["NOT_GIVEN", "NotGiven"]),
    (2, "._runtime.operation", &["Arguments", "Operation", "RequestOptions", "Turn"]),
    (2, "._runtime.pages", &["AsyncPages", "Page"]),
    (2, "._runtime.resource", &["AsyncResource", "Resource", "as_async_raw", "as_raw"]),
    (2, "._runtime.streams", &["AsyncDownload", "AsyncStream", "Download", "Event", "Stream"]),
    (2, "._runtime.styles", &["Style"]),
];

/// The beginning of a module of models.
pub(super) fn of_models(vocabulary: &Vocabulary<'_>, module: &str, mentions: &Mentions) -> String {
    let mut out = "from __future__ import annotations\n".to_owned();
    out.push_str(&words(&mentions.words, "."));
    let mut others: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, dict) in &mentions.types {
        let names = if *dict { &vocabulary.dicts } else { &vocabulary.classes };
        if let (Some(home), Some(name)) = (vocabulary.homes.get(name.as_str()), names.get(name.as_str()))
            && home != module
        {
            others.entry(home).or_default().insert(name);
        }
    }
    if !others.is_empty() && mentions.words.iter().all(|word| !is_ours(word)) {
        out.push('\n');
    }
    for (home, names) in others {
        let names: Vec<&str> = names.into_iter().collect();
        out.push_str(&line(&format!(".{home}"), &names));
    }
    out
}

/// Imports of words, in groups: the standard library, others, ours. `up` leads to the package.
pub(super) fn words(wanted: &BTreeSet<&'static str>, up: &str) -> String {
    let mut out = String::new();
    let mut last = None;
    for (group, source, known) in SOURCES {
        let is_wanted = |name: &&str| wanted.contains(imported(name));
        let names: Vec<&str> = known.iter().copied().filter(is_wanted).collect();
        if names.is_empty() {
            continue;
        }
        if last != Some(group) {
            out.push('\n');
        }
        last = Some(group);
        let from = if source.starts_with('.') { format!("{up}{source}") } else { source.to_owned() };
        out.push_str(&line(&from, &names));
    }
    out
}

/// `date as Date` is called `Date`.
fn imported(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

fn is_ours(word: &str) -> bool {
    SOURCES.iter().any(|(group, _, known)| *group == 2 && known.iter().any(|name| imported(name) == word))
}

/// `from X import a, b`.
pub(super) fn line(from: &str, names: &[&str]) -> String {
    let plain = format!("from {from} import {}", names.join(", "));
    if plain.len() <= super::text::WIDTH {
        format!("{plain}\n")
    } else {
        fit(0, &format!("from {from} import ({})", names.join(", ")))
    }
}

/// A package whose names are loaded when they are first asked for: type checkers see plain imports.
pub(super) fn lazy_package(about: &str, exports: &[(String, String)]) -> String {
    let mut out = docstring(0, about);
    out.push_str("\nfrom __future__ import annotations\n\nfrom importlib import import_module\nfrom typing import TYPE_CHECKING, Any, Dict, List\n\nif TYPE_CHECKING:\n");
    let mut modules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, module) in exports {
        modules.entry(module).or_default().push(name);
    }
    for (module, names) in &modules {
        if names.iter().any(|name| is_module(name, module)) {
            out.push_str(&format!("    from . import {0} as {0}\n", module.trim_start_matches('.')));
            continue;
        }
        let aliases: Vec<String> = names.iter().map(|name| format!("{name} as {name}")).collect();
        let plain = format!("from {module} import {}", aliases.join(", "));
        let code = if plain.len() + 4 <= super::text::WIDTH {
            plain
        } else {
            format!("from {module} import ({})", aliases.join(", "))
        };
        out.push_str(&fit(4, &code));
    }
    if exports.is_empty() {
        out.push_str("    pass\n");
    }
    out.push_str("\n_MODULES: Dict[str, str] = {\n");
    for (name, module) in exports {
        out.push_str(&format!("    {}: {},\n", string(name), string(module)));
    }
    out.push_str("}\n\n__all__ = [\n");
    for (name, _) in exports {
        out.push_str(&format!("    {},\n", string(name)));
    }
    out.push_str("]\n");
    out.push_str(LOADER);
    out
}

/// Whether the name is that of a whole module.
fn is_module(name: &str, module: &str) -> bool {
    module.strip_prefix('.') == Some(name)
}

/// Type checkers do not see it, or they would take any name.
const LOADER: &str = r#"
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        loaded = import_module(module, __name__)
        value = loaded if module == f".{name}" else getattr(loaded, name)
        globals()[name] = value
        return value


def __dir__() -> List[str]:
    return sorted({*globals(), *_MODULES})
"#;
