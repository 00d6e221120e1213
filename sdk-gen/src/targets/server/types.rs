//! Structs and enums.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::plan::{Plan, RESERVED, TYPES_FROM, idents_in, uses};
use super::rust_type;
use crate::model::{Additional, EnumType, Kind, ObjectType, Property, Schema};
use crate::names::{Case, Names, convert};

/// Properties that are secrets by their name, besides those that the contract calls a password: their types do not show themselves in logs.
const SECRETS: [&str; 5] = ["secret", "accessToken", "refreshToken", "access_token", "refresh_token"];

/// `types.rs`: what several tags use.
pub(super) fn shared_file(plan: &Plan<'_>) -> TokenStream {
    let items = items(plan, None);
    let uses = uses(&idents_in(items.clone()), TYPES_FROM);
    quote! {
        #![doc = " Types that operations of several tags use."]
        #uses
        #items
    }
}

/// The types of a module.
pub(super) fn items(plan: &Plan<'_>, module: Option<&str>) -> TokenStream {
    let names = plan.types_in(module).into_iter();
    names.filter_map(|name| Some(item(plan, name, &plan.api.types.get(name)?.schema))).collect()
}

/// Documentation, line by line.
pub(super) fn doc(text: &str) -> TokenStream {
    let lines = text.trim().lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

fn item(plan: &Plan<'_>, name: &str, schema: &Schema) -> TokenStream {
    match &schema.kind {
        Kind::Enum(values) => enumeration(plan, name, schema, values),
        Kind::Object(object) => structure(plan, name, schema, object),
        _ => TokenStream::new(),
    }
}

fn enumeration(plan: &Plan<'_>, name: &str, schema: &Schema, values: &EnumType) -> TokenStream {
    let Some(ident) = plan.idents.get(name) else { return TokenStream::new() };
    let about = doc(schema.description.as_deref().unwrap_or(name));
    let rename = (ident != name).then(|| quote!(#[oai(rename = #name)]));
    let mut names = Names::new(Case::Pascal, &["Self"]);
    let texts: Vec<&str> = values.values.iter().filter_map(|value| value.value.as_str()).collect();
    let variants: Vec<_> = texts.iter().map(|text| format_ident!("{}", names.take(text))).collect();
    let about_each = values
        .values
        .iter()
        .zip(&texts)
        .map(|(value, text)| doc(value.description.as_deref().unwrap_or(&format!("`{text}`"))));
    quote! {
        #about
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
        #rename
        pub enum #ident {
            #(#about_each #[oai(rename = #texts)] #[serde(rename = #texts)] #variants,)*
        }

        impl #ident {
            /// Every value, in the contract's order.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The value as the wire and the store write it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #texts,)* }
            }

            /// The value of that text; `None` when there is none.
            #[must_use]
            pub fn from_name(text: &str) -> Option<Self> {
                match text { #(#texts => Some(Self::#variants),)* _ => None }
            }
        }
    }
}

fn structure(plan: &Plan<'_>, name: &str, schema: &Schema, object: &ObjectType) -> TokenStream {
    let Some(ident) = plan.idents.get(name) else { return TokenStream::new() };
    let about = doc(schema.description.as_deref().unwrap_or(name));
    let answered = plan.answered.contains(name);
    let secret = object.properties.iter().any(|property| {
        let password =
            matches!(&property.schema.kind, Kind::String(text) if text.format.as_deref() == Some("password"));
        password || property.schema.write_only || SECRETS.contains(&property.name.as_str())
    });
    let mut derives = vec![quote!(Clone), quote!(PartialEq), quote!(Object)];
    derives.extend(answered.then(|| quote!(Serialize)));
    derives.extend((!secret).then(|| quote!(Debug)));
    let rename = (ident != name).then(|| quote!(rename = #name));
    let closed = (object.additional == Additional::Forbidden).then(|| quote!(deny_unknown_fields));
    let attributes = attribute("oai", rename.into_iter().chain(closed));
    let mut names = Names::new(Case::Snake, RESERVED);
    let (mut fields, mut defaults) = (TokenStream::new(), TokenStream::new());
    for property in &object.properties {
        let field = names.take(&property.name);
        let (declared, default) = self::field(plan, &format!("{ident}"), &field, property, answered);
        fields.extend(declared);
        defaults.extend(default);
    }
    let hidden = format!("{ident} {{ … }}");
    let debug = secret.then(|| {
        quote! {
            /// It holds a secret, so it shows nothing of what it holds.
            impl std::fmt::Debug for #ident {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(#hidden) }
            }
        }
    });
    quote!(#about #[derive(#(#derives),*)] #attributes pub struct #ident { #fields } #debug #defaults)
}

/// A field, and the function that makes its default.
fn field(plan: &Plan<'_>, owner: &str, name: &str, property: &Property, answered: bool) -> (TokenStream, TokenStream) {
    let ident = format_ident!("{name}");
    let inner = rust_type::of(plan, &property.schema);
    let nullable = plan.api.is_nullable(&property.schema);
    let default = rust_type::default_of(plan, &property.schema).filter(|_| !property.required && !nullable);
    let make = format!("{}_{name}", convert(owner, Case::Snake));
    let (of, skip) = match (property.required, nullable) {
        (true, false) => (inner.clone(), None),
        (true, true) => (quote!(Option<#inner>), None),
        (false, true) => (quote!(MaybeUndefined<#inner>), Some("MaybeUndefined::is_undefined")),
        (false, false) if default.is_some() => (inner.clone(), None),
        (false, false) => (quote!(Option<#inner>), Some("Option::is_none")),
    };
    let about = doc(property.schema.description.as_deref().unwrap_or(&property.name));
    let wire = &property.name;
    let renamed = (name != wire).then(|| quote!(rename = #wire));
    let oai = attribute(
        "oai",
        [
            renamed.clone(),
            nullable.then(|| quote!(nullable)),
            property.schema.write_only.then(|| quote!(write_only)),
            property.schema.read_only.then(|| quote!(read_only)),
            property.schema.deprecated.then(|| quote!(deprecated)),
            default.as_ref().map(|_| quote!(default = #make)),
            rust_type::validator(plan.api, &property.schema),
        ]
        .into_iter()
        .flatten(),
    );
    let skip = skip.map(|skip| quote!(skip_serializing_if = #skip));
    let serde = attribute("serde", renamed.into_iter().chain(skip).filter(|_| answered));
    let make = format_ident!("{make}");
    let default = default.map(|value| quote!(fn #make() -> #inner { #value }));
    (quote!(#about #oai #serde pub #ident: #of,), default.unwrap_or_default())
}

/// `#[name(a, b)]`, or nothing.
pub(super) fn attribute(name: &str, parts: impl Iterator<Item = TokenStream>) -> TokenStream {
    let (name, parts) = (format_ident!("{name}"), parts.collect::<Vec<_>>());
    if parts.is_empty() { TokenStream::new() } else { quote!(#[#name(#(#parts),*)]) }
}
