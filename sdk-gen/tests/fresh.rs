//! What is committed follows from openapi.yaml as it stands.

#![expect(clippy::expect_used, reason = "a test says so when it cannot go on")]

use std::path::Path;

use sdk_gen::{Severity, files, rules, targets};

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

#[test]
fn the_contract_keeps_its_rules() {
    let loaded = sdk_gen::load(&workspace().join("openapi.yaml")).expect("the contract loads");
    let broken: Vec<String> =
        loaded.diagnostics.iter().cloned().chain(rules::check(&loaded)).map(|found| found.to_string()).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn generated_code_is_current() {
    let mut api = sdk_gen::load(&workspace().join("openapi.yaml")).expect("the contract loads").api;
    api.origin.command = "cargo gen".to_owned();
    let mut wrong = Vec::new();
    for target in targets::FOLDERS {
        let emitted = (target.emit)(&api);
        let failed = emitted.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        wrong.extend(failed.map(|found| format!("{}: {}", target.name, found.message)));
        let drift = files::compare(&workspace().join(target.home), &emitted.files).expect("the folder is readable");
        for (what, paths) in [("missing", drift.missing), ("different", drift.different), ("stale", drift.stale)] {
            wrong.extend(
                paths
                    .iter()
                    .map(|path| format!("{}: {what}", path.strip_prefix(workspace()).unwrap_or(path).display())),
            );
        }
    }
    assert!(wrong.is_empty(), "run `cargo gen`:\n{}", wrong.join("\n"));
}
