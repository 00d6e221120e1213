//! What the Rust target writes: a small document of what it treats in its own way, compared with what is beside it.
//!
//! `GOLDEN=overwrite cargo test -p sdk-gen --features progenitor --test rust` accepts what has changed. That the code
//! compiles and calls what the document says is shown by `sdk-rust`, which is made by the same target.

#![cfg(feature = "progenitor")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails with what was expected")]

use std::path::{Path, PathBuf};

use sdk_gen::Api;
use sdk_gen::targets::{Emitted, rust};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/rust")
}

fn odd() -> Api {
    let mut api = sdk_gen::load(&golden().join("spec.yaml")).expect("loads").api;
    api.origin.command = "sdk-gen rust".to_owned();
    api
}

fn file<'a>(emitted: &'a Emitted, path: &str) -> &'a str {
    &emitted.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path}")).contents
}

#[test]
fn the_odd_document_becomes_the_expected_code() {
    let files = rust::emit(&odd()).files;
    let folder = golden().join("expected");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        sdk_gen::files::write(&folder, &files).expect("writable");
    }
    let drift = sdk_gen::files::compare(&folder, &files).expect("readable");
    assert!(drift.is_empty(), "{drift:#?}\nRun with GOLDEN=overwrite and look at the difference.");
}

#[test]
fn the_same_document_gives_the_same_code() {
    assert_eq!(rust::emit(&odd()).files, rust::emit(&odd()).files);
}

#[test]
fn what_cannot_be_sent_costs_itself_alone_and_is_told_by_operation() {
    let emitted = rust::emit(&odd());
    let told: Vec<_> =
        emitted.diagnostics.iter().filter_map(|each| Some((each.operation.clone()?, each.code))).collect();
    assert!(told.contains(&("uploadPicture".to_owned(), "rust-operation")), "{told:?}");
    assert!(told.contains(&("listThings".to_owned(), "rust-parameter")), "the cookie and the deep object: {told:?}");
    let things = file(&emitted, "operations/things.rs");
    for method in ["list_things", "create_thing", "change_thing", "drop_thing", "get_picture", "put_picture"] {
        assert!(things.contains(&format!("pub fn {method}(&self)")), "{method}");
    }
    assert!(!things.contains("upload_picture"));
}

#[test]
fn a_document_that_progenitor_chokes_on_gives_the_rest() {
    let api = sdk_gen::from_text(
        "choke.yaml",
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /{a}b{c}d{:\n    get: {operationId: bad, responses: {'200': {description: x}}}\n  /good:\n    get: {operationId: good, responses: {'200': {description: x}}}\n",
    );
    let emitted = rust::emit(&api.expect("loads").api);
    assert!(emitted.files.iter().any(|file| file.contents.contains("pub fn good(&self)")));
}

#[test]
fn a_whole_crate_brings_the_runtime_under_its_own_name() {
    let emitted = rust::emit_package(&odd());
    assert!(file(&emitted, "Cargo.toml").contains("name = \"odd-shop\""));
    assert!(file(&emitted, "src/generated/settings.rs").contains("\"ODD_API_KEY\""));
    for part in emitted.files.iter().filter(|file| file.path.ends_with(".rs")) {
        assert!(!part.contents.contains("gatepost_sdk"), "{} speaks of another crate", part.path);
        syn::parse_file(&part.contents).unwrap_or_else(|error| panic!("{}: {error}", part.path));
    }
    let root = file(&emitted, "src/lib.rs");
    for module in ["auth", "transport", "generated", "webhooks"] {
        assert!(root.contains(&format!("mod {module};")), "{module}");
    }
}
