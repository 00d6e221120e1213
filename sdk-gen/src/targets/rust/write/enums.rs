//! String enums, open: a value of a later version is kept as `Unknown`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{docs, ident};
use crate::model::{EnumBase, EnumType, Kind, Schema};
use crate::names::Case;
use crate::targets::rust::naming::{Scope, identifier};

/// Whether a type becomes an open enum.
pub(in crate::targets::rust) fn is_open_enum(schema: &Schema) -> bool {
    matches!(&schema.kind, Kind::Enum(values) if values.base == EnumBase::String && values.values.iter().all(|each| each.value.is_string()))
}

pub(super) fn open_enum(name: &str, schema: &Schema, values: &EnumType) -> TokenStream {
    let about = schema.description.clone().unwrap_or_else(|| format!("`{name}`"));
    let about = docs::docs(&about);
    let name = ident(name);
    let mut scope = Scope::new(Case::Pascal, &["Unknown", "Self"]);
    let variants: Vec<(syn::Ident, String, TokenStream)> = values
        .values
        .iter()
        .filter_map(|value| {
            let text = value.value.as_str()?;
            let variant = ident(&identifier(&scope.take(value.name.as_deref().unwrap_or(text), "value")));
            let about = value.description.clone().unwrap_or_else(|| format!("`{text}`"));
            Some((variant, text.to_owned(), docs::docs(&about)))
        })
        .collect();
    let names: Vec<_> = variants.iter().map(|(variant, _, _)| variant).collect();
    let texts: Vec<_> = variants.iter().map(|(_, text, _)| text).collect();
    let conversions = conversions(&name, &names, &texts);
    let abouts = variants.iter().map(|(_, _, about)| about);
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        #[non_exhaustive]
        pub enum #name {
            #(#abouts #names,)*
            #[doc = " A value that this version of the SDK does not know."]
            Unknown(String),
        }

        impl #name {
            #[doc = " Every value that this version of the SDK knows."]
            pub const ALL: &'static [Self] = &[#(Self::#names),*];

            #[doc = " The value on the wire."]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#names => #texts,)*
                    Self::Unknown(other) => other,
                }
            }
        }

        #conversions
    }
}

/// From text and to text; both ways always work.
fn conversions(name: &syn::Ident, names: &[&syn::Ident], texts: &[&String]) -> TokenStream {
    quote! {
        impl From<&str> for #name {
            fn from(text: &str) -> Self {
                match text {
                    #(#texts => Self::#names,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl From<String> for #name {
            fn from(text: String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl From<&Self> for #name {
            fn from(value: &Self) -> Self {
                value.clone()
            }
        }

        impl From<#name> for String {
            fn from(value: #name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl Display for #name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    }
}
