//! One operation as Markdown: the twin of its page.

use crate::model::{
    Api, ApiKeyPlace, MediaType, Operation, Parameter, Response, SchemeKind, SecurityRequirement, SecurityScheme,
};

use super::fields::{bounds, type_text, write_fields};
use super::one_line;
use crate::targets::samples::{Language, example, sample};

/// The operation: what it does, what to send, what comes back, and a call.
#[must_use]
pub fn operation_markdown(api: &Api, operation: &Operation) -> String {
    let title = operation.summary.as_deref().map_or_else(|| operation.id.clone(), one_line);
    let mut text = format!("## {title}\n\n`{} {}` (`{}`)\n\n", operation.method.upper(), operation.path, operation.id);
    if operation.deprecated {
        text.push_str("**Deprecated.**\n\n");
    }
    if let Some(description) = &operation.description {
        text.push_str(&format!("{}\n\n", demote(description.trim())));
    }
    text.push_str(&access(api, operation));
    text.push_str(&parameters(api, operation));
    text.push_str(&body(api, operation));
    for response in operation.successes() {
        text.push_str(&answer(api, response));
    }
    text.push_str(&errors(operation));
    text.push_str(&format!("### Example\n\n```sh\n{}\n```\n", sample(api, operation, Language::Curl)));
    text
}

/// Headings of a description go below those of the operation.
fn demote(text: &str) -> String {
    text.lines()
        .map(|line| if line.starts_with('#') { format!("###{line}") } else { line.to_owned() })
        .collect::<Vec<_>>()
        .join("\n")
}

fn access(api: &Api, operation: &Operation) -> String {
    if operation.security.is_empty() {
        return "Access: public, no credential needed.\n\n".to_owned();
    }
    let alternative = |one: &SecurityRequirement| {
        let uses: Vec<String> = one
            .schemes
            .iter()
            .map(|used| {
                let how = api.security_schemes.get(&used.scheme).map(how_sent).unwrap_or_default();
                let scopes = used.scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(", ");
                let scopes = if scopes.is_empty() { String::new() } else { format!(" with scope {scopes}") };
                format!("`{}` ({how}){scopes}", used.scheme)
            })
            .collect();
        if uses.is_empty() { "no credential".to_owned() } else { uses.join(" and ") }
    };
    let ways: Vec<String> = operation.security.iter().map(alternative).collect();
    let limit = operation.limit.as_ref().map(|class| format!(" Limit class: `{class}`.")).unwrap_or_default();
    format!("Access: {}.{limit}\n\n", ways.join(", or "))
}

/// How a credential travels, in a few words.
pub(super) fn how_sent(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SchemeKind::ApiKey { place: ApiKeyPlace::Header, name } => format!("header `{name}`"),
        SchemeKind::ApiKey { place: ApiKeyPlace::Query, name } => format!("query parameter `{name}`"),
        SchemeKind::ApiKey { place: ApiKeyPlace::Cookie, name } => format!("cookie `{name}`"),
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. } => {
            "`Authorization: Bearer …`".to_owned()
        }
        SchemeKind::Basic => "`Authorization: Basic …`".to_owned(),
        SchemeKind::Http { scheme } => format!("`Authorization: {scheme} …`"),
        SchemeKind::MutualTls => "client certificate".to_owned(),
    }
}

fn parameters(api: &Api, operation: &Operation) -> String {
    if operation.parameters.is_empty() {
        return String::new();
    }
    let lines: String = operation.parameters.iter().map(|one| parameter(api, one)).collect();
    format!("### Parameters\n\n{lines}\n")
}

fn parameter(api: &Api, parameter: &Parameter) -> String {
    let mut said = vec![parameter.location.text().to_owned(), type_text(api, &parameter.schema)];
    said.push(if parameter.required { "required" } else { "optional" }.to_owned());
    said.extend(parameter.deprecated.then(|| "deprecated".to_owned()));
    said.extend(api.resolve(&parameter.schema).map(bounds).filter(|text| !text.is_empty()));
    said.extend(parameter.schema.default.as_ref().map(|value| format!("default `{value}`")));
    let about = parameter
        .description
        .as_deref()
        .or(parameter.schema.description.as_deref())
        .map(|text| format!(": {}", one_line(text)));
    format!("- `{}` ({}){}\n", parameter.name, said.join(", "), about.unwrap_or_default())
}

fn body(api: &Api, operation: &Operation) -> String {
    let Some(body) = &operation.body else { return String::new() };
    let needed = if body.required { "required" } else { "optional" };
    let mut text = format!("### Body ({needed})\n\n");
    if let Some(description) = &body.description {
        text.push_str(&format!("{}\n\n", demote(description)));
    }
    for media in &body.content {
        text.push_str(&content(api, media, true));
    }
    text
}

fn content(api: &Api, media: &MediaType, in_request: bool) -> String {
    let Some(schema) = &media.schema else { return format!("`{}`\n\n", media.name) };
    let mut text = format!("`{}`: {}\n\n", media.name, type_text(api, schema));
    let fields = write_fields(api, schema, in_request);
    if !fields.is_empty() {
        text.push_str(&format!("{fields}\n"));
    }
    if !in_request {
        let value = media.examples.first().map_or_else(|| example(api, schema, false), |example| example.value.clone());
        let shown = serde_json::to_string_pretty(&value).unwrap_or_default();
        text.push_str(&format!("```json\n{shown}\n```\n\n"));
    }
    text
}

fn answer(api: &Api, response: &Response) -> String {
    let about = response.description.as_deref().map(|text| format!(": {}", one_line(text))).unwrap_or_default();
    let mut text = format!("### Answer {}{about}\n\n", response.status.text());
    if let Some(media) = response.preferred() {
        text.push_str(&content(api, media, false));
    }
    text
}

fn errors(operation: &Operation) -> String {
    let lines: String = operation
        .errors()
        .map(|response| {
            format!(
                "- {}: {}\n",
                response.status.text(),
                response.description.as_deref().map(one_line).unwrap_or_default()
            )
        })
        .collect();
    if lines.is_empty() { String::new() } else { format!("### Errors\n\n{lines}\n") }
}
