//! A file a tag: its types, its trait, and the adaptor that leads requests to it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::arguments::{self, Argument};
use super::operations;
use super::plan::{Plan, TYPES_FROM, TagPlan, idents_in, is_text, uses};
use super::rust_type;
use super::types::{self, doc};
use crate::model::Operation;
use crate::names::{Case, convert};

/// The tag's file.
pub(super) fn file(plan: &Plan<'_>, tag: &TagPlan<'_>) -> TokenStream {
    let types = types::items(plan, Some(&tag.module));
    let methods: Vec<_> = tag.operations.iter().map(|operation| Method::of(plan, operation)).collect();
    let (api, routes) = (tag.ident("Api"), tag.ident("Routes"));
    let told = methods.iter().map(Method::declaration);
    let variant = format!("Tag::{}", convert(&tag.name, Case::Pascal));
    let taken = methods.iter().map(|method| method.route(&variant));
    let defaults = methods.iter().flat_map(|method| &method.arguments).map(|argument| &argument.default);
    let about = doc(&format!("The tag `{}`: {}", tag.name, tag.description.as_deref().unwrap_or("its operations.")));
    let about_routes = doc(&format!("Leads requests through the gate to a [`{api}`]."));
    let ops = methods.iter().map(|method| &method.op);
    let code = quote! {
        #about
        pub trait #api: Send + Sync + 'static { #(#told)* }

        #about_routes
        #[derive(Debug)]
        pub struct #routes<A>(Arc<A>);

        impl<A> #routes<A> {
            /// Routes to `api`.
            pub fn new(api: Arc<A>) -> Self { Self(api) }
        }

        #[OpenApi]
        impl<A: #api> #routes<A> { #(#taken)* }

        #(#defaults)*
    };
    let whole = quote!(#types #code);
    let used = idents_in(whole.clone());
    let (outside, imports) = (uses(&used, TYPES_FROM), plan.imports(tag, &used));
    let gate = uses(&used, FROM);
    let room = inner_doc(&format!("Operations of the tag `{}`.", tag.name));
    quote! {
        #room
        use std::sync::Arc;
        #outside
        #gate
        use super::Tag;
        use super::operations::{#(#ops),*};
        #imports
        #whole
    }
}

/// Where the rest of a tag's file comes from.
const FROM: &[(&str, &[&str])] = &[
    ("bytes", &["Bytes"]),
    ("crate::auth", &["Caller", "Visitor"]),
    (
        "crate::http",
        &[
            "Admitted", "Answer", "Done", "Failure", "FormBody", "Header", "JsonBody", "Path", "Query", "Text",
            "Welcomed",
        ],
    ),
    ("crate::problem", &["Problem"]),
];

fn inner_doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#![doc = #text])
}

struct Method<'a> {
    operation: &'a Operation,
    name: Ident,
    op: Ident,
    /// The type of the success; `None` for one without a body.
    success: Option<TokenStream>,
    /// Whether that is text and not JSON.
    text: bool,
    arguments: Vec<Argument>,
}

impl<'a> Method<'a> {
    fn of(plan: &Plan<'_>, operation: &'a Operation) -> Self {
        let media = operation.success().and_then(|answer| answer.preferred());
        let success = media.and_then(|media| media.schema.as_ref());
        Self {
            operation,
            name: format_ident!("{}", convert(&operation.id, Case::Snake)),
            op: operations::op(operation),
            success: success.map(|schema| rust_type::of(plan, schema)),
            text: media.is_some_and(is_text),
            arguments: arguments::of(plan, operation),
        }
    }

    /// The gate's type, what it lets through, and the name under which the method is told of it.
    fn gate(&self) -> (Ident, Ident, Ident) {
        let names = if self.operation.is_public() {
            ["Welcomed", "Visitor", "visitor"]
        } else {
            ["Admitted", "Caller", "caller"]
        };
        let [gate, who, name] = names.map(|name| format_ident!("{name}"));
        (gate, who, name)
    }

    /// The method of the trait.
    fn declaration(&self) -> TokenStream {
        let (name, (_, who, as_name)) = (&self.name, self.gate());
        let about = doc(&self.documentation());
        let told = self.arguments.iter().filter_map(|argument| argument.told.as_ref());
        let success = self.success.clone().unwrap_or_else(|| quote!(()));
        let many = Self::many(self.arguments.iter().filter(|argument| argument.told.is_some()).count());
        quote! {
            #about
            #many
            fn #name(&self, #as_name: #who, #(#told),*) -> impl Future<Output = Result<#success, Problem>> + Send;
        }
    }

    /// The route of the adaptor.
    fn route(&self, tag: &str) -> TokenStream {
        let (name, op, (gate, ..)) = (&self.name, &self.op, self.gate());
        let about = doc(&self.documentation());
        let path = self.path();
        let method = self.operation.method.lower();
        let scopes = self
            .operation
            .scopes()
            .into_iter()
            .map(|scope| format!("crate::domain::scopes::Scope::{}", convert(scope, Case::Pascal)));
        let scopes: Vec<_> = scopes.map(|scope| quote!(scope = #scope)).collect();
        let scopes = types::attribute("oai", scopes.into_iter());
        let taken = self.arguments.iter().map(|argument| &argument.taken);
        let answer = match &self.success {
            Some(_) if self.text => quote!(Text<#op>),
            Some(success) => quote!(Answer<#success, #op>),
            None => quote!(Done<#op>),
        };
        let call = self.call();
        let deprecated = self.operation.deprecated.then(|| quote!(, deprecated));
        let many = Self::many(self.arguments.len());
        quote! {
            #about
            #many
            #[oai(path = #path, method = #method, tag = #tag #deprecated)]
            async fn #name(&self, #scopes admitted: #gate<#op>, #(#taken),*) -> Result<#answer, Failure<#op>> { #call }
        }
    }

    /// Clippy counts seven arguments, `self` included; an operation has as many as it has.
    fn many(arguments: usize) -> Option<TokenStream> {
        (arguments + 2 > 7)
            .then(|| quote!(#[expect(clippy::too_many_arguments, reason = "as many as the operation has parameters")]))
    }

    fn call(&self) -> TokenStream {
        let (name, (.., who)) = (&self.name, self.gate());
        let handed = self.arguments.iter().filter(|argument| argument.told.is_some()).map(|argument| &argument.handed);
        let kind = match &self.success {
            Some(_) if self.text => quote!(Text),
            Some(_) => quote!(Answer),
            None => quote!(Done),
        };
        if self.operation.idempotency_header.is_some() {
            return quote!(Answer::once(admitted, &body.bytes.clone(), |caller| self.0.#name(caller, #(#handed),*)).await);
        }
        quote!(#kind::of(self.0.#name(admitted.#who, #(#handed),*).await))
    }

    fn documentation(&self) -> String {
        let summary = self.operation.summary.as_deref().unwrap_or(&self.operation.id);
        match &self.operation.description {
            Some(description) => format!("{summary}.\n\n{description}"),
            None => format!("{summary}."),
        }
    }

    /// The path as poem writes it.
    fn path(&self) -> String {
        self.operation.path.replace('{', ":").replace('}', "")
    }
}
