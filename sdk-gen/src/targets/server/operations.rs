//! `operations.rs`: what the gate knows of each operation.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::plan::Plan;
use super::types::doc;
use crate::model::{Header, Kind, Operation, SchemeKind, Status};
use crate::names::{Case, convert};

/// The type-level name of an operation.
pub(super) fn op(operation: &Operation) -> Ident {
    format_ident!("{}Op", convert(&operation.id, Case::Pascal))
}

/// The file.
pub(super) fn file(plan: &Plan<'_>) -> TokenStream {
    let all: Vec<&Operation> = plan.tags.iter().flat_map(|tag| tag.operations.iter().copied()).collect();
    let written = all.iter().map(|operation| written(plan, operation));
    let names = all.iter().map(|operation| name(operation));
    quote! {
        #![doc = " What the gate knows of each operation."]
        use poem::http::Method;
        use poem_openapi::registry::Registry;
        use poem_openapi::types::Type as _;
        use crate::domain::scopes::{Scope, Scopes};
        use crate::http::{CallerKind, Credential, ErrorForm, LimitClass, Op, Operation, Schemes};

        macro_rules! op {
            ($op:ident, $operation:ident, $id:literal, $error:ident) => {
                #[doc = concat!("`", $id, "` as a type.")]
                #[derive(Debug, Clone, Copy)]
                pub struct $op;

                impl Op for $op {
                    const OPERATION: &'static Operation = &$operation;

                    fn register_error(registry: &mut Registry) {
                        super::types::$error::register(registry);
                    }
                }
            };
        }

        #(#written)*

        /// Every operation, tag by tag.
        pub static ALL: &[&Operation] = &[#(&#names),*];
    }
}

fn name(operation: &Operation) -> Ident {
    format_ident!("{}", convert(&operation.id, Case::Screaming))
}

fn written(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let (name, op) = (name(operation), op(operation));
    let Operation { id, resource, path, .. } = operation;
    let about = doc(&format!("`{id}`: {}.", operation.summary.as_deref().unwrap_or(id)));
    let method = format_ident!("{}", operation.method.upper());
    let credential = credential(plan, operation);
    let scopes = operation.scopes().into_iter().map(|scope| format_ident!("{}", convert(scope, Case::Pascal)));
    let callers = operation.caller.iter().map(|caller| format_ident!("{}", convert(caller, Case::Pascal)));
    let class = format_ident!("{}", convert(operation.limit.as_deref().unwrap_or("read"), Case::Pascal));
    let idempotent = operation.idempotency_header.is_some();
    let success = code(operation.success().map(|answer| answer.status));
    let errors = operation.errors().map(|answer| code(Some(answer.status)));
    let media_type = operation.success().and_then(|answer| answer.preferred()).map(|media| media.name.as_str());
    let media_type = media_type.unwrap_or("application/json");
    // Public key sets and metadata are made to be kept; everything else is for its caller and for now.
    let cache = match operation.foreign.as_deref() {
        Some("RFC 7517" | "RFC 8414") => quote!(Some("public, max-age=300")),
        _ => quote!(None),
    };
    let is_tag = |header: &Header| header.name.eq_ignore_ascii_case("ETag");
    let tagged = operation.success().is_some_and(|answer| answer.headers.iter().any(is_tag));
    let (form, error) = error(plan, operation);
    quote! {
        #about
        pub static #name: Operation = Operation {
            id: #id,
            tag: #resource,
            method: Method::#method,
            path: #path,
            credential: #credential,
            scopes: Scopes::of(&[#(Scope::#scopes),*]),
            callers: &[#(CallerKind::#callers),*],
            class: LimitClass::#class,
            idempotent: #idempotent,
            success: #success,
            errors: &[#(#errors),*],
            media_type: #media_type,
            errors_as: ErrorForm::#form,
            cache_control: #cache,
            tagged: #tagged,
        };
        op!(#op, #name, #id, #error);
    }
}

/// The form that its errors have on the wire, and the type that the contract gives them.
fn error(plan: &Plan<'_>, operation: &Operation) -> (Ident, Ident) {
    let media = operation.errors().flat_map(|answer| &answer.content).next();
    let oauth = media.is_some_and(|media| media.name == "application/json");
    let named = media.and_then(|media| media.schema.as_ref()).and_then(|schema| match &schema.kind {
        Kind::Ref(name) => plan.idents.get(name.as_str()),
        _ => None,
    });
    let form = if oauth { "OAuth" } else { "Problem" };
    (format_ident!("{form}"), named.cloned().unwrap_or_else(|| format_ident!("Problem")))
}

fn code(status: Option<Status>) -> Literal {
    Literal::u16_unsuffixed(match status {
        Some(Status::Code(code)) => code,
        _ => 200,
    })
}

fn credential(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    if operation.security.is_empty() {
        return quote!(Credential::None);
    }
    let used: Vec<&SchemeKind> = operation
        .security
        .iter()
        .flat_map(|alternative| &alternative.schemes)
        .filter_map(|used| plan.api.security_schemes.get(&used.scheme))
        .map(|scheme| &scheme.kind)
        .collect();
    let api_key = used.iter().any(|kind| matches!(kind, SchemeKind::ApiKey { .. }));
    let bearer = used.iter().any(|kind| matches!(kind, SchemeKind::Bearer { .. }));
    let basic = used.iter().any(|kind| matches!(kind, SchemeKind::Basic));
    let variant = if operation.is_public() { quote!(Optional) } else { quote!(Required) };
    quote!(Credential::#variant(Schemes { api_key: #api_key, bearer: #bearer, basic: #basic }))
}
