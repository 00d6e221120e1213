//! Builders of objects that are sent: a setter a property, taking whatever converts.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Type, parse_quote};

use super::structs::Field;
use super::{docs, ident};
use crate::targets::rust::parsed::inside;

pub(super) fn builder(name: &str, fields: &[Field<'_>], extra: bool) -> TokenStream {
    let (object, builder) = (ident(name), format_ident!("{name}Builder"));
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    let starts = fields.iter().map(start);
    let typed = fields.iter().filter(|field| field.property.schema.is_typed_by_caller());
    let setters = fields.iter().map(|field| setters(field)).chain(typed.map(setter_from));
    let about = format!(" Sets the properties of [`{name}`] one by one.");
    let begin = format!(" Begins to build a [`{name}`].");
    let (extra_into, extra_from) =
        if extra { (quote! { extra: Default::default(), }, quote! {}) } else { (quote! {}, quote! {}) };
    quote! {
        impl #object {
            #[doc = #begin]
            #[must_use]
            pub fn builder() -> #builder {
                // Not `Builder::default()`: a property may have that name.
                Default::default()
            }
        }

        #[doc = #about]
        #[derive(Clone, Debug)]
        #[must_use]
        pub struct #builder {
            #(#names: Given<#types>,)*
        }

        impl Default for #builder {
            fn default() -> Self {
                Self { #(#starts,)* }
            }
        }

        impl #builder {
            #(#setters)*
        }

        impl TryFrom<#builder> for #object {
            type Error = String;

            fn try_from(builder: #builder) -> Result<Self, String> {
                Ok(Self { #(#names: builder.#names?,)* #extra_into })
            }
        }

        impl From<#object> for #builder {
            fn from(value: #object) -> Self {
                Self { #(#names: Ok(value.#names),)* #extra_from }
            }
        }
    }
}

fn start(field: &Field<'_>) -> TokenStream {
    let name = &field.name;
    if field.property.required {
        let text = name.to_string();
        quote! { #name: input::missing(#text) }
    } else {
        quote! { #name: Ok(Default::default()) }
    }
}

fn setters(field: &Field<'_>) -> TokenStream {
    let about = field.property.schema.description.clone().unwrap_or_else(|| format!("Sets `{}`.", field.property.name));
    setters_of(&field.name, &field.ty, &docs::docs(&about), true)
}

/// The setter of a free object, which takes a type of the caller's.
fn setter_from(Field { name, .. }: &Field<'_>) -> TokenStream {
    let text = name.to_string();
    let setter = format_ident!("{}_from", name);
    let about = format!(" [`{text}`](Self::{text}) of a type of yours.");
    quote! {
        #[doc = #about]
        pub fn #setter(mut self, value: impl serde::Serialize) -> Self {
            self.#name = input::of_own(#text, &value);
            self
        }
    }
}

/// Setters of a field of that type; an operation's parameters have them too. `clears` says whether `Option<Option<_>>`
/// means what null clears.
pub(super) fn setters_of(name: &syn::Ident, ty: &Type, about: &TokenStream, clears: bool) -> TokenStream {
    let text = name.to_string();
    if let Some(inner) = inside(ty, "Option") {
        let cleared = inside(inner, "Option").filter(|_| clears);
        return optional(name, &text, cleared.unwrap_or(inner), cleared.is_some(), about);
    }
    let (takes, sets): (Type, TokenStream) = match inside(ty, "Vec") {
        Some(item) => (list_of(item), quote! { input::list(#text, value) }),
        None => (parse_quote! { impl TryInto<#ty, Error: Display> }, quote! { input::value(#text, value) }),
    };
    quote! {
        #about
        pub fn #name(mut self, value: #takes) -> Self {
            self.#name = #sets;
            self
        }
    }
}

fn optional(name: &syn::Ident, text: &str, ty: &Type, clears: bool, about: &TokenStream) -> TokenStream {
    let some = if clears {
        quote! { Some(Some(value)) }
    } else {
        quote! { Some(value) }
    };
    let item = inside(ty, "Vec");
    let (takes, set): (Type, TokenStream) = match (item, clears) {
        (Some(item), _) => (list_of(item), quote! { input::list(#text, value).map(|value| #some) }),
        (None, true) => (parse_quote! { impl TryInto<#ty, Error: Display> }, quote! { input::set(#text, value) }),
        (None, false) => (parse_quote! { impl TryInto<#ty, Error: Display> }, quote! { input::some(#text, value) }),
    };
    let maybe = format_ident!("maybe_{}", text.trim_start_matches("r#").trim_end_matches('_'));
    let maybe_about = format!(" [`{text}`](Self::{text}), if there is a value; else it is left out.");
    let clear = clears.then(|| {
        let clear = format_ident!("clear_{}", text.trim_start_matches("r#").trim_end_matches('_'));
        let clear_about = format!(" Clears what [`{text}`](Self::{text}) sets: sends null.");
        quote! {
            #[doc = #clear_about]
            pub fn #clear(mut self) -> Self {
                self.#name = Ok(Some(None));
                self
            }
        }
    });
    quote! {
        #about
        pub fn #name(mut self, value: #takes) -> Self {
            self.#name = #set;
            self
        }

        #[doc = #maybe_about]
        pub fn #maybe(mut self, value: Option<#takes>) -> Self {
            if let Some(value) = value {
                self.#name = #set;
            }
            self
        }
        #clear
    }
}

fn list_of(item: &Type) -> Type {
    parse_quote! { impl IntoIterator<Item: TryInto<#item, Error: Display>> }
}
