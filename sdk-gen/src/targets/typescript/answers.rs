//! What a method gives back, and how its pages turn.

use super::arguments::Arguments;
use super::declarations::in_place;
use super::plan::Draft;
use super::scope::Scope;
use super::text::{list, quote};
use super::types::{Binary, Printer};
use crate::model::{
    Api, Kind, MediaKind, MediaType, Method, Operation, Page, PageKind, PageParameter, PagePlace, Response, Schema,
    Status,
};
use crate::names::{Case, convert};

/// What comes back.
pub struct Answer {
    /// `json`, `text`, `response` or `none`.
    pub kind: &'static str,
    /// The type of the value.
    pub type_text: String,
    /// `Accept`, where it is not just JSON.
    pub accept: Option<String>,
    /// How pages turn.
    pub paging: Option<Paging>,
}

/// How pages turn.
pub struct Paging {
    /// The type of one item.
    pub item: String,
    /// The object that tells the runtime.
    pub descriptor: String,
}

/// Plans the answer of an operation.
pub fn plan<'a>(
    draft: &mut Draft<'a>,
    scope: &mut Scope<'a>,
    operation: &'a Operation,
    arguments: &Arguments<'a>,
) -> Answer {
    let media: Vec<&MediaType> = operation.successes().filter_map(Response::preferred).collect();
    let kind = kind_of(draft.api, operation, &media);
    let type_text = match kind {
        "none" => "void".to_owned(),
        "text" => "string".to_owned(),
        "response" => "Response".to_owned(),
        _ => json_type(draft, scope, operation, &media),
    };
    let paging = if kind == "json" { paging(draft, scope, operation, arguments, &media) } else { None };
    Answer { kind, type_text, accept: accept(operation), paging }
}

fn kind_of(api: &Api, operation: &Operation, media: &[&MediaType]) -> &'static str {
    if operation.method == Method::Head {
        return "none";
    }
    let Some(first) = media.iter().min_by_key(|media| media.kind != MediaKind::Json) else {
        let leads_elsewhere = operation
            .responses
            .iter()
            .any(|response| matches!(response.status, Status::Code(300..=399) | Status::Range(3)));
        let says_success = operation.successes().next().is_some();
        // A lone redirect leads to a file; an answer of which nothing is said is read as what it turns out to be.
        return if leads_elsewhere && !says_success {
            "response"
        } else if says_success {
            "none"
        } else {
            "json"
        };
    };
    let is_file = first
        .schema
        .as_ref()
        .and_then(|schema| api.resolve(schema))
        .is_some_and(|schema| matches!(&schema.kind, Kind::String(text) if text.is_binary()));
    match first.kind {
        MediaKind::Json if !is_file => "json",
        MediaKind::Text => "text",
        _ => "response",
    }
}

/// The union of what the successes bring; `undefined` where one of them brings nothing.
fn json_type<'a>(
    draft: &mut Draft<'a>,
    scope: &mut Scope<'a>,
    operation: &'a Operation,
    media: &[&'a MediaType],
) -> String {
    let wanted = format!("{}Answer", convert(&operation.id, Case::Pascal));
    let mut texts: Vec<String> = Vec::new();
    for media in media {
        let text = match (&media.schema, media.kind) {
            (Some(schema), MediaKind::Json) => in_place(draft, scope, schema, Binary::Text, &wanted),
            (_, MediaKind::Text) => "string".to_owned(),
            _ => "unknown".to_owned(),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if operation.successes().any(|response| response.content.is_empty()) {
        texts.push("undefined".to_owned());
    }
    if texts.is_empty() || texts.iter().any(|text| text == "unknown") {
        "unknown".to_owned()
    } else {
        texts.join(" | ")
    }
}

fn accept(operation: &Operation) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for media in operation.successes().flat_map(|response| &response.content) {
        let name = media.name.split(';').next().unwrap_or_default().trim();
        if !name.is_empty() && name.is_ascii() && !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty() && names != ["application/json"]).then(|| names.join(", "))
}

fn paging<'a>(
    draft: &mut Draft<'a>,
    scope: &Scope<'a>,
    operation: &'a Operation,
    arguments: &Arguments<'a>,
    media: &[&'a MediaType],
) -> Option<Paging> {
    let page = operation.page.as_ref()?;
    let body = media.iter().find(|media| media.kind == MediaKind::Json)?.schema.as_ref()?;
    let array = page.items.iter().try_fold(draft.api.resolve(body)?, |schema, name| {
        draft.api.resolve(&schema.as_object()?.property(name)?.schema)
    })?;
    let Kind::Array(array) = &array.kind else { return None };
    let descriptor = descriptor(page, arguments)?;
    let mut printer = Printer::generic(draft.api, scope, Binary::Text);
    let item = printer.print(&array.items);
    draft.uses.extend(&printer.uses);
    Some(Paging { item, descriptor })
}

fn descriptor(page: &Page, arguments: &Arguments<'_>) -> Option<String> {
    let (parameter, rest) = match &page.kind {
        PageKind::Cursor { next, parameter } => (parameter, format!("kind: 'cursor', next: {}", list(next))),
        PageKind::Number { parameter, first } => (parameter, format!("kind: 'number', first: {first}")),
        PageKind::Offset { parameter } => (parameter, "kind: 'offset'".to_owned()),
    };
    let (place, key) = place_of(parameter, arguments)?;
    Some(format!("{{ items: {}, place: '{place}', parameter: {}, {rest} }}", list(&page.items), quote(&key)))
}

fn place_of(parameter: &PageParameter, arguments: &Arguments<'_>) -> Option<(&'static str, String)> {
    if parameter.place == PagePlace::Body {
        return arguments.body.as_ref().map(|_| ("body", parameter.name.clone()));
    }
    let members = &arguments.params.as_ref()?.members;
    let (_, key) = members.iter().find(|(found, _)| found.name == parameter.name)?;
    Some(("params", key.clone()))
}

/// The schema of the JSON body of the successful answer, for the keeping of tokens.
pub fn json_schema<'a>(api: &'a Api, operation: &'a Operation) -> Option<&'a Schema> {
    operation
        .success()
        .and_then(Response::preferred)
        .and_then(|media| media.schema.as_ref())
        .and_then(|schema| api.resolve(schema))
}
