//! Credentials: what a client's constructor takes, and how each travels.

use super::reserved;
use super::text::string;
use super::vocabulary::public;
use crate::model::{Api, ApiKeyPlace, SchemeKind, SecurityScheme};
use crate::names::{Case, Names};

/// One argument of the constructor.
pub(super) struct Credential {
    /// Argument's name.
    pub name: String,
    /// Scheme that it fills; empty for tokens, which all bearer schemes share.
    pub scheme: String,
    /// Its type.
    pub annotation: &'static str,
    /// Suffix of its environment variable, if it has one.
    pub variable: Option<String>,
}

/// What the constructor takes.
pub(super) fn credentials(api: &Api) -> Vec<Credential> {
    let mut names = Names::new(Case::Snake, &reserved::arguments());
    let mut found = Vec::new();
    let keys = api.security_schemes.values().filter(|scheme| matches!(scheme.kind, SchemeKind::ApiKey { .. })).count();
    for scheme in api.security_schemes.values() {
        let wanted = match &scheme.kind {
            SchemeKind::ApiKey { .. } if keys == 1 => "api_key".to_owned(),
            SchemeKind::ApiKey { .. } | SchemeKind::Http { .. } => public(&scheme.name),
            SchemeKind::Basic => "basic_auth".to_owned(),
            _ => continue,
        };
        let name = names.take_exact(&wanted);
        let basic = matches!(scheme.kind, SchemeKind::Basic);
        let annotation = if basic { "Tuple[str, str] | None" } else { "str | None" };
        let variable = (!basic).then(|| name.to_uppercase());
        found.push(Credential { name, scheme: scheme.name.clone(), annotation, variable });
    }
    found
}

/// Whether access tokens are taken.
pub(super) fn has_bearer(api: &Api) -> bool {
    api.security_schemes.values().any(SecurityScheme::is_bearer)
}

/// The expression of a scheme and the class that it uses.
pub(super) fn expression(scheme: &SecurityScheme) -> Option<(&'static str, String)> {
    match &scheme.kind {
        SchemeKind::ApiKey { place, name } => {
            let place = match place {
                ApiKeyPlace::Header => "header",
                ApiKeyPlace::Query => "query",
                ApiKeyPlace::Cookie => "cookie",
            };
            Some(("ApiKey", format!("ApiKey({}, {})", string(place), string(name))))
        }
        SchemeKind::Bearer { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. } => {
            Some(("Bearer", "Bearer()".to_owned()))
        }
        SchemeKind::Basic => Some(("Basic", "Basic()".to_owned())),
        SchemeKind::Http { scheme } => Some(("Authorization", format!("Authorization({})", string(scheme)))),
        SchemeKind::MutualTls => None,
    }
}
