//! Every public document of the corpus becomes a model with all its operations.
//!
//! The corpus is no part of the repository. It is looked for in `../shared/corpus` beside the workspace, or where
//! `GATEPOST_CORPUS` points: a folder of documents with an `INDEX.tsv` (name, …, operations in column 7).

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test says so when it cannot go on")]

use std::path::{Path, PathBuf};

use sdk_gen::model::Kind;

fn corpus() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let folder = std::env::var_os("GATEPOST_CORPUS").map_or_else(beside, PathBuf::from);
    assert!(
        folder.join("INDEX.tsv").is_file(),
        "no corpus at {}: set GATEPOST_CORPUS to a folder of OpenAPI documents with an INDEX.tsv (see tests/corpus.rs)",
        folder.display()
    );
    folder
}

/// Name, operations and webhooks of each document, as the index has them.
fn index() -> Vec<(String, usize, usize)> {
    let text = std::fs::read_to_string(corpus().join("INDEX.tsv")).expect("the index is readable");
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.map(|row| (row[0].to_owned(), row[6].parse().expect("a number"), row[9].parse().expect("a number"))).collect()
}

#[test]
fn every_operation_of_every_public_document_is_in_the_model() {
    let mut wrong = Vec::new();
    for (name, operations, webhooks) in index() {
        let loaded = sdk_gen::load(&corpus().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = (loaded.api.operations.len(), loaded.api.webhooks.len());
        // The index does not count `x-webhooks`.
        if found.0 != operations || found.1 < webhooks {
            wrong.push(format!(
                "{name}: {found:?} operations and webhooks, the index says {:?}",
                (operations, webhooks)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn models_hold_together() {
    for (name, ..) in index() {
        let api = sdk_gen::load(&corpus().join(&name)).expect("loads").api;
        let mut ids = std::collections::HashSet::new();
        let mut methods = std::collections::HashSet::new();
        for operation in &api.operations {
            assert!(ids.insert(&operation.id), "{name}: the id {} is there twice", operation.id);
            assert!(
                methods.insert((&operation.resource, &operation.name)),
                "{name}: {}.{} is there twice",
                operation.resource,
                operation.name
            );
            assert!(api.tags.iter().any(|tag| tag.name == operation.resource), "{name}: no tag {}", operation.resource);
        }
        for api in [&api, &api.with_named_inlines()] {
            api.for_each_schema(&mut |schema| match &schema.kind {
                Kind::Ref(target) => assert!(api.types.contains_key(target), "{name}: no type {target}"),
                Kind::Union(union) => assert!(union.variants.len() > 1, "{name}: a union of one at {}", schema.pointer),
                Kind::Enum(set) => assert!(!set.values.is_empty(), "{name}: an empty enum at {}", schema.pointer),
                _ => {}
            });
        }
    }
}
