//! The contract cannot say what the server does not do: poem-openapi's own document, made from the generated routes, and
//! openapi.yaml are compared in a normal form.
//!
//! The form leaves out what OpenAPI 3.0 or poem-openapi cannot say: texts and examples, names of schemas, closed objects
//! and their fewest properties (bodies are checked against the contract's own schemas at run time), formats that only
//! annotate, and whether a nullable property is required (the checks of every answer see to that).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gatepost::app::App;
use gatepost::generated;
use poem_openapi::OpenApi;
use poem_openapi::registry::Registry;
use serde_json::{Map, Value, json};

use crate::support::contract::{CONTRACT, operations};

/// A document of either dialect.
struct Document<'a>(&'a Value);

/// poem-openapi's document: paths and schemas of the generated routes.
fn served() -> Value {
    fn document<T: OpenApi>(_: impl Fn(&Arc<App>) -> T) -> Value {
        let mut registry = Registry::new();
        T::register(&mut registry);
        let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for path in T::meta().into_iter().flat_map(|api| api.paths) {
            for operation in path.operations {
                let method = operation.method.as_str().to_lowercase();
                paths
                    .entry(path.path.clone())
                    .or_default()
                    .insert(method, serde_json::to_value(&operation).expect("JSON"));
            }
        }
        json!({ "paths": paths, "components": { "schemas": registry.schemas } })
    }
    document(generated::routes::<App>)
}

impl Document<'_> {
    fn resolve<'v>(&'v self, value: &'v Value) -> &'v Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                self.resolve(self.0.pointer(reference.trim_start_matches('#')).expect("the $ref leads somewhere"))
            }
            None => value,
        }
    }

    /// Every operation as (method and path, its normal form).
    fn operations(&self) -> BTreeMap<String, Value> {
        let mut all = BTreeMap::new();
        for (path, item) in self.0["paths"].as_object().expect("paths") {
            for (method, operation) in
                item.as_object().expect("a path item").iter().filter(|(method, _)| *method != "parameters")
            {
                all.insert(format!("{method} {path}"), self.operation(&item["parameters"], operation));
            }
        }
        all
    }

    fn operation(&self, shared: &Value, operation: &Value) -> Value {
        let own = operation["parameters"].as_array().into_iter().flatten();
        let parameters: BTreeMap<String, Value> =
            shared.as_array().into_iter().flatten().chain(own).map(|one| self.parameter(self.resolve(one))).collect();
        let body = self.resolve(&operation["requestBody"]);
        let answers = operation["responses"].as_object().expect("responses").iter();
        let answers: BTreeMap<_, _> =
            answers.map(|(status, answer)| (status, self.content(self.resolve(answer)))).collect();
        json!({
            "tags": operation["tags"],
            "parameters": parameters,
            "body": (!body.is_null()).then(|| json!({ "required": body["required"], "content": self.content(body) })),
            "answers": answers,
            "security": security(&operation["security"]),
        })
    }

    fn parameter(&self, parameter: &Value) -> (String, Value) {
        let name = format!("{} {}", parameter["in"].as_str().expect("in"), parameter["name"].as_str().expect("a name"));
        let required = parameter["required"].as_bool().unwrap_or(false);
        (name, json!({ "required": required, "schema": self.schema(&parameter["schema"]) }))
    }

    fn content(&self, of: &Value) -> BTreeMap<String, Value> {
        let media = of["content"].as_object().into_iter().flatten();
        media.map(|(name, media)| (name.clone(), unbounded(self.schema(&media["schema"])))).collect()
    }

    fn schema(&self, schema: &Value) -> Value {
        let mut normal = Map::new();
        self.gather(schema, &mut normal);
        Value::Object(normal)
    }

    /// Adds what `schema` says, its references and alternatives unfolded.
    fn gather(&self, schema: &Value, normal: &mut Map<String, Value>) {
        if schema.get("$ref").is_some() {
            self.gather(self.resolve(schema), normal);
        }
        for part in ["allOf", "oneOf"].iter().filter_map(|word| schema[word].as_array()).flatten() {
            self.gather(part, normal);
        }
        for (name, value) in schema.as_object().into_iter().flatten() {
            match name.as_str() {
                "type" => self.kind(value, normal),
                "nullable" => drop(normal.insert("nullable".into(), value.clone())),
                "format" if matches!(value.as_str(), Some("date-time" | "int32" | "int64" | "double")) => {
                    normal.insert(name.clone(), value.clone());
                }
                "minimum" | "maximum" => drop(normal.insert(name.clone(), json!(value.as_f64()))),
                "minLength" | "maxLength" | "pattern" | "enum" | "default" | "minItems" | "maxItems"
                | "uniqueItems" | "readOnly" | "writeOnly" => {
                    normal.insert(name.clone(), value.clone());
                }
                "items" => drop(normal.insert(name.clone(), without_default(self.schema(value)))),
                "properties" => drop(normal.insert(name.clone(), self.properties(schema))),
                _ => {}
            }
        }
    }

    /// 3.1's list of types is 3.0's one type, and nullable.
    fn kind(&self, value: &Value, normal: &mut Map<String, Value>) {
        let types: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |types| types.iter().collect());
        for kind in types {
            let (name, value) = if kind == "null" { ("nullable", json!(true)) } else { ("type", kind.clone()) };
            normal.insert(name.into(), value);
        }
    }

    fn properties(&self, object: &Value) -> Value {
        let required: BTreeSet<&str> =
            object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = object["properties"].as_object().expect("properties").iter().map(|(name, property)| {
            let schema = self.schema(property);
            let nullable = schema["nullable"] == json!(true);
            let must = required.contains(name.as_str());
            let schema = if must { without_default(schema) } else { schema };
            (name.clone(), json!({ "required": must && !nullable, "schema": schema }))
        });
        Value::Object(properties.collect())
    }
}

