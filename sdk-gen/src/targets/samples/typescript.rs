//! The request through the TypeScript SDK.

use serde_json::Value;

use super::request::{Request, Secret, SecretKind};
use crate::model::{Api, Location, MediaKind};
use crate::names::{Case, convert};

/// Writes the program.
pub(super) fn write(api: &Api, request: &Request<'_>) -> String {
    let package = &api.config.typescript_package;
    let bytes = request.body.as_ref().is_some_and(|body| body.media.kind == MediaKind::Bytes);
    let files = if bytes { "import { readFile } from 'node:fs/promises';\n" } else { "" };
    let mut text = format!(
        "{files}import {{ Client }} from '{package}';\n\nconst client = new Client({});\n\n",
        settings(request)
    );
    let resource = convert(&request.operation.resource, Case::Camel);
    let call = format!("client.{resource}.{}({})", request.operation.name, arguments(request));
    let has_answer = request.operation.success().is_some_and(|answer| !answer.content.is_empty());
    text.push_str(&if request.operation.page.is_some() {
        format!("for await (const one of {call}) {{\n  console.log(one);\n}}")
    } else if has_answer {
        format!("const answer = await {call};\nconsole.log(answer);")
    } else {
        format!("await {call};")
    });
    text
}

fn settings(request: &Request<'_>) -> String {
    let mut members: Vec<String> = request.secrets.iter().flat_map(secret).collect();
    if request.base_url_given {
        members.push(format!("baseUrl: {}", string(&request.base_url)));
    }
    if members.is_empty() { String::new() } else { format!("{{ {} }}", members.join(", ")) }
}

fn secret(secret: &Secret) -> Vec<String> {
    let read = |variable: &str| format!("process.env.{variable}");
    if secret.kind == SecretKind::Basic {
        let stem = secret.variable.trim_end_matches("_BASIC_AUTH");
        return vec![
            format!("username: {}", read(&format!("{stem}_USERNAME"))),
            format!("password: {}", read(&format!("{stem}_PASSWORD"))),
        ];
    }
    let value = secret.value.as_deref().map_or_else(|| read(&secret.variable), string);
    vec![format!("{}: {value}", convert(&secret.option, Case::Camel))]
}

/// Path parameters, then the body, then the other parameters as one object.
fn arguments(request: &Request<'_>) -> String {
    let mut parts: Vec<String> = request.given(Location::Path).map(|given| literal(&given.value, 0)).collect();
    if let Some(body) = &request.body {
        parts.push(match body.media.kind {
            MediaKind::Bytes => "await readFile('file')".to_owned(),
            MediaKind::EventStream
            | MediaKind::JsonLines
            | MediaKind::Text
            | MediaKind::Json
            | MediaKind::Form
            | MediaKind::Multipart => literal(&body.value, 0),
        });
    }
    let mut members = Vec::new();
    members.extend(
        request
            .given(Location::Query)
            .map(|given| format!("{}: {}", key(&given.parameter.name), literal(&given.value, 0))),
    );
    for location in [Location::Header, Location::Cookie] {
        members.extend(request.given(location).map(|given| {
            format!("{}: {}", key(&convert(&given.parameter.name, Case::Camel)), literal(&given.value, 0))
        }));
    }
    if !members.is_empty() {
        parts.push(format!("{{ {} }}", members.join(", ")));
    }
    parts.join(", ")
}

/// A value as TypeScript writes it; objects of more than a line are spread over several.
fn literal(value: &Value, depth: usize) -> String {
    let (inner, outer) = ("  ".repeat(depth + 1), "  ".repeat(depth));
    match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| literal(item, depth)).collect::<Vec<_>>().join(", "))
        }
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let pairs: Vec<String> =
                members.iter().map(|(name, value)| format!("{}: {}", key(name), literal(value, depth + 1))).collect();
            let line = format!("{{ {} }}", pairs.join(", "));
            if depth > 0 && line.len() < 60 && !line.contains('\n') {
                return line;
            }
            let lines: String = pairs.iter().map(|pair| format!("{inner}{pair},\n")).collect();
            format!("{{\n{lines}{outer}}}")
        }
        other => other.to_string(),
    }
}

fn key(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$');
    if plain && !name.starts_with(|first: char| first.is_ascii_digit()) && !name.is_empty() {
        name.to_owned()
    } else {
        string(name)
    }
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r"))
}
