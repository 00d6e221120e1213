//! What the package cannot say, told by operation.

use super::graph;
use super::schemes;
use super::vocabulary::Vocabulary;
use crate::diagnostics::Diagnostic;
use crate::model::walk::walk;
use crate::model::{Kind, MediaType, Operation, Schema};

/// A finding for each thing that a method leaves out or takes untyped.
pub(super) fn diagnostics(vocabulary: &Vocabulary<'_>) -> Vec<Diagnostic> {
    vocabulary.api.operations.iter().flat_map(|operation| of(vocabulary, operation)).collect()
}

fn of(vocabulary: &Vocabulary<'_>, operation: &Operation) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut tell = |code, message: String, remedy: &str| {
        found.push(Diagnostic::warning(code, &operation.pointer, message).remedy(remedy).operation(&operation.id));
    };
    if schemas(operation).any(|schema| is_mixed(vocabulary, schema)) {
        let message = format!("a type of {} is an `allOf` of types that do not go together", operation.id);
        tell("python-untyped", message, "It is read as `Any`; make its parts objects.");
    }
    if let Some(body) = &operation.body
        && let Some(preferred) = body.preferred()
    {
        let others: Vec<&str> =
            body.content.iter().filter(|media| media.kind != preferred.kind).map(|media| media.name.as_str()).collect();
        if !others.is_empty() {
            let message = format!("{} takes {} as well", operation.id, others.join(", "));
            tell("python-one-media-type", message, &format!("The method sends {}.", preferred.name));
        }
    }
    if !operation.security.is_empty()
        && operation.security.iter().all(|one| one.schemes.iter().any(|used| is_unsendable(vocabulary, &used.scheme)))
    {
        let message = format!("{} asks for a client certificate", operation.id);
        tell("python-client-certificate", message, "Give the client an `http_client` of your own that has it.");
    }
    found
}

fn is_unsendable(vocabulary: &Vocabulary<'_>, scheme: &str) -> bool {
    vocabulary.api.security_schemes.get(scheme).is_none_or(|scheme| schemes::expression(scheme).is_none())
}

fn schemas(operation: &Operation) -> impl Iterator<Item = &Schema> {
    let parameters = operation.parameters.iter().map(|one| &one.schema);
    let body = operation.body.iter().filter_map(|body| body.preferred());
    let answers = operation.successes().filter_map(|answer| answer.preferred());
    let content: Vec<&MediaType> = body.chain(answers).collect();
    parameters.chain(content.into_iter().filter_map(|media| media.schema.as_ref()))
}

/// Whether the type itself, not one that it refers to further in, can't be told.
fn is_mixed(vocabulary: &Vocabulary<'_>, schema: &Schema) -> bool {
    let direct = graph::references(schema);
    let named = direct.into_iter().filter_map(|name| vocabulary.api.types.get(name)).map(|named| &named.schema);
    std::iter::once(schema).chain(named).any(|one| {
        let mut mixed = false;
        walk(one, &mut |inner| mixed |= matches!(inner.kind, Kind::Intersection(_)));
        mixed
    })
}
