//! The request through the Python SDK.

use serde_json::Value;

use super::request::{Request, Secret, SecretKind, is_members};
use crate::model::{Api, Location, MediaKind};
use crate::names::{Case, convert};

/// Words that get a `_` at their end.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Writes the program.
pub(super) fn write(api: &Api, request: &Request<'_>) -> String {
    let package = convert(&api.config.python_package, Case::Snake);
    let reads = request.secrets.iter().any(|secret| secret.value.is_none());
    let os = if reads { "import os\n\n" } else { "" };
    let mut text = format!("{os}from {package} import Client\n\nclient = Client({})\n\n", settings(request));
    let call = format!(
        "client.{}.{}({})",
        name(&request.operation.resource),
        name(&request.operation.name),
        arguments(api, request)
    );
    let has_answer = request.operation.success().is_some_and(|answer| !answer.content.is_empty());
    text.push_str(&if request.operation.page.is_some() {
        format!("for one in {call}:\n    print(one)")
    } else if has_answer {
        format!("answer = {call}\nprint(answer)")
    } else {
        call
    });
    text
}

fn settings(request: &Request<'_>) -> String {
    let mut members: Vec<String> = request.secrets.iter().map(secret).collect();
    if request.base_url_given {
        members.push(format!("base_url={}", string(&request.base_url)));
    }
    members.join(", ")
}

fn secret(secret: &Secret) -> String {
    if secret.kind == SecretKind::Basic {
        let stem = secret.variable.trim_end_matches("_BASIC_AUTH");
        return format!("basic_auth=(os.environ[\"{stem}_USERNAME\"], os.environ[\"{stem}_PASSWORD\"])");
    }
    let value = secret.value.as_deref().map_or_else(|| format!("os.environ[\"{}\"]", secret.variable), string);
    format!("{}={value}", secret.option)
}

/// Path parameters by place, all others by name.
fn arguments(api: &Api, request: &Request<'_>) -> String {
    let mut parts: Vec<String> = request.given(Location::Path).map(|given| literal(&given.value, 1)).collect();
    for location in [Location::Query, Location::Header, Location::Cookie] {
        parts.extend(
            request
                .given(location)
                .map(|given| format!("{}={}", name(&given.parameter.name), literal(&given.value, 1))),
        );
    }
    if let Some(body) = &request.body {
        if is_members(api, body) {
            let members = body.value.as_object().into_iter().flatten();
            parts.extend(members.map(|(key, value)| format!("{}={}", name(key), literal(value, 1))));
        } else if body.media.kind == MediaKind::Bytes {
            parts.push("body=open(\"file\", \"rb\")".to_owned());
        } else {
            parts.push(format!("body={}", literal(&body.value, 1)));
        }
    }
    let line = parts.join(", ");
    if parts.len() < 2 || (line.len() < 60 && !line.contains('\n')) {
        return line;
    }
    format!("\n{}", parts.iter().map(|part| format!("    {part},\n")).collect::<String>())
}

fn name(wire: &str) -> String {
    let snake = convert(wire, Case::Snake);
    let public = snake.strip_prefix('_').map_or(snake.clone(), |rest| format!("value_{rest}"));
    if KEYWORDS.contains(&public.as_str()) { format!("{public}_") } else { public }
}

fn literal(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("    ".repeat(depth + 1), "    ".repeat(depth));
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| literal(item, depth)).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) => {
            let pairs: Vec<String> =
                members.iter().map(|(key, value)| format!("{}: {}", string(key), literal(value, depth + 1))).collect();
            let line = format!("{{{}}}", pairs.join(", "));
            if line.len() < 60 && !line.contains('\n') {
                return line;
            }
            let lines: String = pairs.iter().map(|pair| format!("{inner}{pair},\n")).collect();
            format!("{{\n{lines}{outer}}}")
        }
    }
}

/// JSON's escapes are Python's as well.
fn string(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}
