//! What a method takes: path parameters one by one, then a body, then one object of all other parameters; what is
//! required stands before what is not.

use std::collections::HashSet;

use super::declarations::{Declaration, in_place};
use super::plan::Draft;
use super::reserved::{ARGUMENTS, WORDS};
use super::scope::Scope;
use super::text::{doc, indent, key};
use super::types::{Binary, Printer, spaced};
use crate::diagnostics::Diagnostic;
use crate::model::{Api, Kind, Location, MediaKind, MediaType, Method, Operation, Parameter, RequestBody, Schema};
use crate::names::{Case, Names, convert};

/// The arguments of one method.
pub struct Arguments<'a> {
    /// Path parameters in the order of the path.
    pub path: Vec<PathArgument<'a>>,
    /// The body.
    pub body: Option<Body<'a>>,
    /// Query, header and cookie parameters.
    pub params: Option<Params<'a>>,
}

impl Arguments<'_> {
    /// The body stands first, unless it may be left out and the parameters may not.
    pub fn params_first(&self) -> bool {
        let body_optional = self.body.as_ref().is_some_and(|body| !body.required);
        body_optional && self.params.as_ref().is_some_and(|params| params.required)
    }
}

/// A path parameter as an argument.
pub struct PathArgument<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Name of the argument.
    pub name: String,
    /// Its type.
    pub type_text: String,
}

/// A body as an argument.
pub struct Body<'a> {
    /// Its type.
    pub type_text: String,
    /// Must be given.
    pub required: bool,
    /// The media type that is preferred, then the others.
    pub media: Vec<&'a MediaType>,
}

/// All other parameters as one argument.
pub struct Params<'a> {
    /// Name of the interface.
    pub name: String,
    /// Whether any is required.
    pub required: bool,
    /// Each parameter with its key in the object.
    pub members: Vec<(&'a Parameter, String)>,
}

/// Headers that the transport writes itself; OpenAPI says that parameters of these names are ignored.
const TRANSPORT_HEADERS: [&str; 4] = ["accept", "content-type", "authorization", "content-length"];

/// Plans the arguments of an operation.
pub fn plan<'a>(draft: &mut Draft<'a>, scope: &mut Scope<'a>, operation: &'a Operation) -> Arguments<'a> {
    let path = path_arguments(draft, scope, operation);
    let sent = operation.body.as_ref().filter(|_| takes_body(draft, operation));
    let body = sent.map(|body| plan_body(draft, scope, operation, body));
    let params = plan_params(draft, scope, operation);
    Arguments { path, body, params }
}

/// `fetch` refuses a body with GET and HEAD; HTTP itself gives it no meaning (RFC 9110, 9.3.1).
fn takes_body(draft: &mut Draft<'_>, operation: &Operation) -> bool {
    let refused = matches!(operation.method, Method::Get | Method::Head);
    if refused {
        let message =
            format!("`{}` has a body, and `fetch` sends none with {}", operation.id, operation.method.upper());
        let remedy = "The method is generated without it; move the body into the query, or use POST.";
        draft.diagnostics.push(
            Diagnostic::error("body-not-sent", &operation.pointer, message).remedy(remedy).operation(&operation.id),
        );
    }
    !refused
}

fn path_arguments<'a>(draft: &mut Draft<'a>, scope: &Scope<'a>, operation: &'a Operation) -> Vec<PathArgument<'a>> {
    let reserved: Vec<&str> = WORDS.iter().chain(&ARGUMENTS).copied().collect();
    let mut names = Names::new(Case::Camel, &reserved);
    let argument = |parameter: &'a Parameter| {
        let mut printer = Printer::new(draft.api, scope, Binary::Text);
        let printed = printer.print(&parameter.schema);
        draft.uses.extend(&printer.uses);
        // A parameter of no known type still is one piece of a path.
        let type_text = if printed == "unknown" { "string | number | boolean".to_owned() } else { indent(&printed, 4) };
        PathArgument { parameter, name: names.take(&parameter.name), type_text }
    };
    operation.parameters_in(Location::Path).map(argument).collect()
}

