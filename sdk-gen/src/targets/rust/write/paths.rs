//! Makes typify's paths readable: `::std::option::Option` is `Option`.

use std::collections::{BTreeSet, HashMap, HashSet};

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Path, Type, parse_quote};

use crate::targets::rust::parsed::first_argument;

/// What stands in the prelude, or is imported where it is used.
const SHORT: [&str; 12] =
    ["Option", "String", "Vec", "Result", "Box", "From", "Into", "TryFrom", "TryInto", "Default", "ToString", "AsRef"];

/// Makes paths readable and writes out what null clears.
pub(super) struct Readable<'a> {
    /// Types of clearable components.
    pub clearable: &'a HashMap<String, Type>,
}

impl VisitMut for Readable<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && let Some(last) = path.path.segments.last()
        {
            let name = last.ident.to_string();
            if let Some(inner) = self.clearable.get(&name) {
                *ty = inner.clone();
            } else if name == "DateTime" && first_argument(ty).is_some() {
                *ty = parse_quote! { Timestamp };
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.last().is_some_and(|last| last.ident == "ConversionError") {
            // Where typify has a type of its own for it, words are enough.
            *path = parse_quote! { String };
        }
        // `std::fmt::Result` is another thing than `Result`.
        let from_std = path.segments.first().is_some_and(|first| first.ident == "std")
            && path.segments.iter().all(|segment| segment.ident != "fmt");
        let last = path.segments.last().cloned();
        if path.leading_colon.is_some()
            && from_std
            && let Some(last) = last.filter(|last| SHORT.iter().any(|short| last.ident == short))
        {
            *path = Path::from(last);
        } else if path
            .segments
            .first()
            .is_some_and(|first| matches!(first.ident.to_string().as_str(), "serde_json" | "reqwest" | "std" | "serde"))
        {
            path.leading_colon = None;
        }
    }
}

/// `use` lines for what a file names.
pub(super) fn imports(code: &TokenStream, own: &[&str], types: &HashSet<&str>) -> TokenStream {
    let mut names = BTreeSet::new();
    collect(code.clone(), &mut names);
    let siblings: Vec<_> = names
        .iter()
        .filter(|name| types.contains(name.as_str()) && !own.contains(&name.as_str()))
        .map(|name| super::ident(name))
        .collect();
    let siblings = (!siblings.is_empty()).then(|| quote! { use super::{#(#siblings),*}; });
    let has = |name: &str| names.contains(name);
    let display = has("Display").then(|| quote! { use std::fmt::Display; });
    let serde: Vec<_> = ["Deserialize", "Serialize"].into_iter().filter(|name| has(name)).map(super::ident).collect();
    let serde = (!serde.is_empty()).then(|| quote! { use serde::{#(#serde),*}; });
    let timestamp = has("Timestamp").then(|| quote! { use crate::timestamp::Timestamp; });
    let given = match (has("input"), has("Given")) {
        (true, true) => Some(quote! { use crate::input::{self, Given}; }),
        (true, false) => Some(quote! { use crate::input; }),
        (false, true) => Some(quote! { use crate::input::Given; }),
        (false, false) => None,
    };
    quote! { #display #serde #siblings #given #timestamp }
}

/// Names of types: not those of fields and bindings (before `:`), nor the last of a path (after `::`).
fn collect(code: TokenStream, names: &mut BTreeSet<String>) {
    let mut after_colon = false;
    let mut tokens = code.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(name) => {
                let names_field = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':' && next.spacing() == Spacing::Alone);
                if !names_field && !after_colon {
                    names.insert(name.to_string());
                }
                after_colon = false;
            }
            TokenTree::Group(group) => {
                after_colon = false;
                collect(group.stream(), names);
            }
            // The second colon of `::` stands alone; a single one does, too, and is followed by a type.
            TokenTree::Punct(sign) if sign.as_char() == ':' && sign.spacing() == Spacing::Joint => {
                after_colon = true;
                tokens.next();
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => after_colon = false,
        }
    }
}
