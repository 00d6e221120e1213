//! What can only be done once every type is read.

use std::collections::HashMap;

use crate::diagnostics::Diagnostic;
use crate::model::{Api, Kind, Location, Schema};

/// Breaks alias cycles, fills discriminators, finds pages.
pub(super) fn finish(api: &mut Api, diagnostics: &mut Vec<Diagnostic>) {
    break_cycles(api, diagnostics);
    super::literals::discriminate(api);
    let pages: Vec<_> = api.operations.iter().map(|operation| super::pages::find(api, operation)).collect();
    for (operation, page) in api.operations.iter_mut().zip(pages) {
        operation.page = page;
    }
    check_tokens(api, diagnostics);
}

/// A type that is itself through nothing but references and unions has no value; the reference that closes the circle goes.
fn break_cycles(api: &mut Api, diagnostics: &mut Vec<Diagnostic>) {
    let edges: HashMap<String, Vec<String>> =
        api.types.iter().map(|(name, named)| (name.clone(), aliases(&named.schema))).collect();
    let names: Vec<String> = api.types.keys().cloned().collect();
    for name in names {
        if !reaches(&edges, &name) {
            continue;
        }
        let Some(named) = api.types.get_mut(&name) else { continue };
        let message = format!("the type `{name}` is defined by itself");
        diagnostics.push(
            Diagnostic::warning("alias-cycle", named.schema.pointer.clone(), message)
                .remedy("It is read without that part."),
        );
        cut(&mut named.schema, &name, &edges);
    }
}

/// Types that this one is, without an object, list or map between.
fn aliases(schema: &Schema) -> Vec<String> {
    match &schema.kind {
        Kind::Ref(name) => vec![name.clone()],
        Kind::Union(union) => union.variants.iter().flat_map(|variant| aliases(&variant.schema)).collect(),
        Kind::Intersection(parts) => parts.iter().flat_map(aliases).collect(),
        _ => Vec::new(),
    }
}

fn reaches(edges: &HashMap<String, Vec<String>>, start: &str) -> bool {
    let mut seen = std::collections::HashSet::new();
    let mut open: Vec<&String> = edges.get(start).into_iter().flatten().collect();
    while let Some(name) = open.pop() {
        if name == start {
            return true;
        }
        if seen.insert(name) {
            open.extend(edges.get(name).into_iter().flatten());
        }
    }
    false
}

fn cut(schema: &mut Schema, name: &str, edges: &HashMap<String, Vec<String>>) {
    let leads_back = |target: &str| {
        target == name || {
            let mut seen = std::collections::HashSet::new();
            let mut open = vec![target];
            let mut found = false;
            while let Some(at) = open.pop() {
                found |= at == name;
                if seen.insert(at) {
                    open.extend(edges.get(at).into_iter().flatten().map(String::as_str));
                }
            }
            found
        }
    };
    match &mut schema.kind {
        Kind::Ref(target) if leads_back(target) => schema.kind = Kind::Any,
        Kind::Union(union) => {
            union.variants.retain(|variant| !aliases(&variant.schema).iter().any(|target| leads_back(target)));
            let left = std::mem::take(&mut union.variants);
            schema.kind =
                super::composed::union_of(left.into_iter().map(|variant| variant.schema).collect(), union.exclusive);
        }
        Kind::Intersection(parts) => {
            parts.retain(|part| !aliases(part).iter().any(|target| leads_back(target)));
            if parts.len() < 2 {
                schema.kind = parts.pop().map(|part| part.kind).unwrap_or_default();
            }
        }
        _ => {}
    }
}

/// `x-sdk.tokens` must name operations that are there, and a logout that needs nothing but the session.
fn check_tokens(api: &Api, diagnostics: &mut Vec<Diagnostic>) {
    let tokens = &api.config.tokens;
    if let Some(logout) = tokens.logout.as_deref().and_then(|id| api.operation(id))
        && (logout.parameters_in(Location::Path).count() > 1 || logout.body.as_ref().is_some_and(|body| body.required))
    {
        let message = format!("the logout `{}` needs more than the id of a session", logout.id);
        diagnostics.push(
            Diagnostic::error("x-sdk", "#/x-sdk/tokens/logout", message)
                .remedy("Name an operation with one path parameter or none, and no required body."),
        );
    }
    for id in tokens.refresh.iter().chain(&tokens.logout).chain(&tokens.issue).chain(&tokens.revoke) {
        if api.operation(id).is_none() {
            let message = format!("`x-sdk.tokens` names `{id}`, which is no operation");
            diagnostics.push(
                Diagnostic::error("x-sdk", "#/x-sdk/tokens", message).remedy("Give an operationId of this document."),
            );
        }
    }
}
