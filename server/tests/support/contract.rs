//! Checks every answer of every test against openapi.yaml, without a line for it in the test.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use sdk_gen::Document;
use serde_json::{Value, json};

/// The contract, as JSON.
pub static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
    Document::from_text("openapi.yaml", gatepost::CONTRACT).expect("the contract loads").root().clone()
});

static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static jsonschema::Validator>>> = LazyLock::new(Mutex::default);

/// An operation of the contract.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// `get`, `post`, …
    pub method: &'static str,
    /// With `{name}` in it.
    pub path: &'static str,
    /// The Operation Object.
    pub object: &'static Value,
}

impl Operation {
    /// Its operationId.
    pub fn id(&self) -> &'static str {
        self.object["operationId"].as_str().expect("an operationId")
    }

    /// Its example request body.
    pub fn example_body(&self) -> Option<Value> {
        let examples = self.object.pointer("/requestBody/content/application~1json/examples")?.as_object()?;
        Some(resolve(examples.values().next()?)["value"].clone())
    }

    /// The schema of its JSON request body.
    pub fn body_schema(&self) -> Option<&'static Value> {
        self.object.pointer("/requestBody/content/application~1json/schema").map(resolve)
    }

    /// Its example form, where its body is one. Clients in tests authenticate in the header, so it says nothing of them.
    pub fn example_form(&self) -> Option<Value> {
        let examples = self.form()?["examples"].as_object()?;
        let mut form = resolve(examples.values().next()?)["value"].clone();
        form.as_object_mut()?.retain(|name, _| !name.starts_with("client_"));
        Some(form)
    }

    /// The schema of its form, where its body is one.
    pub fn form_schema(&self) -> Option<&'static Value> {
        self.form().map(|form| resolve(&form["schema"]))
    }

    fn form(&self) -> Option<&'static Value> {
        self.object.pointer("/requestBody/content/application~1x-www-form-urlencoded")
    }

    /// Whether OAuth clients authenticate here.
    pub fn takes_clients(&self) -> bool {
        let mut alternatives = self.object["security"].as_array().expect("security").iter();
        alternatives.any(|alternative| alternative.get("clientBasic").is_some())
    }

    /// Whether it lists this status.
    pub fn lists(&self, status: u16) -> bool {
        self.object["responses"].get(status.to_string()).is_some()
    }

    /// The one success status.
    pub fn success(&self) -> u16 {
        self.object["responses"]
            .as_object()
            .into_iter()
            .flatten()
            .find_map(|(status, _)| status.parse().ok().filter(|s: &u16| *s < 300))
            .expect("a 2xx")
    }

    /// The scopes of its first alternative with a scheme.
    pub fn scopes(&self) -> Vec<&'static str> {
        let alternatives = self.object["security"].as_array().expect("security");
        let first = alternatives.iter().filter_map(Value::as_object).find_map(|scheme| scheme.values().next());
        first.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Whether it answers nobody 401.
    pub fn needs_credential(&self) -> bool {
        let alternatives = self.object["security"].as_array().expect("security");
        !alternatives.is_empty()
            && alternatives.iter().all(|alternative| alternative.as_object().is_some_and(|scheme| !scheme.is_empty()))
    }

    /// Whether a credential of this scheme is taken.
    pub fn takes(&self, scheme: &str) -> bool {
        let alternatives = self.object["security"].as_array().into_iter().flatten();
        alternatives.into_iter().any(|alternative| alternative.get(scheme).is_some())
    }

    /// `x-limit`.
    pub fn limit_class(&self) -> &'static str {
        self.object["x-limit"].as_str().expect("x-limit")
    }

    /// `x-caller`.
    pub fn callers(&self) -> Vec<&'static str> {
        self.object["x-caller"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

/// Follows `$ref`.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => {
            resolve(CONTRACT.pointer(reference.trim_start_matches('#')).expect("the $ref leads somewhere"))
        }
        None => value,
    }
}

/// Every operation, in the contract's order.
pub fn operations() -> Vec<Operation> {
    let paths = CONTRACT["paths"].as_object().expect("paths");
    let methods = |(path, item): (&'static String, &'static Value)| {
        let item = item.as_object().expect("a path item");
        ["get", "post", "put", "patch", "delete"]
            .into_iter()
            .filter_map(move |method| item.get(method).map(|object| Operation { method, path, object }))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(methods).collect()
}

/// The operation that a request goes to; the one with the fewest parameters where several match.
pub fn operation_at(method: &str, path: &str) -> Option<Operation> {
    let path = path.split('?').next().unwrap_or(path);
    let matches = |template: &str| {
        let (a, b): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        a.len() == b.len() && a.iter().zip(&b).all(|(t, p)| t.starts_with('{') || t == p)
    };
    operations()
        .into_iter()
        .filter(|op| op.method.eq_ignore_ascii_case(method) && matches(op.path))
        .min_by_key(|op| op.path.matches('{').count())
}

/// Panics where the answer is not what the contract says of that operation and status.
pub fn check(operation: Operation, status: u16, content_type: Option<&str>, body: &Value) {
    let id = operation.id();
    let response = operation.object["responses"].get(status.to_string());
    let response =
        resolve(response.unwrap_or_else(|| panic!("{id} answered {status}, which the contract does not list: {body}")));
    let Some((media, content)) = response.get("content").and_then(Value::as_object).and_then(|c| c.iter().next())
    else {
        assert!(body.is_null(), "{id} answered {status} with a body that the contract does not know: {body}");
        return;
    };
    let bare = content_type.map(|t| t.split(';').next().unwrap_or(t).trim());
    assert_eq!(bare, Some(media.as_str()), "{id} answered {status} as another media type");
    let schema = &content["schema"];
    let faults: Vec<_> = validator(schema).iter_errors(body).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{id} answered {status} with a body that breaks the contract: {faults:?}\n{body}");
}

/// A validator of a schema of the contract, made once.
pub fn validator(schema: &Value) -> &'static jsonschema::Validator {
    let mut made = VALIDATORS.lock().expect("no panic while holding it");
    made.entry(schema.to_string()).or_insert_with(|| {
        let whole = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema], "components": CONTRACT["components"] });
        let options = jsonschema::options().should_validate_formats(true);
        Box::leak(Box::new(options.build(&whole).expect("the contract's schemas compile")))
    })
}
