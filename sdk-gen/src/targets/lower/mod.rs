//! OpenAPI 3.1 to 3.0.3: the same API for older tools, as faithfully as 3.0 can say it.
//!
//! It works on the raw document, not on the model, so that names, order, texts and extensions stay. What 3.0 has no word
//! for is kept under an `x-` name where that does no harm, and told in a diagnostic where it changes which values are
//! valid. `places` knows where schemas stand, `schema` rewrites one, `types` what its `type` says, `security` who may call.

mod places;
mod schema;
mod security;
#[cfg(test)]
mod tests;
mod types;

use serde_json::{Map, Value, json};

use crate::diagnostics::Diagnostic;
use crate::document::{Document, Target};

/// The members of an object.
type Members = Map<String, Value>;

/// The document as OpenAPI 3.0.3, and what was lost on the way. A 3.0 document stays as it is, small faults corrected.
#[must_use]
pub fn lower(document: &Document) -> (Value, Vec<Diagnostic>) {
    let mut lowered = document.root().clone();
    let mut work = Lowering { document, diagnostics: Vec::new() };
    if let Value::Object(root) = &mut lowered {
        work.root(root);
    }
    (lowered, work.diagnostics)
}

/// The state of lowering one document.
struct Lowering<'d> {
    document: &'d Document,
    diagnostics: Vec<Diagnostic>,
}

impl Lowering<'_> {
    fn root(&mut self, root: &mut Members) {
        root.insert("openapi".to_owned(), json!("3.0.3"));
        root.shift_remove("jsonSchemaDialect");
        root.shift_remove("$self");
        if let Some(Value::Object(info)) = root.get_mut("info") {
            rename(info, "summary", "x-summary");
            if let Some(Value::Object(license)) = info.get_mut("license") {
                rename(license, "identifier", "x-identifier");
            }
        }
        for key in ["info", "tags", "servers", "externalDocs"] {
            root.get_mut(key).into_iter().for_each(without_nulls);
        }
        rename(root, "webhooks", "x-webhooks");
        root.entry("paths").or_insert_with(|| json!({}));
        self.security(root);
        for key in ["paths", "x-webhooks"] {
            self.path_items(root.get_mut(key), &format!("#/{key}"));
        }
        if let Some(Value::Object(components)) = root.get_mut("components") {
            self.components(components);
        }
    }

    fn lost(&mut self, at: &str, what: &str) {
        let message = format!("OpenAPI 3.0 has no word for `{what}`");
        self.diagnostics.push(
            Diagnostic::warning("lowered", at, message)
                .remedy(format!("It is kept as `x-{}`, which tools ignore.", what.trim_start_matches('$'))),
        );
    }

    /// What a reference that 3.0 does not allow leads to.
    fn inlined(&self, reference: &str) -> Option<Value> {
        match self.document.lookup(reference) {
            Target::Found(value, _) => Some(value.clone()),
            Target::Remote | Target::Missing => None,
        }
    }
}

/// Texts that are null instead of absent.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}

/// Gives a member another name at the same place in the order.
fn rename(members: &mut Members, from: &str, to: &str) {
    if !members.contains_key(from) {
        return;
    }
    let old = std::mem::take(members);
    members.extend(old.into_iter().map(|(key, value)| if key == from { (to.to_owned(), value) } else { (key, value) }));
}
