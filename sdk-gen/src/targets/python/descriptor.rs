//! The `Operation(…)` that tells the runtime what to send.

use std::collections::BTreeSet;

use super::annotate::{Alternatives, Annotator, Side};
use super::answer::{Answer, Form};
use super::body::Sent;
use super::graph::references;
use super::text::string;
use super::vocabulary::Vocabulary;
use crate::model::{Api, Location, Operation, PageKind, PagePlace, Parameter, Schema, Style};

/// The expression, on one line.
pub(super) fn write(
    vocabulary: &Vocabulary<'_>,
    operation: &Operation,
    answer: &Answer,
    sent: Option<&Sent<'_>>,
    words: &mut BTreeSet<&'static str>,
) -> String {
    let mut parts = vec![string(operation.method.upper()), string(&operation.path)];
    parts.extend(answer.expression.as_ref().map(|kind| format!("lambda: {kind}")));
    if !answer.by_status.is_empty() {
        let pairs: Vec<String> =
            answer.by_status.iter().map(|(code, kind)| format!("{code}: lambda: {kind}")).collect();
        parts.push(format!("answers={{{}}}", pairs.join(", ")));
    }
    if answer.accept != "application/json" {
        parts.push(format!("accept={}", string(&answer.accept)));
    }
    if let Some(sent) = sent {
        let of = sent.schema.and_then(|schema| type_expression(vocabulary, schema, words));
        let (class, encoder) = sent.encoder(of.as_deref());
        words.insert(class);
        parts.push(format!("body={encoder}"));
        if sent.required {
            parts.push("body_required=True".to_owned());
        }
    }
    parts.extend(security(vocabulary.api, operation));
    parts.extend(styles(vocabulary, operation, words));
    parts.extend(operation.idempotency_header.as_ref().map(|name| format!("idempotency={}", string(name))));
    parts.extend(role(vocabulary.api, &operation.id).map(|role| format!("tokens={}", string(role))));
    if let (Form::Pages(_), Some(turn)) = (&answer.form, turn(operation)) {
        words.insert("Turn");
        parts.push(turn);
    }
    parts.extend(server(vocabulary.api, operation).map(|url| format!("server={}", string(&url))));
    format!("Operation({})", parts.join(", "))
}

/// What the operation does to the kept tokens.
pub(super) fn role(api: &Api, id: &str) -> Option<&'static str> {
    let tokens = &api.config.tokens;
    let named = |ids: &[String]| ids.iter().any(|one| one == id);
    if tokens.refresh.as_deref() == Some(id) {
        Some("refresh")
    } else if named(&tokens.issue) {
        Some("issue")
    } else {
        named(&tokens.revoke).then_some("revoke")
    }
}

/// Alternatives as tuples. A document that names schemes and never asks for one means that any will do.
pub(super) fn security(api: &Api, operation: &Operation) -> Option<String> {
    let asked = api.operations.iter().any(|one| !one.security.is_empty());
    let alternatives: Vec<Vec<&str>> = if asked {
        operation.security.iter().map(|one| one.schemes.iter().map(|used| used.scheme.as_str()).collect()).collect()
    } else {
        api.security_schemes.keys().map(|name| vec![name.as_str()]).collect()
    };
    if alternatives.is_empty() {
        return None;
    }
    let tuples: Vec<String> = alternatives.iter().map(|names| tuple(names)).collect();
    let comma = if tuples.len() == 1 { "," } else { "" };
    Some(format!("security=({}{comma})", tuples.join(", ")))
}

fn tuple(names: &[&str]) -> String {
    let texts: Vec<String> = names.iter().map(|name| string(name)).collect();
    let comma = if texts.len() == 1 { "," } else { "" };
    format!("({}{comma})", texts.join(", "))
}

/// The type as an expression, where it names a field: only then must the runtime know it.
fn type_expression(vocabulary: &Vocabulary<'_>, schema: &Schema, words: &mut BTreeSet<&'static str>) -> Option<String> {
    if !references(schema).iter().any(|name| vocabulary.dicts.contains_key(name)) {
        return None;
    }
    let mut annotator = Annotator::new(vocabulary, "models.", Side::Answer, Alternatives::Union);
    let kind = annotator.write_plain(schema);
    if !kind.contains("models.") {
        return None;
    }
    words.extend(annotator.mentions.words);
    Some(kind)
}

fn styles(vocabulary: &Vocabulary<'_>, operation: &Operation, words: &mut BTreeSet<&'static str>) -> Option<String> {
    let mut pairs = Vec::new();
    for parameter in &operation.parameters {
        let of = type_expression(vocabulary, &parameter.schema, words);
        if is_usual(parameter) && of.is_none() {
            continue;
        }
        let place = match parameter.location {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Cookie => "cookie",
        };
        let shown = style(
            parameter.style,
            parameter.explode,
            parameter.allow_reserved,
            parameter.content.is_some(),
            of.as_deref(),
        );
        pairs.push(format!("({}, {}): {shown}", string(place), string(&parameter.name)));
    }
    if pairs.is_empty() {
        return None;
    }
    words.insert("Style");
    Some(format!("styles={{{}}}", pairs.join(", ")))
}

fn is_usual(parameter: &Parameter) -> bool {
    let usual = match parameter.location {
        Location::Path | Location::Header => parameter.style == Style::Simple && !parameter.explode,
        Location::Query | Location::Cookie => parameter.style == Style::Form && parameter.explode,
    };
    usual && !parameter.allow_reserved && parameter.content.is_none()
}

/// `Style(…)`.
pub(super) fn style(style: Style, explode: bool, reserved: bool, json: bool, of: Option<&str>) -> String {
    let name = match style {
        Style::Matrix => "matrix",
        Style::Label => "label",
        Style::Form => "form",
        Style::Simple => "simple",
        Style::SpaceDelimited => "spaceDelimited",
        Style::PipeDelimited => "pipeDelimited",
        Style::DeepObject => "deepObject",
    };
    let mut parts = vec![string(name), format!("explode={}", if explode { "True" } else { "False" })];
    parts.extend(reserved.then(|| "reserved=True".to_owned()));
    parts.extend(json.then(|| "json=True".to_owned()));
    parts.extend(of.map(|of| format!("of=lambda: {of}")));
    format!("Style({})", parts.join(", "))
}

fn turn(operation: &Operation) -> Option<String> {
    let page = operation.page.as_ref()?;
    let items: Vec<&str> = page.items.iter().map(String::as_str).collect();
    let (kind, parameter, more) = match &page.kind {
        PageKind::Cursor { next, parameter } => {
            let next: Vec<&str> = next.iter().map(String::as_str).collect();
            ("cursor", parameter, Some(format!("next={}", tuple(&next))))
        }
        PageKind::Number { parameter, first } => ("number", parameter, (*first != 1).then(|| format!("first={first}"))),
        PageKind::Offset { parameter } => ("offset", parameter, None),
    };
    let mut parts = vec![tuple(&items), string(kind), string(&parameter.name)];
    if parameter.place == PagePlace::Body {
        parts.push("place=\"body\"".to_owned());
    }
    parts.extend(more);
    Some(format!("turn=Turn({})", parts.join(", ")))
}

/// An address of its own, where it is not the usual one.
fn server(api: &Api, operation: &Operation) -> Option<String> {
    let own = operation.servers.iter().map(|server| server.default_url.clone()).find(|url| url.contains("://"));
    own.filter(|url| Some(url.as_str()) != api.default_server())
}
