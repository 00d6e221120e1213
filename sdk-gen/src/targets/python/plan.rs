//! What each method takes, sends and answers.

use std::collections::BTreeSet;

use super::annotate::{Alternatives, Annotator, Side};
use super::body::{self, Sent};
use super::reserved;
use super::text::literal;
use super::vocabulary::{Vocabulary, public, python_names};
use super::{answer::Answer, descriptor};
use crate::model::{Api, EnumType, Kind, Location, MediaKind, Operation, Parameter, Schema};
use crate::names::{Case, Names};

/// One argument of a method.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    /// Its name in Python.
    pub name: String,
    /// Its name on the wire; empty for a whole body.
    pub wire: String,
    /// Where it goes; `None` is the body.
    pub location: Option<Location>,
    /// Its type.
    pub annotation: String,
    /// What stands for it when it is not given; `None` when it must be.
    pub default: Option<String>,
    /// What it is, in one line.
    pub about: String,
}

/// One method.
#[derive(Debug)]
pub(super) struct Method<'a> {
    pub operation: &'a Operation,
    pub name: String,
    /// Name of the constant that describes the operation.
    pub constant: String,
    /// The constant's value.
    pub descriptor: String,
    pub arguments: Vec<Argument>,
    /// Whether the body is one argument.
    pub whole_body: bool,
    /// Members of the body that are always the same.
    pub fixed: Vec<(String, String)>,
    pub answer: Answer,
    /// Words to import.
    pub words: BTreeSet<&'static str>,
}

/// The methods of a resource. An operation that answers either at once or as a stream has one method for each.
pub(super) fn methods<'a>(vocabulary: &Vocabulary<'a>, tag: &'a str) -> Vec<Method<'a>> {
    let mut names = Names::new(Case::Snake, &reserved::methods());
    let mut constants = Names::new(Case::Screaming, &[]);
    let operations: Vec<&Operation> = vocabulary.api.operations_of(tag).collect();
    // Streams last, so that no name of an operation gives way to them.
    let plain: Vec<String> = operations.iter().map(|operation| names.take_exact(&public(&operation.name))).collect();
    let mut methods = Vec::new();
    for (operation, name) in operations.into_iter().zip(plain) {
        let streamed = Answer::streamed(vocabulary, operation)
            .map(|answer| (names.take_exact(&format!("{}_stream", name.trim_end_matches('_'))), answer));
        let answer = Answer::of(vocabulary, operation);
        methods.push(method(vocabulary, operation, name, answer, &mut constants));
        if let Some((name, answer)) = streamed {
            methods.push(method(vocabulary, operation, name, answer, &mut constants));
        }
    }
    methods
}

fn method<'a>(
    vocabulary: &Vocabulary<'a>,
    operation: &'a Operation,
    name: String,
    answer: Answer,
    constants: &mut Names,
) -> Method<'a> {
    let mut planner = Planner { vocabulary, words: answer.words.clone(), arguments: Vec::new() };
    for place in [Location::Path, Location::Query, Location::Header, Location::Cookie] {
        operation.parameters_in(place).filter(|parameter| is_sent(parameter)).for_each(|one| planner.parameter(one));
    }
    let sent = operation.body.as_ref().and_then(|content| body::of(vocabulary, content));
    let fixed = sent.as_ref().map(|sent| planner.body(sent, answer.is_stream())).unwrap_or_default();
    let constant = format!("_{}", constants.take(&name));
    let descriptor = descriptor::write(vocabulary, operation, &answer, sent.as_ref(), &mut planner.words);
    let whole_body = sent.as_ref().is_some_and(|sent| sent.members.is_none());
    let (mut arguments, words) = (planner.arguments, planner.words);
    name_arguments(&mut arguments);
    Method { operation, name, constant, descriptor, arguments, whole_body, fixed, answer, words }
}

/// Names for all arguments at once: those of path and query before those of the body.
fn name_arguments(arguments: &mut [Argument]) {
    let wires: Vec<&str> = arguments
        .iter()
        .map(|argument| if argument.wire.is_empty() { "body" } else { argument.wire.as_str() })
        .collect();
    let mut names = Names::new(Case::Snake, &reserved::arguments());
    let found = python_names(&mut names, &wires);
    for (argument, name) in arguments.iter_mut().zip(found) {
        argument.name = name;
    }
}

