//! Security schemes and requirements.

use indexmap::IndexMap;
use serde_json::Value;

use crate::document::child;
use crate::model::{ApiKeyPlace, OAuthFlow, SchemeKind, SchemeUse, SecurityRequirement, SecurityScheme};

use super::Reader;
use super::values::{extensions, object, plain, prose, text};

impl<'d> Reader<'d> {
    pub(super) fn security_schemes(&mut self) -> IndexMap<String, SecurityScheme> {
        let mut schemes = IndexMap::new();
        let Some(components) = self.document.root().get("components") else { return schemes };
        for (name, value) in object(components, "securitySchemes").into_iter().flatten() {
            let at = child("#/components/securitySchemes", name);
            let Some((value, _)) = self.follow(value, &at) else { continue };
            match scheme_kind(value) {
                Some(kind) => {
                    let description = prose(value, "description");
                    let scheme =
                        SecurityScheme { name: name.clone(), kind, description, extensions: extensions(value) };
                    schemes.insert(name.clone(), scheme);
                }
                None => self.warn(
                    "security-scheme",
                    &at,
                    format!("the security scheme `{name}` is not understood"),
                    "It is left out; correct its `type`, `in` and `name`.",
                ),
            }
        }
        schemes
    }

    /// Reads `security`; what names no known scheme is dropped with a diagnostic.
    pub(super) fn requirements(
        &mut self,
        value: &'d Value,
        at: &str,
        known: &IndexMap<String, SecurityScheme>,
    ) -> Vec<SecurityRequirement> {
        let alternatives: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(_) => vec![value],
            _ => Vec::new(),
        };
        let mut read = Vec::new();
        for alternative in alternatives {
            let Some(members) = alternative.as_object() else { continue };
            let mut schemes = Vec::new();
            for (name, scopes) in members {
                if known.contains_key(name) {
                    let scopes = scopes.as_array().into_iter().flatten().filter_map(plain).collect();
                    schemes.push(SchemeUse { scheme: name.clone(), scopes });
                } else {
                    self.warn(
                        "unknown-scheme",
                        at,
                        format!("`security` names `{name}`, which is no security scheme"),
                        "Declare it under `components.securitySchemes`; it is left out.",
                    );
                }
            }
            if !schemes.is_empty() || members.is_empty() {
                read.push(SecurityRequirement { schemes });
            }
        }
        read
    }
}

fn scheme_kind(value: &Value) -> Option<SchemeKind> {
    let kind = text(value, "type")?.to_ascii_lowercase();
    match kind.as_str() {
        "apikey" => {
            let place = match text(value, "in")?.to_ascii_lowercase().as_str() {
                "header" => ApiKeyPlace::Header,
                "query" => ApiKeyPlace::Query,
                "cookie" => ApiKeyPlace::Cookie,
                _ => return None,
            };
            let name = text(value, "name")?;
            Some(SchemeKind::ApiKey { place, name })
        }
        "http" => {
            let scheme = text(value, "scheme").unwrap_or_else(|| "bearer".to_owned());
            Some(match scheme.to_ascii_lowercase().as_str() {
                "bearer" => SchemeKind::Bearer { format: text(value, "bearerFormat") },
                "basic" => SchemeKind::Basic,
                _ => SchemeKind::Http { scheme },
            })
        }
        "oauth2" => Some(SchemeKind::OAuth2 { flows: flows(value) }),
        "openidconnect" => Some(SchemeKind::OpenIdConnect { url: text(value, "openIdConnectUrl").unwrap_or_default() }),
        "mutualtls" => Some(SchemeKind::MutualTls),
        _ => None,
    }
}

fn flows(value: &Value) -> Vec<OAuthFlow> {
    let found = object(value, "flows").into_iter().flatten();
    found
        .filter(|(name, _)| !name.starts_with("x-"))
        .map(|(name, flow)| OAuthFlow {
            name: name.clone(),
            authorization_url: text(flow, "authorizationUrl"),
            token_url: text(flow, "tokenUrl"),
            refresh_url: text(flow, "refreshUrl"),
            scopes: object(flow, "scopes")
                .into_iter()
                .flatten()
                .map(|(scope, says)| (scope.clone(), plain(says).unwrap_or_default()))
                .collect(),
        })
        .collect()
}
