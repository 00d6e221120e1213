//! Prints the generated folder: a file a type, a file a tag, and what the hand-written part must know.

mod builders;
mod call;
mod docs;
mod enums;
mod events;
mod operations;
mod paths;
mod settings;
mod stream;
mod structs;
mod types;
mod wire;

use proc_macro2::TokenStream;
use quote::quote;

use super::parsed::Parsed;
use super::plan::{Call, Plan};
use crate::files::{Comment, GeneratedFile};

pub(super) use enums::is_open_enum;

/// All files, below the `generated` folder.
pub(super) fn files(plan: &Plan, source: &syn::File, calls: &[Call]) -> Vec<GeneratedFile> {
    let parsed = Parsed::read(source);
    let mut files = vec![root(plan), file(plan, "settings.rs", &settings::settings(plan, calls))];
    files.push(events::file_of(plan, &parsed));
    files.extend(types::files(plan, &parsed));
    files.extend(operations::files(plan, &parsed, calls));
    files
}

fn root(plan: &Plan) -> GeneratedFile {
    let body = "//! What follows from the contract: types, operations, events, settings.\n\n\
        #![allow(clippy::all, clippy::pedantic, clippy::nursery, clippy::wildcard_imports, clippy::too_many_lines, missing_docs, unused_imports, rustdoc::all, reason = \"generated: the contract's own words and whatever code they need\")]\n\n\
        pub mod events;\npub mod operations;\npub(crate) mod settings;\npub mod types;\n";
    GeneratedFile::new(&plan.api.origin, Comment::Slashes, "mod.rs", body)
}

/// A file of that code. Code that does not parse is written as it is, for the compiler to name.
fn file(plan: &Plan, path: &str, code: &TokenStream) -> GeneratedFile {
    let text = match syn::parse2::<syn::File>(code.clone()) {
        Ok(parsed) => spaced(&prettyplease::unparse(&parsed)),
        Err(_) => code.to_string(),
    };
    GeneratedFile::new(&plan.api.origin, Comment::Slashes, path, &text)
}

/// A blank line before each item and method that begins with a comment or attribute, as people write it.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = "";
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let closes = before.trim_end().ends_with('}') && before.len() - before.trim_start().len() == indent;
        let begins = !line.trim().is_empty()
            && !line.trim_start().starts_with(['}', ')', ']', '.', '"'])
            && !line.trim_start().starts_with("else");
        let uses_end = before.starts_with("use ") && !line.starts_with("use ");
        if indent <= 4 && ((closes && begins) || uses_end || (before.starts_with("//!") && !line.starts_with("//!"))) {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
        before = line;
    }
    out
}

/// `mod a; pub use a::A;` for each.
fn module_list(modules: &[(String, Vec<String>)]) -> TokenStream {
    let lines = modules.iter().map(|(module, names)| {
        let (module, names) = (ident(module), names.iter().map(|name| ident(name)));
        quote! { pub use #module::{#(#names),*}; }
    });
    let mods = modules.iter().map(|(module, _)| {
        let module = ident(module);
        quote! { mod #module; }
    });
    quote! { #(#mods)* #(#lines)* }
}

fn ident(name: &str) -> syn::Ident {
    quote::format_ident!("{name}")
}
