//! The request through the Rust SDK: setters take whatever converts, so that text stands for enums and times.

use serde_json::Value;

use super::request::{Request, Secret};
use crate::model::{Api, Kind, Location, MediaKind, Schema};
use crate::names::{Case, convert};

/// Words that get a `_` at their end.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union",
];

/// Writes the program.
pub(super) fn write(api: &Api, request: &Request<'_>) -> String {
    let krate = convert(&api.config.rust_package, Case::Snake);
    let setters = setters(api, request);
    let imports = if setters.contains("types::") { "{Client, types}" } else { "Client" };
    let mut call = format!("client.{}()", name(&request.operation.id));
    let long = setters.len() + call.len() > 60 || setters.contains('\n');
    let gap = if long { "\n        " } else { "" };
    let paged = request.operation.page.is_some();
    let steps = setters.split('\u{1}').filter(|step| !step.is_empty()).map(|step| format!("{gap}{step}"));
    call.extend(steps);
    call.push_str(&if paged { format!("{gap}.stream()") } else { format!("{gap}.send(){gap}.await?") });
    let has_answer = request.operation.success().is_some_and(|answer| !answer.content.is_empty());
    let body = if paged {
        format!("    let mut all = {call};\n    while let Some(one) = all.try_next().await? {{\n        println!(\"{{one:?}}\");\n    }}\n")
    } else if has_answer {
        format!("    let answer = {call};\n    println!(\"{{answer:?}}\");\n")
    } else {
        format!("    {call};\n")
    };
    format!(
        "use {krate}::{imports};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let client = Client::builder(){}.build()?;\n\n{body}    Ok(())\n}}",
        settings(request)
    )
}

fn settings(request: &Request<'_>) -> String {
    let mut text: String = request.secrets.iter().map(secret).collect();
    if request.base_url_given {
        text.push_str(&format!(".base_url({})", string(&request.base_url)));
    }
    text
}

fn secret(secret: &Secret) -> String {
    let value = secret.value.as_deref().map_or_else(|| format!("std::env::var(\"{}\")?", secret.variable), string);
    format!(".{}({value})", secret.option)
}

/// One setter after the other, `\u{1}` between them.
fn setters(api: &Api, request: &Request<'_>) -> String {
    let mut steps: Vec<String> = request.parameters.iter().filter(|given| given.parameter.location != Location::Cookie).map(|given| {
        format!(".{}({})", name(&given.parameter.name), expression(api, Some(&given.parameter.schema), &given.value))
    }).collect();
    if let Some(body) = &request.body {
        let schema = body.media.schema.as_ref();
        let object = schema.and_then(|schema| api.resolve(schema)).filter(|schema| schema.as_object().is_some());
        steps.push(match (object, &body.value) {
            (Some(object), Value::Object(_)) if matches!(body.media.kind, MediaKind::Json | MediaKind::Form) => {
                let chain = members(api, object, &body.value, "\n                ");
                format!(".body_map(|body| {{\n            body{chain}\n        }})")
            }
            _ => format!(".body({})", expression(api, schema, &body.value)),
        });
    }
    steps.join("\u{1}")
}

/// Setters of an object's members. Null is the absence of a call, except where null clears.
fn members(api: &Api, object: &Schema, value: &Value, gap: &str) -> String {
    let known = object.as_object();
    let given = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    given
        .map(|(key, value)| {
            let schema = known.and_then(|object| object.property(key)).map(|property| &property.schema);
            format!("{gap}.{}({})", name(key), expression(api, schema, value))
        })
        .collect()
}

fn expression(api: &Api, schema: Option<&Schema>, value: &Value) -> String {
    let resolved = schema.and_then(|schema| api.resolve(schema));
    match value {
        Value::String(text) => string(text),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number_text(resolved, number),
        Value::Array(items) => {
            let inner = match resolved.map(|schema| &schema.kind) {
                Some(Kind::Array(array)) => Some(&array.items),
                _ => None,
            };
            format!("[{}]", items.iter().map(|item| expression(api, inner, item)).collect::<Vec<_>>().join(", "))
        }
        Value::Object(_) => match (resolved, schema.map(type_name)) {
            (Some(object), Some(Some(type_name))) if object.as_object().is_some() => {
                format!("types::{type_name}::builder(){}", members(api, object, value, ""))
            }
            _ => format!("serde_json::from_value::<serde_json::Map<_, _>>(serde_json::json!({value}))?"),
        },
        Value::Null => "None".to_owned(),
    }
}

fn number_text(schema: Option<&Schema>, number: &serde_json::Number) -> String {
    let fraction = matches!(schema.map(|schema| &schema.kind), Some(Kind::Number(_)));
    let text = number.to_string();
    if fraction && !text.contains(['.', 'e']) { format!("{text}.0") } else { text }
}

/// The type's name in the SDK: its own, or the hint of its place.
fn type_name(schema: &Schema) -> Option<String> {
    let wanted = match &schema.kind {
        Kind::Ref(name) => name,
        _ => &schema.hint,
    };
    (!wanted.is_empty()).then(|| convert(wanted, Case::Pascal))
}

fn name(wire: &str) -> String {
    let snake = convert(wire, Case::Snake);
    if KEYWORDS.contains(&snake.as_str()) { format!("{snake}_") } else { snake }
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r"))
}
