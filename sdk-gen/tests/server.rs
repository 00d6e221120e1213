//! What the server target writes: a small document, compared with the room beside it.
//!
//! `GOLDEN=overwrite cargo test -p sdk-gen --test server` accepts what has changed. That the room compiles and does what
//! the document says is shown by the server that is made from openapi.yaml.

#![expect(clippy::expect_used, reason = "a test that cannot go on fails where it stands")]

use std::path::{Path, PathBuf};

use sdk_gen::targets::{Emitted, server};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/server")
}

fn emitted() -> Emitted {
    let mut api = sdk_gen::load(&golden().join("spec.yaml")).expect("loads").api;
    api.origin.command = "sdk-gen server".to_owned();
    server::emit(&api)
}

fn file(path: &str) -> String {
    emitted().files.into_iter().find(|file| file.path == path).expect("is written").contents
}

#[test]
fn the_document_becomes_the_expected_room() {
    let files = emitted().files;
    let folder = golden().join("expected");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        sdk_gen::files::write(&folder, &files).expect("writable");
    }
    let drift = sdk_gen::files::compare(&folder, &files).expect("readable");
    assert!(drift.is_empty(), "{drift:#?}\nRun with GOLDEN=overwrite and look at the difference.");
}

#[test]
fn no_route_is_written_without_its_gate() {
    for path in ["books.rs", "lending.rs"] {
        let text = file(path);
        let routes = text.matches("    async fn ").count();
        let gates = text.matches("admitted: Admitted<").count() + text.matches("admitted: Welcomed<").count();
        assert_eq!(routes, gates, "{path}");
    }
}

#[test]
fn what_it_cannot_write_is_said_by_operation_and_the_rest_is_there() {
    let emitted = emitted();
    let told: Vec<_> = emitted.diagnostics.iter().map(|found| (found.code, found.operation.as_deref())).collect();
    assert_eq!(told, [("server-unsupported", Some("getCover"))]);
    assert!(file("lending.rs").contains("fn get_loan("));
}

#[test]
fn a_type_stands_with_the_one_tag_that_uses_it_and_else_in_the_middle() {
    assert!(file("books.rs").contains("pub struct AddBook"));
    assert!(file("types.rs").contains("pub struct Book "));
    assert!(
        file("lending.rs").contains("use super::types::{Book}")
            || file("lending.rs").contains("use super::types::Book")
    );
}

#[test]
fn a_secret_does_not_show_itself() {
    let text = file("books.rs");
    assert!(text.contains("impl std::fmt::Debug for AddBook"));
    assert!(!text.contains("Object, Debug)]\n#[oai(deny_unknown_fields)]\npub struct AddBook"));
}
