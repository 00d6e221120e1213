//! The generated part of the server: for each tag the types, a trait with one async method an operation, and the
//! poem-openapi adaptor whose first argument is always the gate.
//!
//! | file | what it says |
//! | --- | --- |
//! | `plan` | which types there are, what they are called, in which file they stand |
//! | `rust_type` | a schema as a Rust type; its bounds as poem-openapi's validators |
//! | `types` | structs and enums |
//! | `operations` | `operations.rs`: what the gate knows of each operation |
//! | `tag` | a file a tag: types, trait, adaptor |
//! | `events` | what events carry, for the domain, in a folder of its own |
//! | `schemas` | `schemas.json`: what bodies and parameters are checked against |
//!
//! It knows the names of the server's rooms (`crate::http`, `crate::auth`, `crate::domain`), and nothing of what is in
//! them. What it cannot express it says by operation: that operation's method is missing then, and the build fails there.

mod arguments;
mod events;
mod operations;
mod plan;
mod rust_type;
mod schemas;
mod tag;
mod types;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::diagnostics::Diagnostic;
use crate::files::{Comment, GeneratedFile};
use crate::model::{Api, Origin};
use crate::names::{Case, convert};
use crate::targets::Emitted;
pub use events::emit as emit_events;
use plan::Plan;

/// Writes the server's generated room.
#[must_use]
pub fn emit(api: &Api) -> Emitted {
    let named = api.with_named_inlines();
    let plan = Plan::of(&named);
    let mut files = vec![
        ("mod.rs".to_owned(), index(&plan)),
        ("operations.rs".to_owned(), operations::file(&plan)),
        ("types.rs".to_owned(), types::shared_file(&plan)),
    ];
    files.extend(plan.tags.iter().map(|tag| (format!("{}.rs", tag.module), tag::file(&plan, tag))));
    let mut emitted = Emitted { files: Vec::new(), diagnostics: plan.refused() };
    for (path, tokens) in files {
        match rust_file(&named.origin, &path, tokens) {
            Ok(file) => emitted.files.push(file),
            Err(error) => {
                let found = format!("{path} would not be Rust: {error}");
                let found = Diagnostic::error("server-syntax", "", found).remedy("report this as a fault of sdk-gen");
                emitted.diagnostics.push(found);
            }
        }
    }
    let schemas = schemas::file(&named);
    emitted.files.push(GeneratedFile::new(&named.origin, Comment::None, "schemas.json", &schemas));
    emitted
}

fn rust_file(origin: &Origin, path: &str, tokens: TokenStream) -> syn::Result<GeneratedFile> {
    let file: syn::File = syn::parse2(tokens)?;
    Ok(GeneratedFile::new(origin, Comment::Slashes, path, &prettyplease::unparse(&file)))
}

/// `mod.rs`: the files, and all routes together.
fn index(plan: &Plan<'_>) -> TokenStream {
    let modules = plan.tags.iter().map(|tag| format_ident!("{}", tag.module));
    let traits: Vec<_> = plan.tags.iter().map(|tag| tag.path("Api")).collect();
    let routes: Vec<_> = plan
        .tags
        .iter()
        .map(|tag| {
            let path = tag.path("Routes");
            quote!(#path::new(api.clone()))
        })
        .collect();
    let routes = nested(&routes);
    let tags = plan.tags.iter().map(|tag| {
        let (variant, name) = (format_ident!("{}", convert(&tag.name, Case::Pascal)), &tag.name);
        let about = types::doc(tag.description.as_deref().unwrap_or(&tag.name));
        quote!(#about #[oai(rename = #name)] #variant)
    });
    quote! {
        #![doc = " The contract as Rust: types, one trait a tag, and the routes that lead to it."]
        #![doc = ""]
        #![doc = " `api` implements the traits; `routes` calls [`routes`]. Nothing here is written by hand."]
        use std::sync::Arc;
        use poem_openapi::{OpenApi, Tags};
        #(pub mod #modules;)*
        pub mod operations;
        pub mod types;

        /// Everything that the contract asks for.
        pub trait Api: #(#traits)+* {}

        impl<A: #(#traits)+*> Api for A {}

        /// Every route of the contract, over what implements it.
        pub fn routes<A: Api>(api: &Arc<A>) -> impl OpenApi + use<A> {
            #routes
        }

        /// The tags of the contract.
        #[derive(Debug, Clone, Copy, Tags)]
        pub enum Tag { #(#tags,)* }
    }
}

/// poem-openapi's tuples hold 2 to 16: larger ones are tuples of tuples.
fn nested(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [] => quote!(()),
        [one] => one.clone(),
        few if few.len() <= 16 => quote!((#(#few),*)),
        many => nested(&many.chunks(16).map(nested).collect::<Vec<_>>()),
    }
}
