//! One file a resource: a descriptor and a method for each operation.

use super::declarations::imports;
use super::descriptor;
use super::plan::Plan;
use super::schemes::Schemes;
use super::scope::{ResourceName, Scope};
use super::text::{doc, key};
use super::types::Uses;
use crate::files::{Comment, GeneratedFile};
use crate::model::Api;

/// Writes all resources, and the list of them.
pub fn files(api: &Api, scope: &Scope<'_>, plans: &[Plan<'_>]) -> Vec<GeneratedFile> {
    let schemes = Schemes::new(api);
    let mut files: Vec<GeneratedFile> =
        scope.resources.iter().map(|resource| file(api, scope, &schemes, resource, plans)).collect();
    let list: String = scope
        .resources
        .iter()
        .map(|resource| format!("export {{ {} }} from './{}.js';\n", resource.class, resource.file))
        .collect();
    let list = if list.is_empty() { "export {};\n".to_owned() } else { list };
    files.push(GeneratedFile::new(&api.origin, Comment::Slashes, "src/resources/index.ts", &list));
    files
}

fn file(
    api: &Api,
    scope: &Scope<'_>,
    schemes: &Schemes<'_>,
    resource: &ResourceName<'_>,
    plans: &[Plan<'_>],
) -> GeneratedFile {
    let own: Vec<&Plan<'_>> = plans.iter().filter(|plan| plan.operation.resource == resource.tag).collect();
    let mut uses = Uses::default();
    let mut declared = Vec::new();
    for plan in &own {
        uses.extend(&plan.uses);
        declared.extend(plan.declarations.iter().map(|declaration| declaration.name.as_str()));
        uses.runtime.insert(if plan.answer.paging.is_some() { "PagePromise" } else { "ApiPromise" });
    }
    uses.runtime.insert("RequestOptions");
    // Item types of inline answers are declared, and used only there.
    let methods: Vec<String> = own.iter().map(|plan| method(scope, plan)).collect();
    let methods = methods.join("\n");
    declared.retain(|name| methods.contains(name));
    let mut text =
        imports(scope, &uses, "../types/", "../runtime/index.js", None, &[(resource.file.as_str(), declared)]);
    text.truncate(text.trim_end().len());
    text.push_str("\nimport type { Operation } from '../runtime/operation.js';\nimport { Resource } from '../runtime/resource.js';\n\n");
    for plan in &own {
        let export = descriptor::role(api, plan.operation) == Some("refresh")
            || api.config.tokens.logout.as_ref() == Some(&plan.operation.id);
        text.push_str(&descriptor::write(api, schemes, plan, export));
        text.push('\n');
    }
    let tag = api.tags.iter().find(|tag| tag.name == resource.tag);
    text.push_str(&doc(0, &[tag.and_then(|tag| tag.description.as_deref()).unwrap_or_default()]));
    text.push_str(&format!("export class {} extends Resource {{\n{methods}}}\n", resource.class));
    GeneratedFile::new(&api.origin, Comment::Slashes, format!("src/resources/{}.ts", resource.file), &text)
}

fn method(scope: &Scope<'_>, plan: &Plan<'_>) -> String {
    let (answer, call) = match &plan.answer.paging {
        Some(paging) => (
            format!("PagePromise<{}, {}>", paging.item, plan.answer.type_text),
            format!("this.client.page({}, {}, {}, options)", plan.constant, paging.descriptor, input(plan)),
        ),
        None => (
            format!("ApiPromise<{}>", plan.answer.type_text),
            format!("this.client.call({}, {}, options)", plan.constant, input(plan)),
        ),
    };
    let name = format!("{}{}", plan.method, scope.generics.declared(&plan.uses.parameters));
    let one_line = format!("  {name}({}): {answer} {{\n", arguments(plan).join(", "));
    let head = if one_line.len() <= 140 {
        one_line
    } else {
        format!("  {name}(\n    {},\n  ): {answer} {{\n", arguments(plan).join(",\n    "))
    };
    format!("{}{head}    return {call};\n  }}\n", comment(plan))
}

/// The arguments as they are declared. One that may be left out stands behind all that may not.
fn arguments(plan: &Plan<'_>) -> Vec<String> {
    let mut texts: Vec<String> =
        plan.arguments.path.iter().map(|argument| format!("{}: {}", argument.name, argument.type_text)).collect();
    let body = plan.arguments.body.as_ref().map(|body| {
        if body.required {
            format!("body: {}", body.type_text)
        } else {
            format!("body?: {} | undefined", body.type_text)
        }
    });
    let params = plan.arguments.params.as_ref().map(|params| {
        if params.required { format!("params: {}", params.name) } else { format!("params?: {}", params.name) }
    });
    texts.extend(if plan.arguments.params_first() { [params, body] } else { [body, params] }.into_iter().flatten());
    texts.push("options?: RequestOptions".to_owned());
    texts
}

fn input(plan: &Plan<'_>) -> String {
    let mut parts = Vec::new();
    if !plan.arguments.path.is_empty() {
        let members: Vec<String> = plan
            .arguments
            .path
            .iter()
            .map(|argument| {
                let wire = key(&argument.parameter.name);
                if wire == argument.name { wire } else { format!("{wire}: {}", argument.name) }
            })
            .collect();
        parts.push(format!("path: {{ {} }}", members.join(", ")));
    }
    parts.extend(plan.arguments.params.as_ref().map(|_| "params".to_owned()));
    parts.extend(plan.arguments.body.as_ref().map(|_| "body".to_owned()));
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

fn comment(plan: &Plan<'_>) -> String {
    let operation = plan.operation;
    let scopes = operation.scopes();
    let scopes = if scopes.is_empty() {
        String::new()
    } else {
        format!("Needs the scopes {}.", scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(", "))
    };
    let described = operation
        .description
        .as_deref()
        .filter(|text| operation.summary.as_deref().map(str::trim) != Some(text.trim()));
    let more = operation.external_docs.as_deref().map(|url| format!("@see {url}")).unwrap_or_default();
    let deprecated = if operation.deprecated { "@deprecated" } else { "" };
    let wire = format!("`{} {}`", operation.method.upper(), operation.path);
    doc(
        2,
        &[
            operation.summary.as_deref().unwrap_or_default(),
            described.unwrap_or_default(),
            &scopes,
            &wire,
            &more,
            deprecated,
        ],
    )
}
