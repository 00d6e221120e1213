//! Documents that mean harm, or none at all: a clear error or a diagnostic, never a panic, never a hang.

#![expect(clippy::indexing_slicing, clippy::panic, reason = "a test says so when it cannot go on")]

use std::fmt::Write as _;

use sdk_gen::model::Kind;
use sdk_gen::targets::{FOLDERS, llms, lower, samples};
use sdk_gen::{Loaded, from_text};

fn refused(name: &str, text: &str, words: &str) {
    match from_text(name, text) {
        Ok(_) => panic!("{name} is read, it should not be: {}", &text.chars().take(60).collect::<String>()),
        Err(error) => {
            let told = error.to_string();
            assert!(told.starts_with(&format!("{name}:")), "no place in: {told}");
            assert!(told.contains(words), "no `{words}` in: {told}");
        }
    }
}

/// Reads it and makes everything of it.
fn survives(text: &str) -> Loaded {
    let loaded = from_text("hostile.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    let (lowered, _) = lower::lower(&loaded.document);
    assert_eq!(lowered["openapi"], "3.0.3");
    assert!(llms::full(&loaded.api).starts_with("# "));
    assert!(llms::index(&loaded.api, &llms::Links::default()).starts_with("# "));
    for operation in &loaded.api.operations {
        for language in samples::Language::ALL {
            assert!(!samples::sample(&loaded.api, operation, language).is_empty());
        }
    }
    for target in FOLDERS.iter().filter(|target| matches!(target.name, "typescript" | "python")) {
        (target.emit)(&loaded.api);
    }
    loaded
}

fn with_schemas(schemas: &str) -> Loaded {
    survives(&format!(
        "{{openapi: 3.1.1, info: {{title: T, version: '1'}}, paths: {{}}, components: {{schemas: {schemas}}}}}"
    ))
}

#[test]
fn what_is_no_openapi_document_is_refused_with_place_and_remedy() {
    refused("a.yaml", "", "empty");
    refused("a.yaml", "  \n\n", "empty");
    refused("a.yaml", "# nothing\n", "empty");
    refused("a.json", "{", "Correct the syntax");
    refused("a.json", "{\"openapi\": \"3.1.1\",\n\n \"info\": }", "a.json:3");
    refused("a.yaml", "openapi: 3.1.1\ninfo: [", "Correct the syntax");
    refused("a.yaml", "- 1\n", "not an object");
    refused("a.yaml", "just text", "not an object");
    refused("a.json", "[]", "not an object");
    refused("a.yaml", "title: x", "no `openapi`");
    refused("a.yaml", "swagger: '2.0'", "Swagger 2.0");
    refused("a.yaml", "openapi: 4.0.0", "Use 3.0 or 3.1");
    refused("a.yaml", "openapi: [3]", "Use 3.0 or 3.1");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latin.yaml");
    std::fs::write(&path, b"openapi: 3.1.1\ninfo: {title: caf\xe9}\n").expect("written");
    let error = sdk_gen::load(&path).expect_err("no UTF-8").to_string();
    assert!(error.starts_with("latin.yaml:2:") && error.contains("UTF-8"), "{error}");
    let missing = sdk_gen::load(&folder.path().join("none.yaml")).expect_err("no file").to_string();
    assert!(missing.contains("cannot be read"), "{missing}");
}

#[test]
fn deep_nesting_is_refused() {
    let deep = 100_000;
    refused("a.json", &format!("{}{}", "[".repeat(deep), "]".repeat(deep)), "recursion limit");
    refused("a.yaml", &format!("a: {}{}", "[".repeat(deep), "]".repeat(deep)), "Correct the syntax");
    let mut yaml = String::new();
    for level in 0..300 {
        let _ = writeln!(yaml, "{}a:", " ".repeat(level));
    }
    refused("a.yaml", &yaml, "deeper than");
}

#[test]
fn yaml_bombs_are_refused() {
    let mut bomb = String::from("openapi: 3.1.1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{inner}]");
    }
    refused("a.yaml", &bomb, "unfold");
    refused("a.yaml", "openapi: 3.1.1\na: &a [*a]\n", "refers to itself");
    refused("a.yaml", "openapi: 3.1.1\n? [a, b]\n: c\n", "plain text");
}

#[test]
fn wrong_types_everywhere_cost_what_is_wrong_alone() {
    let loaded = survives(
        "{openapi: 3.1.1, info: 7, servers: {}, tags: x, security: 3, paths: {/a: 4, b: {}, /c: {get: 5, post: {parameters: {}, requestBody: [],
         responses: [], tags: 1, security: {x: null}, operationId: [1]}, put: {operationId: good, parameters: [1, {}, {name: x}, {name: x, in: y},
         {name: q, in: query, schema: 12}], responses: {x: {}, '200': 9, '299': {content: {a/b: 1}}}}}},
         components: {schemas: {A: 1, B: [], C: {type: 9}, D: {properties: [], required: {}}, E: {enum: {}}, F: {allOf: {}}, G: {oneOf: [1, 2]}}, securitySchemes: {s: 1}}}",
    );
    let ids: Vec<&str> = loaded.api.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids, ["postC", "good"]);
    assert!(
        loaded.diagnostics.iter().all(|found| found.line.is_some() && !found.message.is_empty()),
        "{:?}",
        loaded.diagnostics
    );
    survives("{openapi: 3.1.1, paths: [], components: 5, webhooks: 7}");
    survives("{openapi: 3.1.1}");
}

