//! The constant that tells the runtime how to send an operation.

use super::plan::Plan;
use super::schemes::Schemes;
use super::text::{key, list, quote};
use crate::model::{Api, Encoding, Location, MediaKind, MediaType, Operation, Parameter, Style};

/// Writes the constant.
pub fn write(api: &Api, schemes: &Schemes<'_>, plan: &Plan<'_>, export: bool) -> String {
    let operation = plan.operation;
    let path = operation.path.split('#').next().unwrap_or_default();
    let mut lines = vec![format!("method: '{}'", operation.method.upper()), format!("path: {}", quote(path))];
    lines.extend(path_formats(operation));
    lines.extend(parameters(plan, Location::Query, "query"));
    lines.extend(parameters(plan, Location::Header, "header"));
    lines.extend(parameters(plan, Location::Cookie, "cookie"));
    lines.extend(body(plan));
    lines.extend(plan.answer.accept.as_ref().map(|accept| format!("accept: {}", quote(accept))));
    if plan.answer.kind != "json" {
        lines.push(format!("answer: '{}'", plan.answer.kind));
    }
    lines.extend(security(schemes, operation));
    lines.extend(operation.idempotency_header.as_ref().map(|header| format!("idempotencyHeader: {}", quote(header))));
    lines.extend(server(operation));
    lines.extend(role(api, operation).map(|role| format!("tokens: '{role}'")));
    let export = if export { "export " } else { "" };
    format!("{export}const {}: Operation = {{\n  {},\n}};\n", plan.constant, lines.join(",\n  "))
}

/// Whether the operation deals in tokens.
pub fn role(api: &Api, operation: &Operation) -> Option<&'static str> {
    let tokens = &api.config.tokens;
    if tokens.refresh.as_ref() == Some(&operation.id) {
        return Some("refresh");
    }
    if tokens.issue.contains(&operation.id) {
        return Some("issue");
    }
    tokens.revoke.contains(&operation.id).then_some("revoke")
}

fn path_formats(operation: &Operation) -> Option<String> {
    let formats: Vec<String> = operation
        .parameters_in(Location::Path)
        .filter_map(|parameter| format_of(parameter).map(|format| format!("{}: {{ {format} }}", key(&parameter.name))))
        .collect();
    (!formats.is_empty()).then(|| format!("pathFormats: {{ {} }}", formats.join(", ")))
}

fn parameters(plan: &Plan<'_>, location: Location, field: &str) -> Option<String> {
    let members = plan.arguments.params.iter().flat_map(|params| &params.members);
    let texts: Vec<String> = members
        .filter(|(parameter, _)| parameter.location == location)
        .map(|(parameter, member)| one(parameter, member))
        .collect();
    if texts.is_empty() {
        return None;
    }
    let line = format!("{field}: [{}]", texts.join(", "));
    Some(if line.len() <= 110 { line } else { format!("{field}: [\n    {},\n  ]", texts.join(",\n    ")) })
}

fn one(parameter: &Parameter, member: &str) -> String {
    let name = quote(&parameter.name);
    let own_key = (member != parameter.name).then(|| format!("key: {}", quote(member)));
    let parts: Vec<String> = own_key.into_iter().chain(format_of(parameter)).collect();
    if parts.is_empty() { name } else { format!("{{ name: {name}, {} }}", parts.join(", ")) }
}

/// What differs from how the runtime writes a parameter of this location by itself.
fn format_of(parameter: &Parameter) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(content) = &parameter.content {
        parts.push(format!("content: {}", quote(content)));
    } else {
        let usual = match parameter.location {
            Location::Path | Location::Header => Style::Simple,
            Location::Query | Location::Cookie => Style::Form,
        };
        if parameter.style != usual {
            parts.push(format!("style: '{}'", style(parameter.style)));
        }
        if parameter.explode != (parameter.style == Style::Form) && parameter.style != Style::DeepObject {
            parts.push(format!("explode: {}", parameter.explode));
        }
    }
    if parameter.allow_reserved {
        parts.push("allowReserved: true".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn style(style: Style) -> &'static str {
    match style {
        Style::Matrix => "matrix",
        Style::Label => "label",
        Style::Form => "form",
        Style::Simple => "simple",
        Style::SpaceDelimited => "spaceDelimited",
        Style::PipeDelimited => "pipeDelimited",
        Style::DeepObject => "deepObject",
    }
}

fn body(plan: &Plan<'_>) -> Vec<String> {
    let Some(body) = &plan.arguments.body else { return Vec::new() };
    let names: Vec<&str> = body
        .media
        .iter()
        .map(|media| {
            if media.kind == MediaKind::Json && media.name.contains('*') {
                "application/json"
            } else {
                media.name.trim()
            }
        })
        .collect();
    let mut lines = vec![format!("body: {}", list(&names))];
    lines.extend(body.media.first().and_then(|media| parts(media)));
    lines
}

fn parts(media: &MediaType) -> Option<String> {
    let texts: Vec<String> = media
        .encoding
        .iter()
        .filter_map(|(name, encoding)| part(encoding).map(|part| format!("{}: {{ {part} }}", key(name))))
        .collect();
    (!texts.is_empty()).then(|| format!("parts: {{ {} }}", texts.join(", ")))
}

fn part(encoding: &Encoding) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(encoding.content_type.as_ref().map(|name| format!("contentType: {}", quote(name))));
    parts.extend(encoding.style.map(|found| format!("style: '{}'", style(found))));
    parts.extend(encoding.explode.map(|explode| format!("explode: {explode}")));
    if encoding.allow_reserved {
        parts.push("allowReserved: true".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Alternatives whose schemes the document declares; the scopes are the server's business.
fn security(schemes: &Schemes<'_>, operation: &Operation) -> Option<String> {
    let alternatives: Vec<String> = operation
        .security
        .iter()
        .filter(|alternative| alternative.schemes.iter().all(|used| schemes.knows(&used.scheme)))
        .map(|alternative| list(&alternative.schemes.iter().map(|used| used.scheme.as_str()).collect::<Vec<_>>()))
        .collect();
    (!alternatives.is_empty()).then(|| format!("security: [{}]", alternatives.join(", ")))
}

fn server(operation: &Operation) -> Option<String> {
    let url = operation.servers.iter().map(|server| &server.default_url).find(|url| url.contains("://"))?;
    Some(format!("server: {}", quote(url.trim_end_matches('/'))))
}