fn plan_params<'a>(draft: &mut Draft<'a>, scope: &mut Scope<'a>, operation: &'a Operation) -> Option<Params<'a>> {
    let mut keys = Names::new(Case::Camel, &[]);
    let mut members = Vec::new();
    for parameter in operation.parameters_in(Location::Query) {
        members.push((parameter, keys.take_exact(&parameter.name)));
    }
    let is_own = |parameter: &&Parameter| {
        let name = parameter.name.to_ascii_lowercase();
        !TRANSPORT_HEADERS.contains(&name.as_str())
            && !operation.idempotency_header.as_ref().is_some_and(|header| header.eq_ignore_ascii_case(&name))
    };
    for parameter in
        operation.parameters_in(Location::Header).filter(is_own).chain(operation.parameters_in(Location::Cookie))
    {
        members.push((parameter, keys.take(&parameter.name)));
    }
    if members.is_empty() {
        return None;
    }
    let name = scope.export(&format!("{}Params", convert(&operation.id, Case::Pascal)));
    let required = members.iter().any(|(parameter, _)| parameter.required);
    declare_params(draft, scope, operation, &name, &members);
    Some(Params { name, required, members })
}

fn declare_params<'a>(
    draft: &mut Draft<'a>,
    scope: &Scope<'a>,
    operation: &Operation,
    name: &str,
    members: &[(&'a Parameter, String)],
) {
    let mut printer = Printer::new(draft.api, scope, Binary::Text);
    let mut text = doc(0, &[&format!("Parameters of `{}`.", operation.id)]);
    text.push_str(&format!("export interface {name} {{\n"));
    for (parameter, member) in members {
        let printed = printer.print(&parameter.schema);
        let deprecated = if parameter.deprecated { "@deprecated" } else { "" };
        let described =
            parameter.description.as_deref().or(parameter.schema.description.as_deref()).unwrap_or_default();
        text.push_str(&doc(2, &[described, deprecated]));
        let (mark, absent) = if parameter.required || printed == "unknown" { ("", "") } else { ("?", " | undefined") };
        let mark = if parameter.required { mark } else { "?" };
        text.push_str(&format!("  {}{mark}:{}{absent};\n", key(member), spaced(&indent(&printed, 2))));
    }
    text.push_str("}\n");
    draft.declarations.push(Declaration { name: name.to_owned(), text, uses: printer.uses });
}

fn plan_body<'a>(
    draft: &mut Draft<'a>,
    scope: &mut Scope<'a>,
    operation: &'a Operation,
    body: &'a RequestBody,
) -> Body<'a> {
    let preferred = body.preferred();
    let mut media: Vec<&MediaType> = preferred.into_iter().collect();
    media.extend(body.content.iter().filter(|one| !preferred.is_some_and(|first| std::ptr::eq(first, *one))));
    let mut types: Vec<String> = preferred.map(|one| body_type(draft, scope, operation, one)).into_iter().collect();
    let kinds: HashSet<MediaKind> = media.iter().map(|one| one.kind).collect();
    for (kind, text) in [
        (MediaKind::Multipart, "FormData"),
        (MediaKind::Form, "URLSearchParams"),
        (MediaKind::Text, "string"),
        (MediaKind::Bytes, "BytesInput"),
    ] {
        if kinds.contains(&kind) && !types.iter().any(|found| found == text) {
            types.push(text.to_owned());
        }
    }
    if kinds.contains(&MediaKind::Bytes) {
        draft.uses.runtime.insert("BytesInput");
    }
    let type_text = if types.iter().any(|text| text == "unknown") { "unknown".to_owned() } else { types.join(" | ") };
    Body { type_text, required: body.required, media }
}

/// The type of a body in its preferred media type.
fn body_type<'a>(draft: &mut Draft<'a>, scope: &mut Scope<'a>, operation: &Operation, media: &'a MediaType) -> String {
    let binary = if media.kind == MediaKind::Multipart { Binary::File } else { Binary::Text };
    match media.kind {
        MediaKind::Bytes => "BytesInput".to_owned(),
        MediaKind::Text => "string".to_owned(),
        MediaKind::EventStream | MediaKind::JsonLines => {
            draft.uses.runtime.insert("BytesInput");
            "readonly unknown[] | BytesInput".to_owned()
        }
        MediaKind::Json | MediaKind::Form | MediaKind::Multipart => {
            let Some(schema) = &media.schema else { return "unknown".to_owned() };
            let text = in_place(draft, scope, schema, binary, &format!("{}Body", convert(&operation.id, Case::Pascal)));
            without_read_only(draft.api, schema, text)
        }
    }
}

/// What only the server writes cannot be asked of the caller.
fn without_read_only(api: &Api, schema: &Schema, text: String) -> String {
    let Some(Kind::Object(object)) = api.resolve(schema).map(|found| &found.kind) else { return text };
    let server_set: Vec<String> = object
        .properties
        .iter()
        .filter(|property| property.required && property.schema.read_only)
        .map(|property| super::text::quote(&property.name))
        .collect();
    let is_closed = !matches!(object.additional, crate::model::Additional::Typed(_));
    if server_set.is_empty() || !is_closed { text } else { format!("Omit<{text}, {}>", server_set.join(" | ")) }
}
