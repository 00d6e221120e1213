//! One file a tag: the client's methods and their builders.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprLit, ExprMethodCall, Lit, LitStr, Type, parse_quote};

use super::paths::{Readable, imports};
use super::{builders, docs, file, ident, settings};
use crate::files::GeneratedFile;
use crate::model::{Location, Operation, PageKind, PagePlace};
use crate::names::Case;
use crate::targets::rust::naming::{Scope, identifier};
use crate::targets::rust::parsed::{CallSource, Parsed, first_argument, inside, last_name};
use crate::targets::rust::plan::{Answer, Call, Plan};

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
        let uses = imports(&code, &[], &std::collections::HashSet::new());
        let types = code_names_types(&code).then(|| quote! { use crate::generated::types; });
        let pages = code.to_string().contains("Pages").then(|| quote! { use crate::pages::Pages; });
        let client = quote! {
            #![doc = #about]
            #![allow(unused_imports, reason = "not every operation needs each")]
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

/// Writes one builder.
struct CallWriter<'a> {
    plan: &'a Plan,
    call: &'a Call,
    operation: &'a Operation,
    source: &'a CallSource,
}

impl CallWriter<'_> {
    fn builder(&self) -> TokenStream {
        let builder = ident(&self.call.builder);
        let fields = self.fields();
        let names: Vec<_> = fields.iter().map(|(name, _)| name).collect();
        let types: Vec<_> = fields.iter().map(|(_, ty)| ty).collect();
        let starts = fields.iter().map(|(name, ty)| self.start(name, ty));
        let setters = fields.iter().map(|(name, ty)| self.setters(name, ty));
        let about = format!(" A call of [`Client::{}`] in the making.", identifier(&self.call.method));
        let constant = settings::operation(self.plan, self.operation);
        let (request, sends) = (self.request(&fields), self.sends());
        let stream = self.stream();
        quote! {
            #[doc = #about]
            #[derive(Clone, Debug)]
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
        let about = parameter.and_then(|(_, parameter)| parameter.description.clone());
        let about = docs::docs(
            &about.unwrap_or_else(|| format!("Sets `{}`.", parameter.map_or(text.as_str(), |(_, each)| &each.name))),
        );
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
        let mut wire = WireNames { call: self.call };
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

    /// The items of all pages, for operations that the document lets us turn.
    fn stream(&self) -> Option<TokenStream> {
        let page = self.operation.page.as_ref()?;
        let PageKind::Cursor { next, parameter } = &page.kind else { return None };
        let ([items], [next], PagePlace::Query) = (page.items.as_slice(), next.as_slice(), parameter.place) else {
            return None;
        };
        let Answer::Json(schema) = &self.call.answer else { return None };
        let object = self.plan.api.resolve(schema)?.as_object()?;
        let items_property = object.property(items)?;
        let crate::model::Kind::Array(_) = &self.plan.api.resolve(&items_property.schema)?.kind else { return None };
        let next_property = object.property(next)?;
        let names = crate::targets::rust::document::property_names(object);
        let field_of = |wire: &str| {
            object
                .properties
                .iter()
                .position(|each| each.name == wire)
                .and_then(|at| names.get(at))
                .map(|name| ident(&identifier(name)))
        };
        let (items, next) = (field_of(items)?, field_of(next)?);
        let cursor = self
            .call
            .parameters
            .iter()
            .find(|(_, each)| each.name == parameter.name)
            .map(|(name, _)| ident(&identifier(name)))?;
        let item = self.item_type(&items.to_string())?;
        let optional_next = !next_property.required || self.plan.api.is_nullable(&next_property.schema);
        let next_value = if optional_next {
            quote! { page.#next }
        } else {
            quote! { Some(page.#next) }
        };
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

    /// The Rust type of a list's items, as an operation's file writes it.
    fn item_type(&self, field: &str) -> Option<Type> {
        let name = last_name(&self.source.answer)?;
        let document_name =
            self.plan.types.iter().find(|(_, rust)| **rust == name).map(|(document_name, _)| document_name)?;
        let crate::model::Kind::Object(object) = &self.plan.api.types.get(document_name)?.schema.kind else {
            return None;
        };
        let names = crate::targets::rust::document::property_names(object);
        let at = names.iter().position(|each| identifier(each) == field)?;
        let crate::model::Kind::Array(array) = &self.plan.api.resolve(&object.properties.get(at)?.schema)?.kind else {
            return None;
        };
        let crate::model::Kind::Ref(item) = &array.items.kind else { return None };
        let item = ident(self.plan.types.get(item)?);
        Some(parse_quote! { types::#item })
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

/// Puts the names of the wire where progenitor wrote ours.
struct WireNames<'a> {
    call: &'a Call,
}

impl WireNames<'_> {
    fn rename(&self, argument: Option<&mut Expr>) {
        let Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = argument else { return };
        if let Some((_, parameter)) = self.call.parameters.iter().find(|(name, _)| *name == text.value()) {
            *text = LitStr::new(&parameter.name, text.span());
        }
    }
}

impl VisitMut for WireNames<'_> {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        if let Expr::Path(path) = &*call.func
            && path.path.segments.iter().any(|segment| segment.ident == "QueryParam")
        {
            self.rename(call.args.first_mut());
        }
        visit_mut::visit_expr_call_mut(self, call);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "append" {
            self.rename(call.args.first_mut());
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }
}
