//! Objects: typify's fields with the document's words, order and wire names.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut as _;
use syn::{Fields, ItemStruct, Type};

use super::paths::Readable;
use super::{builders, docs, ident};
use crate::model::{ObjectType, Property, Schema};
use crate::targets::rust::document::property_names;
use crate::targets::rust::naming::identifier;
use crate::targets::rust::parsed::{inside, last_name};

/// One field.
pub(super) struct Field<'a> {
    pub name: syn::Ident,
    pub ty: Type,
    pub property: &'a Property,
}

/// The struct and, where it is sent, its builder.
pub(super) fn object(
    name: &str,
    schema: &Schema,
    object: &ObjectType,
    item: &ItemStruct,
    sent: bool,
    clearable: &HashMap<String, Type>,
) -> TokenStream {
    let fields = fields(object, item, clearable);
    let about = docs::docs(&schema.description.clone().unwrap_or_else(|| format!("`{name}`")));
    let extra = extra(item, clearable);
    // What may all be left out may be left out at once. (typify also counts enums, which have no default here.)
    let emptiable =
        |field: &Field<'_>| last_name(&field.ty).is_some_and(|name| matches!(name.as_str(), "Option" | "Vec"));
    let default = fields.iter().all(|field| !field.property.required && emptiable(field)).then(|| quote! { Default, });
    let open = (!sent).then(|| quote! { #[non_exhaustive] });
    let lines = fields.iter().map(line);
    let struct_name = ident(name);
    let builder = sent.then(|| builders::builder(name, &fields, extra.is_some()));
    let readers = readers(&struct_name, &fields);
    quote! {
        #about
        #[derive(Clone, Debug, #default PartialEq, Serialize, Deserialize)]
        #open
        pub struct #struct_name {
            #(#lines)*
            #extra
        }
        #readers
        #builder
    }
}

/// Methods that read a free object as a type of the caller's.
fn readers(object: &syn::Ident, fields: &[Field<'_>]) -> Option<TokenStream> {
    let typed = fields.iter().filter(|field| field.property.schema.is_typed_by_caller());
    let methods: Vec<TokenStream> = typed.map(reader).collect();
    (!methods.is_empty()).then(|| quote! { impl #object { #(#methods)* } })
}

fn reader(Field { name, .. }: &Field<'_>) -> TokenStream {
    let method = format_ident!("{}_as", name);
    let about = format!(" [`{name}`](Self::{name}) as a type of yours; an `Option` where there may be none.");
    quote! {
        #[doc = #about]
        ///
        /// # Errors
        /// Where it is something else.
        pub fn #method<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
            input::read_as(&self.#name)
        }
    }
}

/// Fields in the document's order, which people chose; typify's is that of the alphabet.
fn fields<'a>(object: &'a ObjectType, item: &ItemStruct, clearable: &HashMap<String, Type>) -> Vec<Field<'a>> {
    let Fields::Named(named) = &item.fields else { return Vec::new() };
    let names = property_names(object);
    let found = names.iter().zip(&object.properties).filter_map(|(name, property)| {
        let name = identifier(name);
        let field = named.named.iter().find(|field| field.ident.as_ref().is_some_and(|each| *each == name))?;
        let mut ty = field.ty.clone();
        Readable { clearable }.visit_type_mut(&mut ty);
        Some(Field { name: ident(&name), ty, property })
    });
    found.collect()
}

fn line(field: &Field<'_>) -> TokenStream {
    let Field { name, ty, property } = field;
    let mut about = property.schema.description.clone().unwrap_or_else(|| format!("`{}`", property.name));
    if is_clearable(ty) {
        about.push_str("\n\n`None` leaves it as it is, `Some(None)` clears it.");
    }
    let about = docs::docs(&about);
    let mut words = Vec::new();
    if *name != property.name {
        let wire = &property.name;
        words.push(quote! { rename = #wire });
    }
    // Absent and null are both "nothing" when reading, whatever the document promises.
    if last_name(ty).as_deref() == Some("Option") {
        words.push(quote! { default });
        if !property.required {
            words.push(quote! { skip_serializing_if = "Option::is_none" });
        }
    } else if !property.required {
        words.push(quote! { default });
    }
    let serde = (!words.is_empty()).then(|| quote! { #[serde(#(#words),*)] });
    quote! { #about #serde pub #name: #ty, }
}

/// What a later version adds.
fn extra(item: &ItemStruct, clearable: &HashMap<String, Type>) -> Option<TokenStream> {
    let Fields::Named(named) = &item.fields else { return None };
    let field = named.named.iter().find(|field| field.ident.as_ref().is_some_and(|name| name == "extra"))?;
    let mut ty = field.ty.clone();
    Readable { clearable }.visit_type_mut(&mut ty);
    Some(quote! {
        #[doc = " Properties that this version of the SDK does not know."]
        #[serde(flatten)]
        pub extra: #ty,
    })
}

/// `Option<Option<T>>`: absent, null, or a value.
pub(super) fn is_clearable(ty: &Type) -> bool {
    inside(ty, "Option").is_some_and(|inner| inside(inner, "Option").is_some())
}
