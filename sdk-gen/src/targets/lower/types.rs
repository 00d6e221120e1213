//! `type` lists and null.

use serde_json::{Value, json};

use super::{Lowering, Members};

/// Keywords that belong to one type, so that a list of types can be taken apart.
const BELONGS: [(&str, &[&str]); 4] = [
    ("string", &["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]),
    ("array", &["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]),
    (
        "object",
        &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "minProperties",
            "maxProperties",
            "discriminator",
        ],
    ),
];

impl Lowering<'_> {
    /// A branch that is null becomes `nullable`; an only branch that is left takes the union's place.
    #[expect(clippy::unused_self, reason = "one step of lowering beside the others")]
    pub(super) fn null_branch(&mut self, members: &mut Members) {
        for key in ["oneOf", "anyOf"] {
            let Some(Value::Array(branches)) = members.get_mut(key) else { continue };
            let before = branches.len();
            branches.retain(|branch| !is_null(branch));
            if branches.len() == before {
                continue;
            }
            let only = if branches.len() == 1 { branches.pop() } else { None };
            members.insert("nullable".to_owned(), Value::Bool(true));
            let Some(only) = only else {
                if members.get(key).and_then(Value::as_array).is_some_and(Vec::is_empty) {
                    members.shift_remove(key);
                    null_alone(members);
                }
                continue;
            };
            members.shift_remove(key);
            merge_only(members, only);
        }
    }

    pub(super) fn types(&mut self, members: &mut Members) {
        let names: Vec<String> = match members.get("type") {
            Some(Value::Array(names)) => names.iter().map(|name| name.as_str().unwrap_or("null").to_owned()).collect(),
            Some(Value::String(name)) if name == "null" => vec![name.clone()],
            Some(Value::Null) => vec!["null".to_owned()],
            _ => return,
        };
        let real: Vec<&String> = names.iter().filter(|name| *name != "null").collect();
        let nullable = real.len() < names.len();
        match real.as_slice() {
            [] => null_alone(members),
            [one] => {
                members.insert("type".to_owned(), json!(one));
                if nullable {
                    members.insert("nullable".to_owned(), Value::Bool(true));
                }
            }
            several => split(members, several, nullable),
        }
    }
}

/// Null and nothing else.
fn null_alone(members: &mut Members) {
    members.insert("type".to_owned(), json!("string"));
    members.insert("nullable".to_owned(), Value::Bool(true));
    members.insert("enum".to_owned(), json!([null]));
}

/// The lowered form of `type: null`.
fn is_null(branch: &Value) -> bool {
    branch
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.iter().all(Value::is_null) && !values.is_empty())
}

/// What is left of a union: a reference stands in an `allOf`, anything else in place, texts of the outside first.
fn merge_only(members: &mut Members, only: Value) {
    if only.get("$ref").is_some() {
        match members.get_mut("allOf") {
            Some(Value::Array(parts)) => parts.push(only),
            _ => {
                members.insert("allOf".to_owned(), json!([only]));
            }
        }
        return;
    }
    if let Value::Object(inner) = only {
        if inner.keys().any(|key| {
            members.contains_key(key)
                && !matches!(key.as_str(), "description" | "title" | "example" | "examples" | "nullable")
        }) {
            members.insert("allOf".to_owned(), json!([inner]));
            return;
        }
        for (key, value) in inner {
            members.entry(key).or_insert(value);
        }
    }
}

/// Several types: a branch for each, with the keywords that belong to it. Null goes with the first.
fn split(members: &mut Members, names: &[&String], nullable: bool) {
    members.shift_remove("type");
    let mut branches = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let mut branch = Members::new();
        branch.insert("type".to_owned(), json!(name));
        let family = if *name == "integer" { "number" } else { name.as_str() };
        let own = BELONGS.iter().find(|(kind, _)| *kind == family).map(|(_, keys)| *keys).unwrap_or_default();
        branch.extend(own.iter().filter_map(|key| Some(((*key).to_owned(), members.get(*key)?.clone()))));
        if family == "array" {
            branch.entry("items").or_insert_with(|| json!({}));
        }
        if nullable && index == 0 {
            branch.insert("nullable".to_owned(), Value::Bool(true));
        }
        branches.push(Value::Object(branch));
    }
    for (_, keys) in BELONGS {
        keys.iter().for_each(|key| drop(members.shift_remove(*key)));
    }
    let union = json!(branches);
    if members.contains_key("anyOf") {
        match members.get_mut("allOf") {
            Some(Value::Array(parts)) => parts.push(json!({ "anyOf": union })),
            _ => {
                members.insert("allOf".to_owned(), json!([{ "anyOf": union }]));
            }
        }
    } else {
        members.insert("anyOf".to_owned(), union);
    }
}