/// OpenAPI has these three ignored: bodies, answers and credentials say them.
fn is_sent(parameter: &Parameter) -> bool {
    let name = parameter.name.to_ascii_lowercase();
    parameter.location != Location::Header || !matches!(name.as_str(), "accept" | "content-type" | "authorization")
}

struct Planner<'a, 'b> {
    vocabulary: &'b Vocabulary<'a>,
    words: BTreeSet<&'static str>,
    arguments: Vec<Argument>,
}

impl Planner<'_, '_> {
    fn parameter(&mut self, parameter: &Parameter) {
        // The runtime makes the key of a call that has none.
        let made = parameter.location == Location::Header && is_idempotency(&parameter.name);
        let required = parameter.required && !made;
        let (annotation, default) = self.typed(&parameter.schema, required);
        let about = parameter.description.as_deref().map(super::text::one_line).unwrap_or_default();
        self.push(&parameter.name, Some(parameter.location), annotation, default, about);
    }

    fn push(
        &mut self,
        wire: &str,
        location: Option<Location>,
        annotation: String,
        default: Option<String>,
        about: String,
    ) {
        self.arguments.push(Argument {
            name: String::new(),
            wire: wire.to_owned(),
            location,
            annotation,
            default,
            about,
        });
    }

    /// Type and default. What can only be one value need not be given.
    fn typed(&mut self, schema: &Schema, required: bool) -> (String, Option<String>) {
        let mut annotator = Annotator::new(self.vocabulary, "models.", Side::Argument, Alternatives::Bars);
        let mut annotation = annotator.write(schema);
        let default = if required {
            only_value(self.vocabulary.api, schema).map(|value| literal(&value))
        } else {
            if annotation != "Any" {
                annotation = annotator.union(vec![annotation, "NotGiven".to_owned()]);
            }
            Some("NOT_GIVEN".to_owned())
        };
        self.words.extend(annotator.mentions.words);
        (annotation, default)
    }

    /// Arguments for the body; answers the members that are fixed.
    fn body(&mut self, sent: &Sent<'_>, stream: bool) -> Vec<(String, String)> {
        let Some(members) = &sent.members else {
            self.whole(sent);
            return Vec::new();
        };
        let mut fixed = Vec::new();
        for property in members {
            let switch = property.name == "stream" && matches!(property.schema.kind, Kind::Boolean | Kind::Const(_));
            if stream && switch {
                fixed.push((property.name.clone(), "True".to_owned()));
                continue;
            }
            let (annotation, default) = self.typed(&property.schema, property.required);
            let about = property.schema.description.as_deref().map(super::text::one_line).unwrap_or_default();
            self.push(&property.name, None, annotation, default, about);
        }
        fixed
    }

    fn whole(&mut self, sent: &Sent<'_>) {
        let (mut annotation, default) = match (sent.kind, sent.schema) {
            (MediaKind::Json | MediaKind::JsonLines | MediaKind::Multipart | MediaKind::Form, Some(schema)) => {
                self.typed(schema, sent.required)
            }
            (MediaKind::Bytes | MediaKind::Text | MediaKind::EventStream, _) => {
                self.words.insert("Content");
                ("Content".to_owned(), (!sent.required).then(|| "NOT_GIVEN".to_owned()))
            }
            (_, None) => {
                self.words.insert("Any");
                ("Any".to_owned(), (!sent.required).then(|| "NOT_GIVEN".to_owned()))
            }
        };
        if annotation == "Content" && !sent.required {
            annotation.push_str(" | NotGiven");
        }
        self.push("body", None, annotation, default, sent.about.clone());
        if let Some(last) = self.arguments.last_mut() {
            last.wire.clear();
        }
    }
}

fn is_idempotency(name: &str) -> bool {
    name.eq_ignore_ascii_case("idempotency-key")
}

/// The one value that a schema allows.
fn only_value(api: &Api, schema: &Schema) -> Option<serde_json::Value> {
    if api.is_nullable(schema) {
        return None;
    }
    match &api.resolve(schema)?.kind {
        Kind::Const(value) => {
            Some(value.clone()).filter(|value| value.is_string() || value.is_boolean() || value.is_i64())
        }
        Kind::Enum(EnumType { values, open: false, .. }) if values.len() == 1 => {
            values.first().map(|one| one.value.clone()).filter(|value| value.is_string() || value.is_i64())
        }
        _ => None,
    }
}
