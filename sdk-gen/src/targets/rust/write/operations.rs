//! One file a tag: the client's methods and their builders.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::call::CallWriter;
use super::paths::imports;
use super::{docs, file, ident};
use crate::files::GeneratedFile;
use crate::names::Case;
use crate::targets::rust::naming::{Scope, identifier};
use crate::targets::rust::parsed::Parsed;
use crate::targets::rust::plan::{Call, Plan};

pub(super) fn files(plan: &Plan, parsed: &Parsed, calls: &[Call]) -> Vec<GeneratedFile> {
    let mut modules = Scope::new(Case::Snake, &["mod"]);
    let (mut files, mut names) = (Vec::new(), Vec::new());
    for tag in &plan.api.tags {
        let of_tag =
            calls.iter().filter(|call| plan.operation(call).is_some_and(|operation| operation.resource == tag.name));
        let parts: Vec<(TokenStream, TokenStream)> = of_tag.filter_map(|call| one(plan, parsed, call)).collect();
        if parts.is_empty() {
            continue;
        }
        let module = identifier(&modules.take(&tag.name, "calls"));
        let about = format!(" {}", tag.description.as_deref().unwrap_or(&tag.name).lines().next().unwrap_or_default());
        let (methods, builders): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let code = quote! { impl Client { #(#methods)* } #(#builders)* };
        let uses = imports(&code, &[], &HashSet::new());
        let types = code_names_types(&code).then(|| quote! { use crate::generated::types; });
        let pages = code.to_string().contains("Pages").then(|| quote! { use crate::pages::Pages; });
        let client = quote! {
            #![doc = #about]
            #uses
            use progenitor_client::encode_path;
            use crate::client::Client;
            use crate::error::Error;
            #types
            use crate::operation::{Operation, TokenEffect};
            #pages
            use crate::response::Response;
            #code
        };
        files.push(file(plan, &format!("operations/{}.rs", module.trim_end_matches('_')), &client));
        names.push(ident(&module));
    }
    let list = quote! { #![doc = " The operations, a module a tag. Begin with the methods of [`Client`](crate::Client)."] #(pub mod #names;)* };
    files.push(file(plan, "operations/mod.rs", &list));
    files
}

fn code_names_types(code: &TokenStream) -> bool {
    code.to_string().contains("types ::")
}

/// A method of the client and its builder.
fn one(plan: &Plan, parsed: &Parsed, call: &Call) -> Option<(TokenStream, TokenStream)> {
    let operation = plan.operation(call)?;
    let source = parsed.calls.get(&call.builder)?;
    let (method, builder) = (ident(&identifier(&call.method)), ident(&call.builder));
    let text = docs::summary_and_text(operation.summary.as_deref(), operation.description.as_deref());
    let line = format!("`{} {}`", format!("{:?}", operation.method).to_uppercase(), operation.path);
    let about = docs::docs(&docs::summary_and_text(Some(&text), Some(&line)));
    let deprecated = operation.deprecated.then(|| quote! { #[deprecated] });
    let client_method = quote! {
        #about
        #deprecated
        pub fn #method(&self) -> #builder<'_> {
            #builder::new(self)
        }
    };
    Some((client_method, CallWriter { plan, call, operation, source }.builder()))
}
