//! `_contract.py`: the facts of an API that all calls share.

use std::collections::BTreeSet;

use super::descriptor;
use super::schemes;
use super::text::{fit, literal, string};
use super::vocabulary::Vocabulary;
use crate::diagnostics::Diagnostic;
use crate::model::{Kind, MediaKind, Operation};
use crate::names::words;

/// The module's text, and what could not be said.
pub(super) fn write(vocabulary: &Vocabulary<'_>, package: &str, version: &str) -> (String, Vec<Diagnostic>) {
    let api = vocabulary.api;
    let mut classes: BTreeSet<&str> = BTreeSet::new();
    let mut pairs = Vec::new();
    for scheme in api.security_schemes.values() {
        if let Some((class, expression)) = schemes::expression(scheme) {
            classes.insert(class);
            pairs.push(format!("{}: {expression}", string(&scheme.name)));
        }
    }
    let mut diagnostics = Vec::new();
    let mut refresh = None;
    if let Some(operation) = api.config.tokens.refresh.as_deref().and_then(|id| api.operation(id)) {
        refresh = self::refresh(vocabulary, operation);
        if refresh.is_none() {
            let message = "the refresh operation takes no body with a refresh token, so tokens are not refreshed";
            diagnostics
                .push(Diagnostic::error("python-no-refresh", &operation.pointer, message).operation(&operation.id));
        }
    }
    let mut out = "\"\"\"What all calls share.\"\"\"\n\nfrom __future__ import annotations\n\n".to_owned();
    if let Some((class, _)) = &refresh {
        out.push_str(&format!("from ._runtime.bodies import {class}\n"));
    }
    out.push_str(&format!("from ._runtime.core import Contract{}\n", if refresh.is_some() { ", Refresh" } else { "" }));
    if !classes.is_empty() {
        let names: Vec<&str> = classes.into_iter().collect();
        out.push_str(&format!("from ._runtime.credentials import {}\n", names.join(", ")));
    }
    let logout = api.config.tokens.logout.as_deref().and_then(|id| api.operation(id));
    if refresh.is_some() || logout.is_some() {
        out.push_str("from ._runtime.operation import Operation\n");
    }
    let base = api.default_server().map_or_else(|| "None".to_owned(), string);
    let mut parts = vec![string(package), string(version), string(&api.config.environment), base];
    if !pairs.is_empty() {
        parts.push(format!("schemes={{{}}}", pairs.join(", ")));
    }
    parts.extend(refresh.map(|(_, expression)| format!("refresh={expression}")));
    parts.extend(logout.map(|operation| {
        let mut said = vec![string(operation.method.upper()), string(&operation.path)];
        said.extend(descriptor::security(api, operation));
        format!("logout=Operation({})", said.join(", "))
    }));
    out.push('\n');
    out.push_str(&fit(0, &format!("CONTRACT = Contract({})", parts.join(", "))));
    (out, diagnostics)
}

/// The body's class and the `Refresh(…)`.
fn refresh(vocabulary: &Vocabulary<'_>, operation: &Operation) -> Option<(&'static str, String)> {
    let media = operation.body.as_ref()?.preferred()?;
    let class = match media.kind {
        MediaKind::Json => "JsonBody",
        MediaKind::Form => "FormBody",
        _ => return None,
    };
    let object = vocabulary.api.resolve(media.schema.as_ref()?)?.as_object()?;
    let member = object.properties.iter().find(|property| words(&property.name) == ["refresh", "token"])?;
    let grant = object.properties.iter().find(|property| words(&property.name) == ["grant", "type"]);
    let mut body = vec![
        string(operation.method.upper()),
        string(&operation.path),
        format!("body={class}()"),
        "body_required=True".to_owned(),
    ];
    body.extend(descriptor::security(vocabulary.api, operation));
    body.push("tokens=\"refresh\"".to_owned());
    let mut parts = vec![format!("Operation({})", body.join(", ")), string(&member.name)];
    if let Some(grant) = grant {
        let value = match &vocabulary.api.resolve(&grant.schema)?.kind {
            Kind::Const(value) => literal(value),
            _ => string("refresh_token"),
        };
        parts.push(format!("{{{}: {value}}}", string(&grant.name)));
    }
    Some((class, format!("Refresh({})", parts.join(", "))))
}
