//! What the command line says and how it ends.

#![expect(clippy::expect_used, reason = "a test says so when it cannot go on")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const GOOD: &str =
    "{openapi: 3.1.1, info: {title: T, version: '1'}, paths: {/a: {get: {operationId: listThings, responses: {}}}}}";
const ODD: &str = "{openapi: 3.1.1, info: {title: T, version: '1'}, paths: {/a: {get: {responses: {}}}}}";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sdk-gen")).current_dir(folder).args(arguments).output().expect("runs")
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("good.yaml"), GOOD).expect("written");
    fs::write(folder.path().join("odd.yaml"), ODD).expect("written");
    folder
}

#[test]
fn what_was_repaired_fails_under_strict_alone() {
    let folder = folder();
    let arguments = ["typescript", "odd.yaml", "--out", "out"];
    let plain = run(folder.path(), &arguments);
    assert!(plain.status.success(), "{}", told(&plain));
    assert!(told(&plain).contains("odd.yaml:1: warning: GET /a has no operationId"), "{}", told(&plain));
    let strict = run(folder.path(), &["typescript", "odd.yaml", "--out", "out", "--strict"]);
    assert_eq!(strict.status.code(), Some(1));
    assert!(folder.path().join("out/package.json").is_file(), "what could be made is made");
    assert!(run(folder.path(), &["typescript", "good.yaml", "--out", "out", "--strict"]).status.success());
}

#[test]
fn diagnostics_are_there_for_machines() {
    let folder = folder();
    let output = run(folder.path(), &["lower", "odd.yaml", "--diagnostics", "json"]);
    let lowered: serde_json::Value = serde_json::from_slice(&output.stdout).expect("the document on standard output");
    assert_eq!(lowered["openapi"], "3.0.3");
    let output = run(folder.path(), &["llms", "odd.yaml", "--diagnostics", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&output.stderr).expect("JSON on standard error");
    assert_eq!(found[0]["code"], "operation-id");
    assert_eq!(found[0]["severity"], "warning");
    assert_eq!(found[0]["line"], 1);
    let refused = run(folder.path(), &["llms", "none.yaml", "--diagnostics", "json"]);
    let found: serde_json::Value = serde_json::from_slice(&refused.stderr).expect("JSON on standard error");
    assert_eq!((refused.status.code(), found[0]["code"].as_str()), (Some(1), Some("unreadable")));
}

#[test]
fn check_names_each_file_that_is_not_as_generated() {
    let folder = folder();
    let out = ["python", "good.yaml", "--out", "out"];
    let checked = [&out[..], &["--check"]].concat();
    assert_eq!(run(folder.path(), &checked).status.code(), Some(1), "nothing is there yet");
    assert!(!folder.path().join("out").exists(), "a check writes nothing");
    assert!(run(folder.path(), &out).status.success());
    assert!(run(folder.path(), &checked).status.success());
    fs::write(folder.path().join("out/README.md"), "changed").expect("written");
    let output = run(folder.path(), &checked);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        told(&output).contains("README.md: different") && told(&output).contains("run `sdk-gen python`"),
        "{}",
        told(&output)
    );
}

#[test]
fn generate_works_in_a_workspace_with_a_contract() {
    let folder = folder();
    let output = run(folder.path(), &["generate"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("there is no openapi.yaml here"), "{}", told(&output));
    fs::write(folder.path().join("openapi.yaml"), GOOD).expect("written");
    let output = run(folder.path(), &["generate", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("openapi.yaml:1: `listThings` has no `x-caller`"), "{}", told(&output));
    assert!(!folder.path().join("server").exists(), "a contract that breaks the rules makes nothing");
}
