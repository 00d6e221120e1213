//! `stream`: the items of all pages, for operations whose pages are turned by a cursor in the query.

use proc_macro2::TokenStream;
use quote::quote;

use super::call::CallWriter;
use super::ident;
use crate::model::{Kind, ObjectType, PageKind, PagePlace};
use crate::targets::rust::document::property_names;
use crate::targets::rust::naming::identifier;
use crate::targets::rust::plan::{Answer, Plan};

/// The method, or nothing where the pages are of another kind.
pub(super) fn stream(writer: &CallWriter<'_>) -> Option<TokenStream> {
    let (plan, call) = (writer.plan, writer.call);
    let page = writer.operation.page.as_ref()?;
    let PageKind::Cursor { next, parameter } = &page.kind else { return None };
    let ([items], [next], PagePlace::Query) = (page.items.as_slice(), next.as_slice(), parameter.place) else {
        return None;
    };
    let Answer::Json(schema) = &call.answer else { return None };
    let object = plan.api.resolve(schema)?.as_object()?;
    let item = item_type(plan, object, items)?;
    let next_value = next_value(plan, object, next)?;
    let items = field(object, items)?;
    let named = call.parameters.iter().find(|(_, each)| each.name == parameter.name);
    let cursor = named.map(|(name, _)| ident(&identifier(name)))?;
    Some(quote! {
        #[doc = " The items of all pages. A page is fetched when the stream gets to it."]
        pub fn stream(self) -> Pages<'a, #item> {
            Pages::new(move |cursor| {
                let call = match cursor {
                    Some(cursor) => self.clone().#cursor(cursor),
                    None => self.clone(),
                };
                async move {
                    let page = call.send().await?.into_inner();
                    Ok((page.#items, #next_value))
                }
            })
        }
    })
}

/// The Rust name of a property.
fn field(object: &ObjectType, wire: &str) -> Option<syn::Ident> {
    let at = object.properties.iter().position(|each| each.name == wire)?;
    property_names(object).get(at).map(|name| ident(&identifier(name)))
}

/// The type of a page's items, as an operation's file writes it.
fn item_type(plan: &Plan, object: &ObjectType, wire: &str) -> Option<TokenStream> {
    let property = object.property(wire).filter(|property| !plan.api.is_nullable(&property.schema))?;
    let Kind::Array(array) = &plan.api.resolve(&property.schema)?.kind else { return None };
    let Kind::Ref(name) = &array.items.kind else { return None };
    let item = ident(plan.types.get(name).filter(|_| !plan.api.is_nullable(&array.items))?);
    Some(quote! { types::#item })
}

/// The cursor as an `Option`, if it is text.
fn next_value(plan: &Plan, object: &ObjectType, wire: &str) -> Option<TokenStream> {
    let property = object.property(wire)?;
    let Kind::String(_) = &plan.api.resolve(&property.schema)?.kind else { return None };
    let next = field(object, wire)?;
    let optional = !property.required || plan.api.is_nullable(&property.schema);
    Some(if optional {
        quote! { page.#next }
    } else {
        quote! { Some(page.#next) }
    })
}
