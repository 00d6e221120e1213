//! What the TypeScript target writes: a small document of everything odd, compared with the package beside it.
//!
//! `GOLDEN=overwrite cargo test -p sdk-gen --test typescript` accepts what has changed. Whether the package compiles and
//! calls what the document says is `tests/typescript.sh`.

use std::path::{Path, PathBuf};

use sdk_gen::targets::typescript;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/typescript")
}

#[test]
fn the_odd_document_becomes_the_expected_package() {
    let mut api = sdk_gen::load(&golden().join("spec.yaml")).expect("loads").api;
    api.origin.command = "sdk-gen typescript".to_owned();
    let emitted = typescript::emit(&api);
    let files: Vec<_> = emitted.files.into_iter().filter(|file| !file.path.starts_with("src/runtime/")).collect();
    let folder = golden().join("expected");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "overwrite") {
        sdk_gen::files::write(&folder, &files).expect("writable");
    }
    let drift = sdk_gen::files::compare(&folder, &files).expect("readable");
    assert!(drift.is_empty(), "{drift:#?}\nRun with GOLDEN=overwrite and look at the difference.");
}

#[test]
fn the_same_document_gives_the_same_package() {
    let emit = || typescript::emit(&sdk_gen::load(&golden().join("spec.yaml")).expect("loads").api).files;
    assert_eq!(emit(), emit());
}

#[test]
fn every_operation_becomes_a_method() {
    let api = sdk_gen::load(&golden().join("spec.yaml")).expect("loads").api;
    let emitted = typescript::emit(&api);
    let resources = emitted.files.iter().filter(|file| file.path.starts_with("src/resources/"));
    let methods: usize = resources.map(|file| file.contents.matches("return this.client.").count()).sum();
    assert_eq!(methods, api.operations.len());
}

#[test]
fn what_fetch_cannot_send_is_said_by_operation_and_the_rest_is_there() {
    let text = r#"{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {
        "get": {"operationId": "search", "requestBody": {"required": true, "content": {"application/json": {}}}, "responses": {}},
        "trace": {"operationId": "trace", "responses": {}},
        "post": {"operationId": "make", "responses": {}}}}}"#;
    let api = sdk_gen::from_text("t.json", text).expect("loads").api;
    let emitted = typescript::emit(&api);
    let told: Vec<_> = emitted.diagnostics.iter().map(|found| (found.code, found.operation.as_deref())).collect();
    assert_eq!(told, [("method-forbidden", Some("trace")), ("body-not-sent", Some("search"))]);
    let resource = emitted.files.iter().find(|file| file.path == "src/resources/a.ts").expect("is there");
    for method in ["search(options?: RequestOptions)", "make(options?: RequestOptions)"] {
        assert!(resource.contents.contains(method), "{}", resource.contents);
    }
}