/// A default means something only where the value may be left out.
/// poem-openapi cannot bound a body that is itself a list; requests are checked against the contract's own schema.
fn unbounded(mut schema: Value) -> Value {
    let object = schema.as_object_mut().expect("an object");
    object.remove("maxItems");
    object.remove("maxLength");
    schema
}

fn without_default(mut schema: Value) -> Value {
    schema.as_object_mut().expect("an object").remove("default");
    schema
}

fn security(alternatives: &Value) -> BTreeSet<String> {
    alternatives.as_array().into_iter().flatten().map(Value::to_string).collect()
}

#[test]
fn what_is_served_is_what_the_contract_says() {
    let served = served();
    let (served, contract) = (Document(&served).operations(), Document(&CONTRACT).operations());

    assert_eq!(served.keys().collect::<Vec<_>>(), contract.keys().collect::<Vec<_>>());
    for (name, promised) in contract {
        let given = &served[&name];
        for part in ["tags", "parameters", "body", "answers", "security"] {
            assert_eq!(given[part], promised[part], "{name}: {part} (left: served, right: openapi.yaml)");
        }
    }
}

/// The comparison is worth something only if it sees what can go wrong.
#[test]
fn a_difference_is_seen() {
    let contract = Document(&CONTRACT).operations();
    for (pointer, other) in [
        ("/paths/~1v1~1items/get/parameters/0/schema/maximum", json!(99)),
        ("/paths/~1v1~1items/get/parameters/0/schema/default", json!(10)),
        (
            "/paths/~1v1~1keys/post/responses/201/content/application~1json/schema",
            json!({ "$ref": "#/components/schemas/Key" }),
        ),
        ("/paths/~1v1~1keys/post/requestBody/required", json!(false)),
        ("/components/schemas/CreateItem/required", json!(["title"])),
        ("/components/schemas/Money/properties/currency/pattern", json!(".*")),
        ("/components/schemas/Tier/enum/0", json!("gratis")),
    ] {
        let mut served = served();
        *served.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}")) = other;
        assert_ne!(Document(&served).operations(), contract, "{pointer}");
    }
}

#[test]
fn what_the_gate_knows_of_an_operation_is_what_the_contract_says() {
    let known = generated::operations::ALL;
    assert_eq!(known.len(), operations().len());
    for promised in operations() {
        let id = promised.id();
        let found = known.iter().find(|operation| operation.id == id).unwrap_or_else(|| panic!("{id} is not known"));

        assert_eq!(
            (found.method.as_str().to_lowercase().as_str(), found.path),
            (promised.method, promised.path),
            "{id}"
        );
        assert_eq!(json!([found.tag]), promised.object["tags"], "{id}");
        assert_eq!(found.scopes.to_names(), sorted_as(&found.scopes.to_names(), promised.scopes()), "{id}");
        assert_eq!(format!("{:?}", found.class).to_lowercase(), promised.limit_class(), "{id}");
        let callers: Vec<_> = found.callers.iter().map(|caller| format!("{caller:?}").to_lowercase()).collect();
        assert_eq!(callers, promised.callers(), "{id}");
        assert_eq!(found.success, promised.success(), "{id}");
        assert!(found.errors.iter().all(|status| promised.lists(*status)), "{id}");
    }
}

/// `names` in the order of `like`, so that only their set is compared.
fn sorted_as(like: &[&'static str], mut names: Vec<&'static str>) -> Vec<&'static str> {
    names.sort_by_key(|name| like.iter().position(|known| known == name));
    names
}
