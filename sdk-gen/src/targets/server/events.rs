//! What events carry: a struct a kind of event for the code that tells of it, and the catalogue as JSON for whoever asks
//! what there is. It is the domain's: it knows neither poem nor the wire's other types.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Map, Value, json};

use super::plan::{Plan, RESERVED, idents_in, is_domain, reach, uses};
use super::types::{attribute, doc};
use super::{rust_file, rust_type, schemas};
use crate::diagnostics::Diagnostic;
use crate::files::{Comment, GeneratedFile};
use crate::model::{Api, EnumType, Kind, ObjectType, Schema, Webhook};
use crate::names::{Case, Names, convert};
use crate::targets::Emitted;

/// Where the types of the file come from.
const FROM: &[(&str, &[&str])] = &[
    ("serde", &["Serialize"]),
    ("serde_json", &["Value"]),
    ("std::collections", &["BTreeMap"]),
    ("crate::domain::events", &["EventType", "Payload"]),
    ("crate::domain::scopes", &["Scope"]),
    ("crate::domain::time", &["Time"]),
];

/// Writes the payloads of the contract's `webhooks`; nothing where it has none.
#[must_use]
pub fn emit(api: &Api) -> Emitted {
    let mut emitted = Emitted::default();
    if api.webhooks.is_empty() {
        return emitted;
    }
    let named = api.with_named_inlines();
    let plan = Plan::of(&named);
    emitted.diagnostics = named.webhooks.iter().filter(|one| data_of(&named, one).is_none()).map(refused).collect();
    for (path, tokens) in [("mod.rs", index()), ("events.rs", payloads(&plan))] {
        match rust_file(&named.origin, path, tokens) {
            Ok(file) => emitted.files.push(file),
            Err(error) => {
                let found = format!("{path} would not be Rust: {error}");
                let found = Diagnostic::error("server-syntax", "", found).remedy("report this as a fault of sdk-gen");
                emitted.diagnostics.push(found);
            }
        }
    }
    let catalogue: Vec<Value> = named.webhooks.iter().map(|webhook| entry(&named, webhook)).collect();
    let text = format!("{}\n", serde_json::to_string_pretty(&catalogue).unwrap_or_default());
    emitted.files.push(GeneratedFile::new(&named.origin, Comment::None, "events.json", &text));
    emitted
}

fn refused(webhook: &Webhook) -> Diagnostic {
    let found = format!("the event `{}` has no object `data`", webhook.name);
    Diagnostic::error("server-event", &webhook.pointer, found).remedy("describe it as `{type, timestamp, data}`")
}

fn index() -> TokenStream {
    quote! {
        #![doc = " The contract as the domain knows it: what its events carry."]
        pub mod events;
    }
}

fn body_of(webhook: &Webhook) -> Option<&Schema> {
    webhook.body.as_ref()?.preferred()?.schema.as_ref()
}

/// The name of the type of an event's `data`.
fn data_of<'a>(api: &'a Api, webhook: &'a Webhook) -> Option<&'a str> {
    let body = api.resolve(body_of(webhook)?)?.as_object()?;
    match &body.property("data")?.schema.kind {
        Kind::Ref(name) => api.types.get(name).filter(|one| one.schema.as_object().is_some()).map(|_| name.as_str()),
        _ => None,
    }
}

