//! The modules below `resources`: the operations of a tag, blocking and asynchronous.

use std::collections::BTreeSet;

use super::answer::Form;
use super::imports;
use super::plan::{Argument, Method, methods};
use super::text::{docstring, fit, one_line, string};
use super::vocabulary::{Resource, Vocabulary};
use crate::files::{Comment, GeneratedFile};
use crate::model::Location;

/// A module for each resource.
pub(super) fn files(vocabulary: &Vocabulary<'_>, package: &str) -> Vec<GeneratedFile> {
    let origin = &vocabulary.api.origin;
    let path = |name: &str| format!("src/{package}/resources/{name}.py");
    let mut files: Vec<GeneratedFile> = vocabulary
        .resources
        .iter()
        .map(|resource| {
            GeneratedFile::new(origin, Comment::Hash, path(&resource.module), &module(vocabulary, resource))
        })
        .collect();
    let about = "\"\"\"The operations, a module for each tag.\"\"\"\n";
    files.push(GeneratedFile::new(origin, Comment::Hash, path("__init__"), about));
    files
}

fn module(vocabulary: &Vocabulary<'_>, resource: &Resource) -> String {
    let Some(tag) = vocabulary.api.tags.iter().find(|tag| tag.name == resource.tag) else { return String::new() };
    let methods = methods(vocabulary, &tag.name);
    let about = tag.description.clone().unwrap_or_else(|| format!("Operations of `{}`.", tag.name));
    let mut body = String::new();
    for method in &methods {
        let constant = format!("{}: Operation[{}] = {}", method.constant, method.answer.annotation, method.descriptor);
        body.push_str(&fit(0, &constant));
    }
    for form in [Blocking::Yes, Blocking::No] {
        body.push_str(&class(resource, &about, &methods, form));
    }
    for form in [Blocking::Yes, Blocking::No] {
        body.push_str(&raw_class(resource, &methods, form));
    }
    let mut out = docstring(0, &about);
    out.push_str("\nfrom __future__ import annotations\n");
    out.push_str(&imports::words(&wanted(&methods, &body), "."));
    out.push('\n');
    out.push_str(&body);
    out
}

