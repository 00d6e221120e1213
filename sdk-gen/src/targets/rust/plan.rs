//! What becomes of each type and operation: names, directions, and what is left out.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::naming::Scope;
use crate::diagnostics::Diagnostic;
use crate::model::{Api, Kind, Location, MediaKind, MediaType, Operation, Parameter, Schema, Status, Style};
use crate::names::Case;

/// Names that generated files use unqualified.
const TYPE_NAMES: [&str; 24] = [
    "Box",
    "Client",
    "Clone",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Err",
    "Error",
    "From",
    "Given",
    "Into",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Timestamp",
    "TryFrom",
    "Vec",
];
/// Methods and variables of an operation's builder.
const FIELD_NAMES: [&str; 15] = [
    "body",
    "body_map",
    "client",
    "clone",
    "header_map",
    "info",
    "new",
    "request",
    "response",
    "result",
    "send",
    "send_raw",
    "stream",
    "url",
    "value",
];

/// All decisions.
#[derive(Debug)]
pub(super) struct Plan {
    /// The model, inline types named.
    pub api: Api,
    /// Document name to Rust name, for types that stay types of their own.
    pub types: IndexMap<String, String>,
    /// Types that are sent. They get setters; the others get `extra`.
    pub sent: HashSet<String>,
    /// Operations that can be called.
    pub calls: Vec<Call>,
    /// What was left out.
    pub diagnostics: Vec<Diagnostic>,
}

/// One operation.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Index in the model.
    pub index: usize,
    /// The method's name, also the name that progenitor sees.
    pub method: String,
    /// The builder's name.
    pub builder: String,
    /// Parameters with their names.
    pub parameters: Vec<(String, Parameter)>,
    /// The body to send: index of its media type.
    pub body: Option<usize>,
    /// The answer: its schema, if it is JSON, or what else it is.
    pub answer: Answer,
}

/// What a call answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// JSON of that schema.
    Json(Box<Schema>),
    /// Nothing.
    Empty,
    /// Something else: left to the caller.
    Raw,
}

impl Plan {
    pub(super) fn new(api: &Api) -> Self {
        let api = api.with_named_inlines();
        let types = name_types(&api);
        let mut plan = Self { types, sent: HashSet::new(), calls: Vec::new(), diagnostics: Vec::new(), api };
        let mut methods = Scope::new(Case::Snake, &METHODS);
        let mut builders = Scope::new(Case::Pascal, &TYPE_NAMES);
        for index in 0..plan.api.operations.len() {
            let Some(operation) = plan.api.operations.get(index) else { continue };
            match call(&plan.api, index, operation, &mut methods, &mut builders) {
                Ok((call, notes)) => {
                    plan.calls.push(call);
                    plan.diagnostics.extend(notes);
                }
                Err(diagnostic) => plan.diagnostics.push(*diagnostic),
            }
        }
        plan.sent = sent_types(&plan);
        plan
    }

    /// The model's operation of a call.
    pub(super) fn operation(&self, call: &Call) -> Option<&Operation> {
        self.api.operations.get(call.index)
    }

    /// The body's media type of a call.
    pub(super) fn body(&self, call: &Call) -> Option<&MediaType> {
        self.operation(call)?.body.as_ref()?.content.get(call.body?)
    }
}

/// Methods that the hand-written client has.
const METHODS: [&str; 15] = [
    "base_url",
    "builder",
    "call",
    "call_raw",
    "clone",
    "forget_tokens",
    "from_env",
    "keep_tokens",
    "rate_limit",
    "with_access_token",
    "with_api_key",
    "with_basic_auth",
    "with_header",
    "with_timeout",
    "with_tokens",
];

/// Objects, enums and unions stay types; aliases of anything else are written out where they are used.
fn name_types(api: &Api) -> IndexMap<String, String> {
    let mut scope = Scope::new(Case::Pascal, &TYPE_NAMES);
    let named = api.types.iter().filter(|(_, named)| is_own_type(&named.schema));
    named.map(|(name, _)| (name.clone(), scope.take(name, "type"))).collect()
}

fn is_own_type(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::Object(_) | Kind::Union(_)) || super::write::is_open_enum(schema)
}

