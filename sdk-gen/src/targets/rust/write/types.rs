//! One file a type.

use std::collections::{HashMap, HashSet};

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::VisitMut as _;
use syn::{Fields, Item, ItemStruct, Type};

use super::paths::{Readable, imports};
use super::{enums, file, module_list, structs};
use crate::files::GeneratedFile;
use crate::model::{Kind, NamedType};
use crate::names::Case;
use crate::targets::rust::document::CLEARABLE;
use crate::targets::rust::naming::{Scope, identifier};
use crate::targets::rust::parsed::{Parsed, first_argument};
use crate::targets::rust::plan::Plan;

pub(super) fn files(plan: &Plan, parsed: &Parsed) -> Vec<GeneratedFile> {
    let clearable = clearable(parsed);
    let known: HashSet<&str> = parsed.types.keys().map(String::as_str).collect();
    let no_siblings = HashSet::new();
    let mut modules = Scope::new(Case::Snake, &["mod", "builder"]);
    let (mut files, mut listed) = (Vec::new(), Vec::new());
    let mut names: Vec<&str> =
        parsed.types.keys().map(String::as_str).filter(|name| !name.starts_with(CLEARABLE)).collect();
    names.sort_unstable();
    for name in names {
        let Some(code) = code(plan, parsed, name, &clearable) else { continue };
        let module = identifier(&modules.take(name, "type"));
        let exported =
            if is_built(plan, name) { vec![name.to_owned(), format!("{name}Builder")] } else { vec![name.to_owned()] };
        // An enum's variants may be called as types are.
        let siblings = if is_enum(plan, name) { &no_siblings } else { &known };
        let uses = imports(&code, &[name], siblings);
        files.push(file(plan, &format!("types/{}.rs", module.trim_start_matches("r#")), &quote! { #uses #code }));
        listed.push((module, exported));
    }
    let list = module_list(&listed);
    files.push(file(plan, "types/mod.rs", &quote! { #![doc = " What is sent and what comes back."] #list }));
    files
}

/// The model's type of that Rust name.
fn model_type<'a>(plan: &'a Plan, name: &str) -> Option<(&'a str, &'a NamedType)> {
    let (document_name, _) = plan.types.iter().find(|(_, rust)| *rust == name)?;
    Some((document_name, plan.api.types.get(document_name)?))
}

fn is_built(plan: &Plan, name: &str) -> bool {
    model_type(plan, name).is_some_and(|(document_name, named)| {
        plan.sent.contains(document_name)
            && matches!(&named.schema.kind, Kind::Object(object) if !object.properties.is_empty())
    })
}

fn is_enum(plan: &Plan, name: &str) -> bool {
    model_type(plan, name).is_some_and(|(_, named)| matches!(named.schema.kind, Kind::Enum(_)))
}

fn code(plan: &Plan, parsed: &Parsed, name: &str, clearable: &HashMap<String, Type>) -> Option<TokenStream> {
    let item = parsed.types.get(name)?;
    if let Some((document_name, named)) = model_type(plan, name) {
        let sent = plan.sent.contains(document_name);
        match (&named.schema.kind, item) {
            (Kind::Enum(values), _) => return Some(enums::open_enum(name, &named.schema, values)),
            (Kind::Object(object), Item::Struct(item)) if is_named(item) => {
                return Some(structs::object(name, &named.schema, object, item, sent, clearable));
            }
            _ => {}
        }
    }
    Some(as_it_is(parsed, name, item, clearable))
}

fn is_named(item: &ItemStruct) -> bool {
    matches!(item.fields, Fields::Named(_))
}

/// What typify wrote, with readable paths.
fn as_it_is(parsed: &Parsed, name: &str, item: &Item, clearable: &HashMap<String, Type>) -> TokenStream {
    let mut item = item.clone();
    let mut impls = parsed.impls.get(name).cloned().unwrap_or_default();
    impls.retain(|block| block.trait_.is_some());
    let mut readable = Readable { clearable };
    readable.visit_item_mut(&mut item);
    impls.iter_mut().for_each(|block| readable.visit_item_impl_mut(block));
    quote! { #item #(#impls)* }
}

/// What each clearable component holds: `Option<T>` of `struct ClearableValue0(pub Option<T>)`.
fn clearable(parsed: &Parsed) -> HashMap<String, Type> {
    let found = parsed.types.iter().filter(|(name, _)| name.starts_with(CLEARABLE)).filter_map(|(name, item)| {
        let Item::Struct(ItemStruct { fields: Fields::Unnamed(fields), .. }) = item else { return None };
        let mut inner = fields.unnamed.first()?.ty.clone();
        // A plain value, if typify made no option of it, is as good.
        if first_argument(&inner).is_none() {
            inner = syn::parse_quote! { Option<#inner> };
        }
        Some((name.clone(), inner))
    });
    found.collect()
}
