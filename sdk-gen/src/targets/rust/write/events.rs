//! The events that the API sends, as one enum of their payloads.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, file, ident};
use crate::files::GeneratedFile;
use crate::model::{EventTags, Kind, Schema, Webhook};
use crate::names::Case;
use crate::targets::rust::naming::Scope;
use crate::targets::rust::parsed::Parsed;
use crate::targets::rust::plan::Plan;

/// `events.rs`, empty where nothing tells events apart.
pub(super) fn file_of(plan: &Plan, parsed: &Parsed) -> GeneratedFile {
    let code = match plan.api.event_tags() {
        Some(tags) => code(plan, parsed, &tags),
        None => quote! { #![doc = " This API sends no events that can be told apart."] },
    };
    file(plan, "events.rs", &code)
}

struct Variant {
    about: TokenStream,
    name: syn::Ident,
    payload: TokenStream,
    tag: String,
}

fn code(plan: &Plan, parsed: &Parsed, EventTags { property, values }: &EventTags) -> TokenStream {
    let mut names = Scope::new(Case::Pascal, &["Unknown", "Self"]);
    let payloads = plan.api.event_payloads();
    let variants = payloads.iter().zip(values).map(|((webhook, schema), tag)| Variant {
        about: about(webhook),
        name: ident(&names.take(&webhook.name, "event")),
        payload: payload(plan, parsed, schema),
        tag: tag.clone(),
    });
    let variants: Vec<Variant> = variants.collect();
    let lines = variants.iter().map(|Variant { about, name, payload, .. }| quote! { #about #name(#payload), });
    let arms = variants.iter().map(|Variant { name, tag, .. }| {
        quote! { Some(#tag) => serde_json::from_value(value).map(Self::#name), }
    });
    quote! {
        #![doc = " The events that the API sends, typed by what each is."]
        use serde::de::Error as _;
        use serde::{Deserialize, Deserializer};
        use serde_json::Value;
        use super::types;
        #[doc = " What happened: `WebhookVerifier::unwrap` gives it."]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            #(#lines)*
            #[doc = " One that this version of the SDK does not know, as it came."]
            Unknown(Value),
        }
        impl<'de> Deserialize<'de> for Event {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = Value::deserialize(deserializer)?;
                let tag = value.get(#property).and_then(Value::as_str).map(str::to_owned);
                let known = match tag.as_deref() {
                    #(#arms)*
                    _ => Ok(Self::Unknown(value)),
                };
                known.map_err(D::Error::custom)
            }
        }
    }
}

fn about(webhook: &Webhook) -> TokenStream {
    let text = docs::summary_and_text(webhook.summary.as_deref(), webhook.description.as_deref());
    docs::docs(if text.is_empty() { &webhook.name } else { &text })
}

/// The type that was made of it, or anything.
fn payload(plan: &Plan, parsed: &Parsed, schema: &Schema) -> TokenStream {
    let name = match &schema.kind {
        Kind::Ref(name) if !plan.api.is_nullable(schema) => plan.types.get(name),
        _ => None,
    };
    match name.filter(|name| parsed.types.contains_key(*name)) {
        Some(name) => {
            let name = ident(name);
            quote! { types::#name }
        }
        None => quote! { Value },
    }
}