fn call(
    api: &Api,
    index: usize,
    operation: &Operation,
    methods: &mut Scope,
    builders: &mut Scope,
) -> Result<(Call, Vec<Diagnostic>), Box<Diagnostic>> {
    let mut notes = Vec::new();
    let body = match &operation.body {
        None => None,
        Some(body) => match body.content.iter().position(is_sendable) {
            Some(at) => Some(at),
            None => return Err(refuse(operation, "its body is of a kind that the Rust SDK cannot send")),
        },
    };
    let mut names = Scope::new(Case::Snake, &FIELD_NAMES);
    let mut parameters = Vec::new();
    for parameter in &operation.parameters {
        match obstacle(api, parameter) {
            None => parameters.push((names.take(&parameter.name, "value"), parameter.clone())),
            Some(what) if parameter.required => {
                return Err(refuse(operation, &format!("its parameter `{}` {what}", parameter.name)));
            }
            Some(what) => notes.push(
                Diagnostic::warning(
                    "rust-parameter",
                    &parameter.pointer,
                    format!("parameter `{}` {what}", parameter.name),
                )
                .remedy("The Rust SDK leaves it out.")
                .operation(&operation.id),
            ),
        }
    }
    let method = methods.take(&operation.id, "call");
    let builder = builders.take(&method, "call");
    Ok((Call { index, method, builder, parameters, body, answer: answer(operation) }, notes))
}

fn refuse(operation: &Operation, why: &str) -> Box<Diagnostic> {
    let message = format!("`{}` is not in the Rust SDK: {why}", operation.id);
    let told = Diagnostic::error("rust-operation", &operation.pointer, message);
    Box::new(told.remedy("Send it with an HTTP client of your own.").operation(&operation.id))
}

fn is_sendable(media: &MediaType) -> bool {
    matches!(media.kind, MediaKind::Json | MediaKind::Form | MediaKind::Text | MediaKind::Bytes)
}

/// Why progenitor cannot send a parameter.
fn obstacle(api: &Api, parameter: &Parameter) -> Option<&'static str> {
    let kind = api.resolve(&parameter.schema).map(|schema| &schema.kind);
    let structured = matches!(kind, Some(Kind::Object(_) | Kind::Map(_) | Kind::Intersection(_) | Kind::Tuple(_)));
    match parameter.location {
        Location::Cookie => Some("is a cookie"),
        _ if parameter.content.is_some() => Some("is written in a media type"),
        _ if structured => Some("is structured"),
        Location::Query if parameter.style != Style::Form => Some("is written in another style than `form`"),
        Location::Path | Location::Header if parameter.style != Style::Simple => {
            Some("is written in another style than `simple`")
        }
        _ => None,
    }
}

/// Whether several values travel as one: the caller writes the commas.
pub(super) fn is_joined(api: &Api, parameter: &Parameter) -> bool {
    let list = matches!(api.resolve(&parameter.schema).map(|schema| &schema.kind), Some(Kind::Array(_)));
    list && (parameter.location != Location::Query || !parameter.explode)
}

/// The first answer of 2xx, JSON before others.
fn answer(operation: &Operation) -> Answer {
    let good = || {
        operation
            .responses
            .iter()
            .filter(|response| matches!(response.status, Status::Code(200..=299) | Status::Range(2)))
    };
    let json = good().flat_map(|response| &response.content).find(|media| media.kind == MediaKind::Json);
    match json.and_then(|media| media.schema.clone()) {
        Some(schema) => Answer::Json(Box::new(schema)),
        None if json.is_some() => Answer::Json(Box::default()),
        None if good().all(|response| response.content.is_empty()) && good().next().is_some() => Answer::Empty,
        None => Answer::Raw,
    }
}

/// Types that can be reached from a body.
fn sent_types(plan: &Plan) -> HashSet<String> {
    let mut reached = HashSet::new();
    for call in &plan.calls {
        if let Some(schema) = plan.body(call).and_then(|media| media.schema.as_ref()) {
            reach(&plan.api, schema, &mut reached);
        }
    }
    reached
}

/// Adds every named type that a schema leads to.
pub(super) fn reach(api: &Api, schema: &Schema, reached: &mut HashSet<String>) {
    match &schema.kind {
        Kind::Ref(name) => {
            if reached.insert(name.clone())
                && let Some(named) = api.types.get(name)
            {
                reach(api, &named.schema, reached);
            }
        }
        Kind::Array(array) => reach(api, &array.items, reached),
        Kind::Map(map) => reach(api, &map.values, reached),
        Kind::Tuple(tuple) => tuple.items.iter().chain(&tuple.rest).for_each(|each| reach(api, each, reached)),
        Kind::Object(object) => {
            object.properties.iter().for_each(|property| reach(api, &property.schema, reached));
            if let crate::model::Additional::Typed(values) = &object.additional {
                reach(api, values, reached);
            }
        }
        Kind::Union(union) => union.variants.iter().for_each(|variant| reach(api, &variant.schema, reached)),
        Kind::Intersection(parts) => parts.iter().for_each(|each| reach(api, each, reached)),
        _ => {}
    }
}