fn wanted(methods: &[Method<'_>], body: &str) -> BTreeSet<&'static str> {
    let mut words: BTreeSet<&'static str> = methods.iter().flat_map(|method| method.words.iter().copied()).collect();
    words.extend(["Arguments", "Operation", "RequestOptions", "AsyncResource", "Resource", "as_async_raw", "as_raw"]);
    words.extend(body.contains("NOT_GIVEN").then_some("NOT_GIVEN"));
    words.extend(body.contains("NotGiven").then_some("NotGiven"));
    words.extend(body.contains("models.").then_some("models"));
    for method in methods {
        match method.answer.form {
            Form::Pages(_) => words.extend(["Page", "AsyncPages"]),
            Form::Download => words.extend(["Download", "AsyncDownload"]),
            Form::Stream => words.extend(["Stream", "AsyncStream"]),
            Form::Value => {}
        }
    }
    words
}

/// Which of the two classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blocking {
    Yes,
    No,
}

impl Blocking {
    fn class(self, resource: &Resource) -> &str {
        if self == Self::Yes { &resource.class } else { &resource.async_class }
    }

    fn word<'a>(self, yes: &'a str, no: &'a str) -> &'a str {
        if self == Self::Yes { yes } else { no }
    }
}

fn class(resource: &Resource, about: &str, methods: &[Method<'_>], form: Blocking) -> String {
    let name = form.class(resource);
    let mut out = format!("\n\nclass {name}({}):\n", form.word("Resource", "AsyncResource"));
    out.push_str(&docstring(4, about));
    out.push_str(&format!("\n    @property\n    def with_raw_response(self) -> {name}Raw:\n"));
    out.push_str("        \"\"\"The same methods, answering status, headers and bytes as well.\"\"\"\n");
    out.push_str(&format!("        return {name}Raw({name}(self._client, raw=True))\n"));
    for one in methods {
        out.push('\n');
        out.push_str(&method(one, form));
    }
    out
}

fn raw_class(resource: &Resource, methods: &[Method<'_>], form: Blocking) -> String {
    let name = form.class(resource);
    let wrap = form.word("as_raw", "as_async_raw");
    let mut out =
        format!("\n\nclass {name}Raw:\n    \"\"\"The methods of `{name}`, answering `RawResponse`.\"\"\"\n\n");
    out.push_str(&format!("    def __init__(self, resource: {name}) -> None:\n"));
    for method in methods {
        out.push_str(&fit(8, &format!("self.{} = {wrap}(resource.{}, {})", method.name, method.name, method.constant)));
    }
    if methods.is_empty() {
        out.push_str("        pass\n");
    }
    out
}

fn method(method: &Method<'_>, form: Blocking) -> String {
    let kind = answer_type(method, form);
    let paged = matches!(method.answer.form, Form::Pages(_));
    let waits = form == Blocking::No && !paged;
    let head = if waits { "async def" } else { "def" };
    let mut out = fit(4, &format!("{head} {}({}) -> {kind}:", method.name, parameters(method)));
    out.push_str(&docstring(8, &about(method)));
    let send = match method.answer.form {
        Form::Value => "_call",
        Form::Pages(_) => "_page",
        Form::Download => "_download",
        Form::Stream => "_stream",
    };
    let give = if kind == "None" { "" } else { "return " };
    let wait = if waits { "await " } else { "" };
    let call = format!("{give}{wait}self.{send}({}, {}, request_options)", method.constant, arguments(method));
    out.push_str(&fit(8, &call));
    out
}

fn answer_type(method: &Method<'_>, form: Blocking) -> String {
    match &method.answer.form {
        Form::Value => method.answer.annotation.clone(),
        Form::Pages(item) => format!("{}[{item}]", form.word("Page", "AsyncPages")),
        Form::Download => form.word("Download", "AsyncDownload").to_owned(),
        Form::Stream => format!("{}[{}]", form.word("Stream", "AsyncStream"), method.answer.annotation),
    }
}

/// Path parameters by place, the others by name, those that must be given first.
fn parameters(method: &Method<'_>) -> String {
    let mut parts = vec!["self".to_owned()];
    let (positional, named): (Vec<&Argument>, Vec<&Argument>) =
        method.arguments.iter().partition(|argument| argument.location == Some(Location::Path));
    parts.extend(positional.iter().map(|argument| format!("{}: {}", argument.name, argument.annotation)));
    parts.push("*".to_owned());
    let (needed, optional): (Vec<&Argument>, Vec<&Argument>) =
        named.iter().partition(|argument| argument.default.is_none());
    parts.extend(needed.iter().map(|argument| format!("{}: {}", argument.name, argument.annotation)));
    parts.extend(optional.iter().filter_map(|argument| {
        Some(format!("{}: {} = {}", argument.name, argument.annotation, argument.default.as_ref()?))
    }));
    parts.push("request_options: RequestOptions | None = None".to_owned());
    parts.join(", ")
}

fn arguments(method: &Method<'_>) -> String {
    let mut parts = Vec::new();
    for (place, name) in [
        (Location::Path, "path"),
        (Location::Query, "query"),
        (Location::Header, "headers"),
        (Location::Cookie, "cookies"),
    ] {
        let members = method.arguments.iter().filter(|argument| argument.location == Some(place));
        let pairs: Vec<String> =
            members.map(|argument| format!("{}: {}", string(&argument.wire), argument.name)).collect();
        if !pairs.is_empty() {
            parts.push(format!("{name}={{{}}}", pairs.join(", ")));
        }
    }
    let body: Vec<&Argument> = method.arguments.iter().filter(|argument| argument.location.is_none()).collect();
    if method.whole_body {
        parts.extend(body.first().map(|argument| format!("body={}", argument.name)));
    } else if !body.is_empty() || !method.fixed.is_empty() {
        let given = body.iter().map(|argument| format!("{}: {}", string(&argument.wire), argument.name));
        let fixed = method.fixed.iter().map(|(wire, value)| format!("{}: {value}", string(wire)));
        parts.push(format!("body={{{}}}", given.chain(fixed).collect::<Vec<_>>().join(", ")));
    }
    format!("Arguments({})", parts.join(", "))
}

/// Summary, description, arguments.
fn about(method: &Method<'_>) -> String {
    let operation = method.operation;
    let mut parts: Vec<String> = Vec::new();
    let summary = operation.summary.as_deref().map(one_line).filter(|text| !text.is_empty());
    parts.extend(summary.clone().map(|text| if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }));
    parts.extend(operation.deprecated.then(|| "Deprecated.".to_owned()));
    parts.extend(
        operation.description.clone().filter(|text| Some(text.trim()) != summary.as_deref() && !text.trim().is_empty()),
    );
    if parts.is_empty() {
        parts.push(format!("`{} {}`", operation.method.upper(), operation.path));
    }
    let told: Vec<String> = method
        .arguments
        .iter()
        .filter(|argument| !argument.about.is_empty())
        .map(|argument| format!("    {}: {}", argument.name, argument.about))
        .collect();
    if !told.is_empty() {
        parts.push(format!("Args:\n{}", told.join("\n")));
    }
    parts.join("\n\n")
}
