//! What the Python target writes: a small document of everything odd, compared with the package beside it.
//!
//! `GOLDEN=overwrite cargo test -p sdk-gen --test python` accepts what has changed. Whether the package is typed and calls
//! what the document says is `tests/python.sh`.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails where it stands")]

use std::path::{Path, PathBuf};

use sdk_gen::files::GeneratedFile;
use sdk_gen::targets::python;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/python")
}

fn emitted(spec: &Path) -> Vec<GeneratedFile> {
    let mut api = sdk_gen::load(spec).expect("loads").api;
    api.origin.command = "sdk-gen python".to_owned();
    python::emit(&api).files
}

#[test]
fn the_odd_document_becomes_the_expected_package() {
    let files: Vec<_> =
        emitted(&golden().join("spec.yaml")).into_iter().filter(|file| !file.path.contains("/_runtime/")).collect();
    let folder = golden().join("expected");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        sdk_gen::files::write(&folder, &files).expect("writable");
    }
    let drift = sdk_gen::files::compare(&folder, &files).expect("readable");
    assert!(drift.is_empty(), "{drift:#?}\nRun with GOLDEN=overwrite and look at the difference.");
}

#[test]
fn the_same_document_gives_the_same_package() {
    assert_eq!(emitted(&golden().join("spec.yaml")), emitted(&golden().join("spec.yaml")));
}

#[test]
fn code_keeps_to_its_width() {
    for file in emitted(&golden().join("spec.yaml")).iter().filter(|file| file.path.ends_with(".py")) {
        for line in file.contents.lines() {
            assert!(line.chars().count() <= 120, "{}: {line}", file.path);
        }
    }
}
