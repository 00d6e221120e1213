//! The arguments of an operation: what the adaptor reads from the request, and what it hands to the trait's method.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::plan::{Plan, RESERVED};
use super::rust_type;
use super::types::{attribute, doc};
use crate::model::{Location, MediaKind, Operation, Parameter};
use crate::names::{Case, Names, convert};

/// One argument after the gate.
pub(super) struct Argument {
    /// How the adaptor takes it, with its attributes.
    pub taken: TokenStream,
    /// How the trait's method takes it; `None` when the method is not told.
    pub told: Option<TokenStream>,
    /// The expression that hands it on.
    pub handed: TokenStream,
    /// The function that makes its default, if it has one.
    pub default: TokenStream,
}

/// Path parameters, then the others in the contract's order, then the body.
pub(super) fn of(plan: &Plan<'_>, operation: &Operation) -> Vec<Argument> {
    let mut names = Names::new(Case::Snake, RESERVED);
    for taken in ["self", "caller", "visitor", "admitted", "body", "bytes"] {
        names.take(taken);
    }
    let mut parameters: Vec<&Parameter> = operation.parameters.iter().collect();
    parameters.sort_by_key(|one| one.location != Location::Path);
    let mut arguments: Vec<Argument> = parameters
        .into_iter()
        .map(|parameter| {
            let name = format_ident!("{}", names.take(&parameter.name));
            if is_idempotency_key(operation, parameter) {
                idempotency_key(plan, &name, parameter)
            } else {
                argument(plan, operation, &name, parameter)
            }
        })
        .collect();
    arguments.extend(body(plan, operation));
    arguments
}

fn is_idempotency_key(operation: &Operation, parameter: &Parameter) -> bool {
    parameter.location == Location::Header && operation.idempotency_header.as_ref() == Some(&parameter.name)
}

/// It travels in the caller: the adaptor takes it only to say so in poem-openapi's document and to check its bounds.
fn idempotency_key(plan: &Plan<'_>, name: &Ident, parameter: &Parameter) -> Argument {
    let attributes = attributes(plan, parameter, None);
    let name = format_ident!("_{name}");
    Argument {
        taken: quote!(#attributes #name: Header<Option<String>>),
        told: None,
        handed: TokenStream::new(),
        default: TokenStream::new(),
    }
}

fn argument(plan: &Plan<'_>, operation: &Operation, name: &Ident, parameter: &Parameter) -> Argument {
    let extractor = match parameter.location {
        Location::Path => quote!(Path),
        Location::Header => quote!(Header),
        Location::Query | Location::Cookie => quote!(Query),
    };
    let inner = rust_type::of(plan, &parameter.schema);
    let default = rust_type::default_of(plan, &parameter.schema).filter(|_| !parameter.required);
    let of = if parameter.required || default.is_some() { inner.clone() } else { quote!(Option<#inner>) };
    let make = format_ident!("{}_{name}", convert(&operation.id, Case::Snake));
    let attributes = attributes(plan, parameter, default.as_ref().map(|_| make.to_string()));
    let default = default.map(|value| quote!(fn #make() -> #inner { #value }));
    Argument {
        taken: quote!(#attributes #name: #extractor<#of>),
        told: Some(quote!(#name: #of)),
        handed: quote!(#name.0),
        default: default.unwrap_or_default(),
    }
}

fn attributes(plan: &Plan<'_>, parameter: &Parameter, default: Option<String>) -> TokenStream {
    let about = doc(parameter.description.as_deref().unwrap_or(&parameter.name));
    let name = &parameter.name;
    let parts = [
        Some(quote!(name = #name)),
        default.map(|make| quote!(default = #make)),
        parameter.deprecated.then(|| quote!(deprecated)),
        rust_type::validator(plan.api, &parameter.schema),
    ];
    let oai = attribute("oai", parts.into_iter().flatten());
    quote!(#about #oai)
}

/// Whoever signs a body says so in a header `…-Signature`; the method is then handed the bytes as well, as they came.
fn body(plan: &Plan<'_>, operation: &Operation) -> Option<Argument> {
    let media = operation.body.as_ref()?.preferred()?;
    let of = rust_type::of(plan, media.schema.as_ref()?);
    let taken = if media.kind == MediaKind::Form { quote!(FormBody<#of>) } else { quote!(JsonBody<#of>) };
    let is_signed = operation.parameters_in(Location::Header).any(|one| one.name.ends_with("-Signature"));
    let (told, handed) = if is_signed { (quote!(, bytes: Bytes), quote!(, body.bytes)) } else { Default::default() };
    Some(Argument {
        taken: quote!(body: #taken),
        told: Some(quote!(body: #of #told)),
        handed: quote!(body.value #handed),
        default: TokenStream::new(),
    })
}
