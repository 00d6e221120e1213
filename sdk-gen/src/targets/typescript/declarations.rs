//! The files of types: one a resource, and one for what several share.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::events::Events;
use super::plan::{Draft, Plan};
use super::scope::{SHARED, Scope};
use super::text::doc;
use super::types::{Binary, Printer, Uses, element, spaced};
use crate::files::{Comment, GeneratedFile};
use crate::model::{Api, Kind, Schema};

/// One exported type.
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// The whole declaration, comment and all.
    pub text: String,
    /// What it refers to.
    pub uses: Uses,
}

/// The type of a body or an answer in place. What has no name and is more than a word gets one, so that users can
/// write it down.
pub fn in_place<'a>(
    draft: &mut Draft<'a>,
    scope: &mut Scope<'a>,
    schema: &'a Schema,
    binary: Binary,
    wanted: &str,
) -> String {
    if let Kind::Array(array) = &schema.kind
        && matches!(array.items.kind, Kind::Object(_))
    {
        let item = in_place(draft, scope, &array.items, binary, &format!("{wanted}Item"));
        let null = if schema.nullable { " | null" } else { "" };
        return format!("{}{null}", element(&item));
    }
    if !matches!(schema.kind, Kind::Object(_)) {
        let mut printer = Printer::generic(draft.api, scope, binary);
        let text = printer.print(schema);
        if !text.contains('\n') {
            draft.uses.extend(&printer.uses);
            return text;
        }
    }
    let name = scope.export(wanted);
    let mut printer = Printer::generic(draft.api, scope, binary);
    let text = declare(&mut printer, &name, schema);
    let parameters = &printer.uses.parameters;
    draft.uses.parameters.extend(parameters);
    let named = format!("{name}{}", scope.generics.given(parameters));
    draft.declarations.push(Declaration { name, text, uses: printer.uses });
    named
}

/// An interface where that is possible, an alias elsewhere.
pub fn declare(printer: &mut Printer<'_>, name: &str, schema: &Schema) -> String {
    let deprecated = if schema.deprecated { "@deprecated" } else { "" };
    let title = schema.title.as_deref().filter(|_| schema.description.is_none()).unwrap_or_default();
    let comment = doc(0, &[title, schema.description.as_deref().unwrap_or_default(), deprecated]);
    let parameters = printer.declared(schema);
    match &schema.kind {
        Kind::Object(object) if !schema.nullable && !object.properties.is_empty() => {
            format!("{comment}export interface {name}{parameters} {}\n", printer.object(object))
        }
        _ => format!("{comment}export type {name}{parameters} ={};\n", spaced(&printer.print(schema))),
    }
}

/// Writes all files of types, and the list of them.
pub fn files(api: &Api, scope: &Scope<'_>, plans: &[Plan<'_>], events: Option<&Events>) -> Vec<GeneratedFile> {
    let mut by_file: IndexMap<String, Vec<Declaration>> = IndexMap::new();
    for (key, named) in &api.types {
        let mut printer = Printer::of_alias(api, scope, key);
        let name = scope.type_name(key).to_owned();
        let text = declare(&mut printer, &name, &named.schema);
        by_file.entry(scope.type_file(key).to_owned()).or_default().push(Declaration {
            name,
            text,
            uses: printer.uses,
        });
    }
    let mut files = Vec::new();
    for (resource, declarations) in planned(scope, plans) {
        let own = by_file.entry(resource).or_default();
        own.extend(declarations.map(|found| Declaration {
            name: found.name.clone(),
            text: found.text.clone(),
            uses: found.uses.clone(),
        }));
    }
    by_file.retain(|_, declarations| !declarations.is_empty());
    let mut names: Vec<String> = by_file.keys().cloned().collect();
    for (file, declarations) in &by_file {
        files.push(types_file(api, scope, file, declarations));
    }
    if let Some(events) = events {
        names.push(super::events::FILE.to_owned());
        files.push(types_file(api, scope, super::events::FILE, &events.declarations));
    }
    names.sort();
    let list: String = names.iter().map(|name| format!("export type * from './{name}.js';\n")).collect();
    let list = if list.is_empty() { "export {};\n".to_owned() } else { list };
    files.push(GeneratedFile::new(&api.origin, Comment::Slashes, "src/types/index.ts", &list));
    files
}

fn planned<'p>(
    scope: &'p Scope<'_>,
    plans: &'p [Plan<'_>],
) -> impl Iterator<Item = (String, impl Iterator<Item = &'p Declaration>)> {
    scope.resources.iter().map(move |resource| {
        let own = plans.iter().filter(move |plan| plan.operation.resource == resource.tag);
        (resource.file.clone(), own.flat_map(|plan| &plan.declarations))
    })
}

fn types_file(api: &Api, scope: &Scope<'_>, file: &str, declarations: &[Declaration]) -> GeneratedFile {
    let mut uses = Uses::default();
    for declaration in declarations {
        uses.extend(&declaration.uses);
    }
    let mut text = imports(scope, &uses, "./", "../runtime/index.js", Some(file), &[]);
    let bodies: Vec<&str> = declarations.iter().map(|declaration| declaration.text.as_str()).collect();
    text.push_str(&bodies.join("\n"));
    GeneratedFile::new(&api.origin, Comment::Slashes, format!("src/types/{file}.ts"), &text)
}

/// Import lines for what is used. `own` is the file itself; `more` are declared types of a file.
pub fn imports(
    scope: &Scope<'_>,
    uses: &Uses,
    folder: &str,
    runtime: &str,
    own: Option<&str>,
    more: &[(&str, Vec<&str>)],
) -> String {
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in &uses.types {
        by_file.entry(scope.type_file(key)).or_default().push(scope.type_name(key));
    }
    for (file, names) in more {
        by_file.entry(file).or_default().extend(names);
    }
    let mut text = String::new();
    if !uses.runtime.is_empty() {
        let names: Vec<&str> = uses.runtime.iter().copied().collect();
        text.push_str(&import(&names, runtime));
    }
    for (file, mut names) in by_file {
        if own == Some(file) || names.is_empty() {
            continue;
        }
        names.sort_unstable();
        names.dedup();
        // `shared` holds no types when nothing is shared, but then nothing is imported from it either.
        text.push_str(&import(&names, &format!("{folder}{}.js", if file.is_empty() { SHARED } else { file })));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn import(names: &[&str], from: &str) -> String {
    let line = format!("import type {{ {} }} from '{from}';\n", names.join(", "));
    if line.len() <= 120 { line } else { format!("import type {{\n  {},\n}} from '{from}';\n", names.join(",\n  ")) }
}
