//! The request as a curl command.

use serde_json::Value;

use super::request::{Request, SecretKind, encode, scalar};
use crate::model::{Location, MediaKind, Method};

/// Writes the command.
pub(super) fn write(request: &Request<'_>) -> String {
    let mut parts = Vec::new();
    match request.operation.method {
        Method::Get => {}
        Method::Head => parts.push("--head".to_owned()),
        // `--json` and `--data` already mean POST.
        Method::Post if request.body.is_some() => {}
        method => parts.push(format!("--request {}", method.upper())),
    }
    let mut url = quote(&request.url());
    for secret in &request.secrets {
        let value = secret.value.clone().unwrap_or_else(|| format!("${}", secret.variable));
        match &secret.kind {
            SecretKind::Header(name) => parts.push(format!("--header \"{name}: {value}\"")),
            SecretKind::Bearer => parts.push(format!("--header \"Authorization: Bearer {value}\"")),
            SecretKind::Basic => parts.push(format!("--user \"{value}\"")),
            SecretKind::Authorization(_) => parts.push(format!("--header \"Authorization: {value}\"")),
            SecretKind::Cookie(name) => parts.push(format!("--cookie \"{name}={value}\"")),
            SecretKind::Query(name) => {
                let gap = if url.contains('?') { '&' } else { '?' };
                url = format!("{url}\"{gap}{}={value}\"", encode(name));
            }
        }
    }
    for given in request.given(Location::Header) {
        parts.push(format!("--header {}", quote(&format!("{}: {}", given.parameter.name, scalar(&given.value)))));
    }
    let cookies: Vec<String> = request
        .given(Location::Cookie)
        .map(|given| format!("{}={}", given.parameter.name, scalar(&given.value)))
        .collect();
    if !cookies.is_empty() {
        parts.push(format!("--cookie {}", quote(&cookies.join("; "))));
    }
    parts.extend(body(request));
    let mut lines = vec![format!("curl {url}")];
    lines.extend(parts.into_iter().map(|part| format!("  {part}")));
    lines.join(" \\\n")
}

fn body(request: &Request<'_>) -> Vec<String> {
    let Some(body) = &request.body else { return Vec::new() };
    let header = |name: &str| format!("--header {}", quote(&format!("Content-Type: {name}")));
    match body.media.kind {
        MediaKind::Json => {
            let name = if body.media.name.contains('*') { "application/json" } else { body.media.name.as_str() };
            let text = serde_json::to_string_pretty(&body.value).unwrap_or_default();
            vec![header(name), format!("--data {}", quote(&text.replace('\n', "\n  ")))]
        }
        MediaKind::Form => members(&body.value)
            .map(|(key, value)| format!("--data-urlencode {}", quote(&format!("{key}={value}"))))
            .collect(),
        MediaKind::Multipart => {
            members(&body.value).map(|(key, value)| format!("--form {}", quote(&format!("{key}={value}")))).collect()
        }
        MediaKind::Bytes => vec![header(&body.media.name), "--data-binary @file".to_owned()],
        MediaKind::Text | MediaKind::EventStream | MediaKind::JsonLines => {
            vec![header(&body.media.name), format!("--data-binary {}", quote(&scalar(&body.value)))]
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, String)> {
    value.as_object().into_iter().flatten().map(|(key, value)| (key, scalar(value)))
}

/// Single quotes, in which a shell changes nothing.
fn quote(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || ":/._-~%".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
