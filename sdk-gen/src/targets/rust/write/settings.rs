//! What the hand-written part must know of the API: its address, its credentials, what each operation takes.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::ident;
use crate::model::{ApiKeyPlace, Kind, Location, Operation, SchemeKind};
use crate::names::{Case, convert};
use crate::targets::rust::document::property_names;
use crate::targets::rust::naming::identifier;
use crate::targets::rust::plan::{Call, Plan};

pub(super) fn settings(plan: &Plan, calls: &[Call]) -> TokenStream {
    let config = &plan.api.config;
    let base_url = match plan.api.default_server() {
        Some(url) => quote! { Some(#url) },
        None => quote! { None },
    };
    let header = plan.api.security_schemes.values().find_map(|scheme| match &scheme.kind {
        SchemeKind::ApiKey { place: ApiKeyPlace::Header, name } => Some(name.to_lowercase()),
        _ => None,
    });
    let header = header.unwrap_or_else(|| "x-api-key".to_owned());
    let (key, address) = (format!("{}_API_KEY", config.environment), format!("{}_BASE_URL", config.environment));
    let product = format!("{}-rust", config.rust_package);
    let renewal = renewal(plan, calls).unwrap_or_else(|| {
        quote! {
            let _ = (client, refresh_token);
            Err(Error::Config("the API has no operation that renews tokens".to_owned()))
        }
    });
    let end = logout(plan, calls).unwrap_or_else(|| {
        quote! {
            let _ = (client, session_id);
            Ok(())
        }
    });
    quote! {
        #![doc = " What the hand-written part must know of this API."]
        use crate::client::Client;
        use crate::error::Error;

        #[doc = " Where the API is, unless the caller says otherwise."]
        pub(crate) const BASE_URL: Option<&str> = #base_url;
        #[doc = " The header of the API key."]
        pub(crate) const API_KEY_HEADER: &str = #header;
        #[doc = " The environment variable of the API key."]
        pub(crate) const API_KEY_VARIABLE: &str = #key;
        #[doc = " The environment variable of the address."]
        pub(crate) const BASE_URL_VARIABLE: &str = #address;
        #[doc = " The product in `User-Agent`."]
        pub(crate) const PRODUCT: &str = #product;

        #[doc = " Trades a refresh token for the next pair."]
        pub(crate) async fn renew(client: &Client, refresh_token: &str) -> Result<reqwest::Response, Error> {
            #renewal
        }

        #[doc = " Ends a session."]
        pub(crate) async fn end_session(client: &Client, session_id: &str) -> Result<(), Error> {
            #end
        }
    }
}

/// The call that ends a session by its id.
fn logout(plan: &Plan, calls: &[Call]) -> Option<TokenStream> {
    let id = plan.api.config.tokens.logout.as_deref()?;
    let call = calls.iter().find(|call| plan.operation(call).is_some_and(|operation| operation.id == id))?;
    let parameter = plan.operation(call)?.parameters_in(Location::Path).next()?;
    let setter = identifier(&convert(&parameter.name, Case::Snake));
    let (method, setter) = (ident(&identifier(&call.method)), ident(&setter));
    Some(quote! { client.#method().#setter(session_id).send().await.map(drop) })
}

/// The call that renews, if its body is an object with one required text.
fn renewal(plan: &Plan, calls: &[Call]) -> Option<TokenStream> {
    let id = plan.api.config.tokens.refresh.as_deref()?;
    let call = calls.iter().find(|call| plan.operation(call).is_some_and(|operation| operation.id == id))?;
    let schema = plan.api.resolve(plan.body(call)?.schema.as_ref()?)?;
    let Kind::Object(object) = &schema.kind else { return None };
    let at = object
        .properties
        .iter()
        .position(|property| property.required && matches!(property.schema.kind, Kind::String(_)))?;
    let property = ident(&identifier(property_names(object).get(at)?));
    let method = ident(&identifier(&call.method));
    Some(quote! { client.#method().body_map(|body| body.#property(refresh_token)).send_raw().await })
}

/// The constant that describes an operation to the transport.
pub(super) fn operation(plan: &Plan, operation: &Operation) -> TokenStream {
    let id = &operation.id;
    let takes = |fits: &dyn Fn(&SchemeKind) -> bool| {
        let mut schemes = operation.security.iter().flat_map(|requirement| &requirement.schemes);
        schemes.any(|each| plan.api.security_schemes.get(&each.scheme).is_some_and(|scheme| fits(&scheme.kind)))
    };
    let api_key = takes(&|kind| matches!(kind, SchemeKind::ApiKey { place: ApiKeyPlace::Header, .. }));
    let bearer = takes(&|kind| {
        matches!(kind, SchemeKind::Bearer { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. })
    });
    let basic = takes(&|kind| matches!(kind, SchemeKind::Basic));
    let idempotency = operation.idempotency_header.as_ref().map(|name| {
        let name = name.to_lowercase();
        quote! { idempotency_header: Some(#name), }
    });
    let tokens = &plan.api.config.tokens;
    let effect = if tokens.refresh.as_ref() == Some(id) {
        Some("Refresh")
    } else if tokens.issue.contains(id) {
        Some("Issue")
    } else if tokens.revoke.contains(id) {
        Some("Revoke")
    } else {
        None
    };
    let effect = effect.map(|name| {
        let name = format_ident!("{name}");
        quote! { tokens: TokenEffect::#name, }
    });
    let api_key = api_key.then(|| quote! { api_key: true, });
    let bearer = bearer.then(|| quote! { bearer: true, });
    let basic = basic.then(|| quote! { basic: true, });
    quote! { Operation { #api_key #bearer #basic #idempotency #effect ..Operation::named(#id) } }
}
