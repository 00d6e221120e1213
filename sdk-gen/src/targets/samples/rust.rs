//! The request through the Rust SDK: setters take whatever converts, so that text stands for enums and times. A body that
//! setters cannot say (a union, a map within) is written as JSON and read into its type.

use serde_json::Value;

use super::request::{Request, SampleBody, Secret};
use crate::model::{Api, Kind, Location, MediaKind, Schema};
use crate::names::{Case, convert};

/// Words that get a `_` at their end.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union",
];
/// A line of code that is longer is broken.
const MAX_LINE: usize = 90;

/// Writes the program.
pub(super) fn write(api: &Api, request: &Request<'_>) -> String {
    let paged = request.operation.page.is_some();
    let mut steps = vec![format!("client.{}()", name(&request.operation.id))];
    let sent = request.parameters.iter().filter(|given| given.parameter.location != Location::Cookie);
    steps.extend(sent.map(|given| {
        let value = expression(api, Some(&given.parameter.schema), &given.value).unwrap_or_else(|| json(&given.value));
        format!(".{}({value})", name(&given.parameter.name))
    }));
    steps.extend(request.body.as_ref().map(|body| body_step(api, body)));
    let content = request.operation.success().map(|answer| answer.content.as_slice()).unwrap_or_default();
    let is_typed = content.is_empty() || content.iter().any(|media| media.kind == MediaKind::Json);
    steps.extend(match (paged, is_typed) {
        (true, _) => vec![".stream()".to_owned()],
        (false, true) => vec![".send()".to_owned(), ".await?".to_owned()],
        (false, false) => vec![".send_raw()".to_owned(), ".await?".to_owned()],
    });
    let call = chain(&steps, 4);
    let body = if paged {
        format!(
            "    let mut all = {call};\n    while let Some(one) = all.try_next().await? {{\n        println!(\"{{one:?}}\");\n    }}\n"
        )
    } else if content.is_empty() {
        format!("    {call};\n")
    } else if is_typed {
        format!("    let answer = {call};\n    println!(\"{{answer:?}}\");\n")
    } else {
        format!("    let answer = {call};\n    println!(\"{{}}\", answer.text().await?);\n")
    };
    let krate = convert(&api.config.rust_package, Case::Snake);
    let imports = if body.contains("types::") { "{Client, types}" } else { "Client" };
    let client = chain(&settings(request), 4);
    format!(
        "use {krate}::{imports};\n\n#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    let client = {client};\n\n{body}    Ok(())\n}}"
    )
}

/// Calls on one line if they fit, else one a line.
fn chain(steps: &[String], indent: usize) -> String {
    let line = steps.concat();
    if line.len() + indent <= MAX_LINE - 20 && !line.contains('\n') {
        return line;
    }
    let gap = format!("\n{}", " ".repeat(indent + 4));
    steps.join(&gap)
}

fn settings(request: &Request<'_>) -> Vec<String> {
    let mut steps = vec!["Client::builder()".to_owned()];
    steps.extend(request.secrets.iter().map(secret));
    if request.base_url_given {
        steps.push(format!(".base_url({})", string(&request.base_url)));
    }
    steps.push(".build()?".to_owned());
    steps
}

fn secret(secret: &Secret) -> String {
    let value = secret.value.as_deref().map_or_else(|| format!("std::env::var(\"{}\")?", secret.variable), string);
    format!(".{}({value})", secret.option)
}

fn body_step(api: &Api, body: &SampleBody<'_>) -> String {
    let schema = body.media.schema.as_ref();
    let object = schema.and_then(|schema| api.resolve(schema)).filter(|schema| schema.as_object().is_some());
    let built = object
        .filter(|_| matches!(body.media.kind, MediaKind::Json | MediaKind::Form))
        .and_then(|object| members(api, object, &body.value));
    match (built, schema.and_then(type_name)) {
        (Some(steps), _) => {
            let line = steps.concat();
            if line.len() < MAX_LINE - 40 {
                return format!(".body_map(|body| body{line})");
            }
            let gap = format!("\n{}", " ".repeat(16));
            format!(".body_map(|body| {{\n            body{gap}{}\n        }})", steps.join(&gap))
        }
        (None, Some(name)) if body.value.is_object() => {
            format!(".body(serde_json::from_value::<types::{name}>({})?)", json(&body.value))
        }
        _ => format!(".body({})", expression(api, schema, &body.value).unwrap_or_else(|| json(&body.value))),
    }
}

/// Setters of an object's members; `None` when one cannot be said so.
fn members(api: &Api, object: &Schema, value: &Value) -> Option<Vec<String>> {
    let known = object.as_object()?;
    let mut steps = Vec::new();
    for (key, value) in value.as_object()? {
        let property = known.property(key)?;
        if value.is_null() {
            steps.push((!property.required).then(|| format!(".clear_{}()", name(key)))?);
        } else {
            steps.push(format!(".{}({})", name(key), expression(api, Some(&property.schema), value)?));
        }
    }
    Some(steps)
}

fn expression(api: &Api, schema: Option<&Schema>, value: &Value) -> Option<String> {
    let resolved = schema.and_then(|schema| api.resolve(schema));
    match value {
        Value::String(text) => Some(string(text)),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number_text(resolved, number)),
        Value::Array(items) => {
            let Some(Kind::Array(array)) = resolved.map(|schema| &schema.kind) else { return None };
            let items: Option<Vec<String>> =
                items.iter().map(|item| expression(api, Some(&array.items), item)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        Value::Object(_) => {
            let steps = members(api, resolved.filter(|schema| schema.as_object().is_some())?, value)?;
            Some(format!("types::{}::builder(){}", type_name(schema?)?, steps.concat()))
        }
        Value::Null => None,
    }
}

fn json(value: &Value) -> String {
    format!("serde_json::json!({value})")
}

/// Digits in groups of three, a fraction where the type has one.
fn number_text(schema: Option<&Schema>, number: &serde_json::Number) -> String {
    let text = number.to_string();
    let fraction = matches!(schema.map(|schema| &schema.kind), Some(Kind::Number(_)));
    if text.contains(['.', 'e', 'E']) {
        return text;
    }
    let digits = text.trim_start_matches('-');
    let sign = if text.starts_with('-') { "-" } else { "" };
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{}", if fraction { ".0" } else { "" })
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