#[test]
fn references_in_circles_end() {
    let loaded = with_schemas(
        "{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}, C: {allOf: [{$ref: '#/components/schemas/C'}]},
          D: {oneOf: [{$ref: '#/components/schemas/D'}, {type: string}]}, E: {allOf: [{$ref: '#/components/schemas/F'}, {properties: {x: {type: string}}}]},
          F: {allOf: [{$ref: '#/components/schemas/E'}, {properties: {y: {type: string}}}]}, G: {properties: {g: {$ref: '#/components/schemas/G/properties/g'}}},
          H: {$ref: '#/components/schemas/H'}, I: {items: {$ref: '#/components/schemas/I'}}, J: {$ref: '#'}, K: {$ref: '#/components/schemas/A/x/y'}}",
    );
    for name in ["A", "B", "C", "D", "H"] {
        let schema = &loaded.api.types.get(name).expect("there").schema;
        assert!(loaded.api.resolve(schema).is_some(), "{name} still goes round: {schema:?}");
    }
    assert!(
        matches!(&loaded.api.types.get("I").expect("there").schema.kind, Kind::Array(_)),
        "a list of itself is a good type"
    );
    assert!(loaded.diagnostics.iter().any(|found| found.code == "alias-cycle"), "{:?}", loaded.diagnostics);
    survives("{openapi: 3.1.1, paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}, /c: {get: {parameters: [{$ref: '#/components/parameters/P'}]}}},
              components: {parameters: {P: {$ref: '#/components/parameters/P'}}}}");
}

#[test]
fn references_that_multiply_end() {
    let mut schemas = String::from("{T0: {properties: {a: {type: string}}}");
    for level in 1..60 {
        let inner = vec![format!("{{$ref: '#/components/schemas/T{}'}}", level - 1); 4].join(", ");
        let _ = write!(schemas, ", T{level}: {{allOf: [{inner}]}}");
    }
    schemas.push('}');
    let loaded = with_schemas(&schemas);
    assert_eq!(loaded.api.types.len(), 60);
}

#[test]
fn long_chains_and_wide_trees_end() {
    let mut schemas = String::from("{C0: {properties: {a: {type: string}}}, W0: {type: string}");
    for level in 1..100 {
        let _ = write!(
            schemas,
            ", C{level}: {{allOf: [{{$ref: '#/components/schemas/C{}'}}, {{properties: {{b{level}: {{type: string}}}}}}]}}",
            level - 1
        );
    }
    for level in 1..60 {
        let inner = format!("{{$ref: '#/components/schemas/W{}'}}", level - 1);
        let _ = write!(schemas, ", W{level}: {{required: [a, b], properties: {{a: {inner}, b: {inner}}}}}");
    }
    let answer = "{content: {application/json: {schema: {$ref: '#/components/schemas/W59'}}}}";
    let loaded = from_text(
        "hostile.yaml",
        &format!("{{openapi: 3.1.1, paths: {{/a: {{post: {{requestBody: {answer}, responses: {{'200': {answer}}}}}}}}}, components: {{schemas: {schemas}}}}}}}"),
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let text = llms::full(&loaded.api);
    assert!(text.len() < 1_000_000, "{} characters", text.len());
}

#[test]
fn files_outside_the_folder_and_addresses_are_never_read() {
    let outside = tempfile::tempdir().expect("a folder");
    let folder = outside.path().join("inner");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(outside.path().join("secret.yaml"), "Secret: {type: string, const: leaked}").expect("written");
    std::fs::write(
        folder.join("beside.yaml"),
        "Thing: {type: string, const: found}\nUp: {$ref: '../secret.yaml#/Secret'}",
    )
    .expect("written");
    let spec = "{openapi: 3.1.1, components: {schemas: {
        A: {$ref: 'beside.yaml#/Thing'}, B: {$ref: '../secret.yaml#/Secret'}, C: {$ref: 'beside.yaml#/Up'},
        D: {$ref: 'https://example.com/x.yaml#/X'}, E: {$ref: '/etc/passwd'}, F: {$ref: 'file:///etc/passwd'}}}}";
    std::fs::write(folder.join("spec.yaml"), spec).expect("written");
    let loaded = sdk_gen::load(&folder.join("spec.yaml")).expect("loads");
    let told = format!("{:?}", loaded.api.types);
    assert!(told.contains("found") && !told.contains("leaked") && !told.contains("root:"), "{told}");
    assert_eq!(loaded.diagnostics.len(), 5, "{:?}", loaded.diagnostics);
    assert!(
        loaded.diagnostics.iter().any(|found| found.file == "beside.yaml" && found.line == Some(2)),
        "{:?}",
        loaded.diagnostics
    );
}
