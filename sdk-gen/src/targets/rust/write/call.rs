//! One operation's builder: its parameters, its body, how it is sent.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut as _;
use syn::{Type, parse_quote};

use super::paths::Readable;
use super::wire::Wire;
use super::{builders, docs, ident, settings, stream};
use crate::model::{Location, Operation};
use crate::targets::rust::naming::identifier;
use crate::targets::rust::parsed::{CallSource, first_argument, inside, last_name};
use crate::targets::rust::plan::{Answer, Call, Plan, is_joined};

/// Writes one builder.
pub(super) struct CallWriter<'a> {
    pub plan: &'a Plan,
    pub call: &'a Call,
    pub operation: &'a Operation,
    pub source: &'a CallSource,
}

impl CallWriter<'_> {
    pub(super) fn builder(&self) -> TokenStream {
        let builder = ident(&self.call.builder);
        let fields = self.fields();
        let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
        let types: Vec<_> = fields.iter().map(|(_, ty)| ty).collect();
        let starts = fields.iter().map(|(name, ty)| self.start(name, ty));
        let setters = fields.iter().map(|(name, ty)| self.setters(name, ty));
        let about = format!(" A call of [`Client::{}`] in the making.", identifier(&self.call.method));
        let constant = settings::operation(self.plan, self.operation);
        let (request, sends) = (self.request(&fields), self.sends());
        let stream = stream::stream(self);
        // A body that is a stream of bytes can be sent once.
        let once = fields.iter().any(|(_, ty)| last_name(ty).as_deref() == Some("Body"));
        let clone = (!once).then(|| quote! { Clone, });
        quote! {
            #[doc = #about]
            #[derive(#clone Debug)]
            #[must_use = "a call does nothing until it is sent"]
            pub struct #builder<'a> {
                client: &'a Client,
                #(#names: Given<#types>,)*
            }

            impl<'a> #builder<'a> {
                const OPERATION: Operation = #constant;

                fn new(client: &'a Client) -> Self {
                    Self { client, #(#starts,)* }
                }

                #(#setters)*
                #sends
                #stream
                #request
            }
        }
    }

    /// Parameters and body with readable types.
    fn fields(&self) -> Vec<(syn::Ident, Type)> {
        let none = HashMap::new();
        let fields = self.source.fields.iter().map(|(name, ty)| {
            let mut ty = match body_builder(ty) {
                Some(object) => {
                    let builder = format_ident!("{object}Builder");
                    parse_quote! { types::#builder }
                }
                None => ty.clone(),
            };
            Readable { clearable: &none }.visit_type_mut(&mut ty);
            (ident(name), ty)
        });
        fields.collect()
    }

    fn start(&self, name: &syn::Ident, ty: &Type) -> TokenStream {
        let text = name.to_string();
        if self.body_object(&text).is_some() || inside(ty, "Option").is_some() {
            quote! { #name: Ok(Default::default()) }
        } else {
            quote! { #name: input::missing(#text) }
        }
    }

    fn setters(&self, name: &syn::Ident, ty: &Type) -> TokenStream {
        let text = name.to_string();
        if let Some(object) = self.body_object(&text) {
            let (object, builder) = (ident(&object), format_ident!("{object}Builder"));
            return quote! {
                #[doc = " The body, whole."]
                pub fn body(mut self, value: impl TryInto<types::#object, Error: Display>) -> Self {
                    self.body = input::value("body", value).map(Into::into);
                    self
                }

                #[doc = " The body, property by property."]
                pub fn body_map(mut self, fill: impl FnOnce(types::#builder) -> types::#builder) -> Self {
                    self.body = self.body.map(fill);
                    self
                }
            };
        }
        let parameter = self.call.parameters.iter().find(|(each, _)| identifier(each) == text);
        let said = parameter.and_then(|(_, parameter)| parameter.description.clone());
        let mut about =
            said.unwrap_or_else(|| format!("Sets `{}`.", parameter.map_or(text.as_str(), |(_, each)| &each.name)));
        if parameter.is_some_and(|(_, parameter)| is_joined(&self.plan.api, parameter)) {
            about.push_str("\n\nSeveral values are one text, with commas between them.");
        }
        let about = docs::docs(&about);
        builders::setters_of(name, ty, &about, false)
    }

    /// The type that the body's builder makes, for bodies that are objects.
    fn body_object(&self, field: &str) -> Option<String> {
        let (_, ty) = self.source.fields.iter().find(|(name, _)| name == field && name == "body")?;
        body_builder(ty)
    }

    fn request(&self, fields: &[(syn::Ident, Type)]) -> TokenStream {
        let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
        let checks = names.iter().map(|name| {
            let text = name.to_string();
            let in_path = self
                .call
                .parameters
                .iter()
                .any(|(each, parameter)| identifier(each) == text && parameter.location == Location::Path);
            match self.body_object(&text) {
                Some(object) => {
                    let object = ident(&object);
                    quote! { let body = body.and_then(types::#object::try_from).map_err(Error::InvalidRequest)?; }
                }
                None if in_path => quote! { let #name = input::segment(#text, #name)?; },
                None => quote! { let #name = #name.map_err(Error::InvalidRequest)?; },
            }
        });
        let mut wire = Wire { call: self.call, media: self.plan.body(self.call) };
        let (mut before, mut request) = (self.source.before.clone(), self.source.request.clone());
        before.iter_mut().for_each(|statement| wire.visit_stmt_mut(statement));
        wire.visit_expr_mut(&mut request);
        quote! {
            #[doc = " The request as it will be sent."]
            fn request(self) -> Result<reqwest::Request, Error> {
                let Self { client, #(#names),* } = self;
                #(#checks)*
                #(#before)*
                Ok(#request)
            }
        }
    }

    fn sends(&self) -> TokenStream {
        let none = HashMap::new();
        let mut answer = self.source.answer.clone();
        Readable { clearable: &none }.visit_type_mut(&mut answer);
        let typed = (self.call.answer != Answer::Raw).then(|| {
            quote! {
                #[doc = " Sends it and reads the answer."]
                #[doc = ""]
                #[doc = " # Errors"]
                #[doc = " [`Error::Api`] when the API says no; see [`Error`] for the rest."]
                pub async fn send(self) -> Result<Response<#answer>, Error> {
                    let client = self.client;
                    client.call(self.request()?, &Self::OPERATION).await
                }
            }
        });
        quote! {
            #typed

            #[doc = " Sends it and leaves the body of the answer unread. Tokens in it are not kept."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = " As for any call: a status of 400 and above is an error here too."]
            pub async fn send_raw(self) -> Result<reqwest::Response, Error> {
                let client = self.client;
                client.call_raw(self.request()?, &Self::OPERATION).await
            }
        }
    }
}

/// The object's name, if a type is progenitor's builder of one.
fn body_builder(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match names.as_slice() {
        [types, builder, name] if types == "types" && builder == "builder" && first_argument(ty).is_none() => {
            Some(name.clone())
        }
        _ => None,
    }
}