fn payloads(plan: &Plan<'_>) -> TokenStream {
    let told: Vec<(&str, &Webhook)> =
        plan.api.webhooks.iter().filter_map(|webhook| Some((data_of(plan.api, webhook)?, webhook))).collect();
    let mut reached = HashSet::new();
    for (name, _) in &told {
        reached.insert(*name);
        if let Some(named) = plan.api.types.get(*name) {
            reach(plan.api, &named.schema, &mut reached);
        }
    }
    let names = plan.api.types.iter().filter(|(name, _)| reached.contains(name.as_str()) && !is_domain(name));
    let items: TokenStream = names.map(|(name, named)| item(plan, name, &named.schema)).collect();
    let kinds = told.iter().filter_map(|(name, webhook)| {
        let (ident, variant) = (plan.idents.get(*name)?, format_ident!("{}", convert(&webhook.name, Case::Pascal)));
        Some(quote!(impl Payload for #ident { const TYPE: EventType = EventType::#variant; }))
    });
    let kinds: TokenStream = kinds.collect();
    let body = quote!(#items #kinds);
    let uses = uses(&idents_in(body.clone()), FROM);
    quote! {
        #![doc = " What each kind of event carries: the `data` of what is delivered."]
        #uses
        #[doc = " Every kind of event, with its texts, the JSON Schema of what is delivered and an example."]
        pub const CATALOGUE: &str = include_str!("events.json");
        #body
    }
}

fn item(plan: &Plan<'_>, name: &str, schema: &Schema) -> TokenStream {
    let Some(ident) = plan.idents.get(name) else { return TokenStream::new() };
    let about = doc(schema.description.as_deref().unwrap_or(name));
    match &schema.kind {
        Kind::Object(object) => structure(plan, &about, ident, object),
        Kind::Enum(values) => enumeration(&about, ident, values),
        _ => TokenStream::new(),
    }
}

fn structure(plan: &Plan<'_>, about: &TokenStream, ident: &Ident, object: &ObjectType) -> TokenStream {
    let mut names = Names::new(Case::Snake, RESERVED);
    let fields = object.properties.iter().map(|property| {
        let (wire, field) = (&property.name, names.take(&property.name));
        let inner = rust_type::of(plan, &property.schema);
        let bare = property.required && !plan.api.is_nullable(&property.schema);
        let of = if bare { inner } else { quote!(Option<#inner>) };
        let parts = [
            (field != *wire).then(|| quote!(rename = #wire)),
            (!property.required).then(|| quote!(skip_serializing_if = "Option::is_none")),
        ];
        let serde = attribute("serde", parts.into_iter().flatten());
        let (about, field) = (doc(property.schema.description.as_deref().unwrap_or(wire)), format_ident!("{field}"));
        quote!(#about #serde pub #field: #of,)
    });
    let fields: TokenStream = fields.collect();
    quote!(#about #[derive(Debug, Clone, PartialEq, Serialize)] pub struct #ident { #fields })
}

fn enumeration(about: &TokenStream, ident: &Ident, values: &EnumType) -> TokenStream {
    let mut names = Names::new(Case::Pascal, &["Self"]);
    let variants = values.values.iter().filter_map(|value| {
        let text = value.value.as_str()?;
        let variant = format_ident!("{}", names.take(text));
        let about = doc(value.description.as_deref().unwrap_or(&format!("`{text}`")));
        Some(quote!(#about #[serde(rename = #text)] #variant,))
    });
    let variants: TokenStream = variants.collect();
    quote!(#about #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)] pub enum #ident { #variants })
}

/// What the catalogue says of an event.
fn entry(api: &Api, webhook: &Webhook) -> Value {
    let example = webhook.body.as_ref().and_then(|body| body.preferred()?.examples.first());
    json!({
        "type": webhook.name,
        "summary": webhook.summary,
        "description": webhook.description,
        "schema": body_of(webhook).map(|schema| schema_of(api, schema)),
        "example": example.map(|example| &example.value),
    })
}

/// A schema that stands alone: what it refers to is in its `$defs`.
fn schema_of(api: &Api, schema: &Schema) -> Value {
    let mut reached = HashSet::new();
    reach(api, schema, &mut reached);
    let top = api.resolve(schema).unwrap_or(schema);
    let named = api.types.values().filter(|named| reached.contains(named.name.as_str()) && named.schema != *top);
    let defs: Map<String, Value> = named.map(|one| (one.name.clone(), schemas::written(&one.schema))).collect();
    let mut written = schemas::written(top);
    if let Some(members) = written.as_object_mut() {
        members.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        if !defs.is_empty() {
            members.insert("$defs".to_owned(), Value::Object(defs));
        }
    }
    written
}
