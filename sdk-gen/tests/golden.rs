//! The lowered document, llms.txt and the samples of one small document, compared with what is kept beside it.
//!
//! `GOLDEN=overwrite cargo test -p sdk-gen --test golden` accepts what has changed.

#![expect(clippy::expect_used, reason = "a test says so when it cannot go on")]

use std::path::{Path, PathBuf};

use sdk_gen::files::{self, GeneratedFile};
use sdk_gen::targets::{llms, lower, samples};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn file(path: &str, contents: String) -> GeneratedFile {
    GeneratedFile { path: path.to_owned(), contents }
}

fn made() -> Vec<GeneratedFile> {
    let loaded = sdk_gen::load(&here("specs/plants.yaml")).expect("loads");
    let (lowered, lost) = lower::lower(&loaded.document);
    let mut told: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    let mut lost = lost;
    loaded.document.locate(&mut lost);
    told.extend(lost.iter().map(ToString::to_string));
    let mut calls = String::new();
    for operation in &loaded.api.operations {
        for language in samples::Language::ALL {
            let sample = samples::sample(&loaded.api, operation, language);
            calls.push_str(&format!(
                "## {} ({})\n\n```{}\n{sample}\n```\n\n",
                operation.id,
                language.title(),
                language.fence()
            ));
        }
    }
    vec![
        file("diagnostics.txt", told.join("\n") + "\n"),
        file("lowered.json", serde_json::to_string_pretty(&lowered).expect("JSON") + "\n"),
        file("llms.txt", llms::index(&loaded.api, &llms::Links::default())),
        file("llms-full.txt", llms::full(&loaded.api)),
        file("samples.md", calls),
    ]
}

#[test]
fn the_plant_shop_becomes_what_is_kept() {
    let folder = here("golden/core");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        files::write(&folder, &made()).expect("writable");
    }
    let drift = files::compare(&folder, &made()).expect("readable");
    assert!(drift.is_empty(), "{drift:#?}\nRun with GOLDEN=overwrite and look at the difference.");
}
