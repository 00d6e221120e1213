//! Who may call an operation, in words.

use sdk_gen::model::{Operation, SecurityRequirement};

use super::Reference;

/// Who may call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Credentials {
    /// One sentence.
    pub sentence: String,
    /// Scopes that are needed.
    pub scopes: Vec<String>,
    /// `x-caller`, in words.
    pub callers: Vec<String>,
}

impl Credentials {
    pub fn of(reference: &Reference, operation: &Operation) -> Self {
        let sentence = if operation.security.is_empty() {
            "No credential is needed.".to_owned()
        } else {
            let ways: Vec<String> = operation
                .security
                .iter()
                .filter(|way| !way.schemes.is_empty())
                .map(|way| words(reference, way))
                .collect();
            let ways = ways.join(", or ");
            match (operation.is_public(), ways.is_empty()) {
                (true, true) => "No credential is needed.".to_owned(),
                (true, false) => format!("No credential is needed; welcome: {ways}."),
                (false, _) => format!("Needs {ways}."),
            }
        };
        Self {
            sentence,
            scopes: operation.scopes().into_iter().map(str::to_owned).collect(),
            callers: operation.caller.iter().filter(|caller| *caller != "any").cloned().collect(),
        }
    }
}

fn words(reference: &Reference, way: &SecurityRequirement) -> String {
    let parts = way.schemes.iter().map(|used| {
        let scheme = reference.api.security_schemes.get(&used.scheme);
        scheme.map_or_else(|| used.scheme.clone(), |scheme| scheme_words(&scheme.kind))
    });
    parts.collect::<Vec<_>>().join(" and ")
}

fn scheme_words(kind: &sdk_gen::model::SchemeKind) -> String {
    use sdk_gen::model::{ApiKeyPlace, SchemeKind};
    match kind {
        SchemeKind::ApiKey { place, name } => match place {
            ApiKeyPlace::Header => format!("an API key in the header {name}"),
            ApiKeyPlace::Query => format!("an API key in the query parameter {name}"),
            ApiKeyPlace::Cookie => format!("the cookie {name}"),
        },
        SchemeKind::Bearer { .. } => "a bearer token".to_owned(),
        SchemeKind::Basic => "a name and a password (Basic)".to_owned(),
        SchemeKind::Http { scheme } => format!("an Authorization header ({scheme})"),
        SchemeKind::OAuth2 { .. } => "an OAuth 2.0 token".to_owned(),
        SchemeKind::OpenIdConnect { .. } => "an OpenID Connect token".to_owned(),
        SchemeKind::MutualTls => "a client certificate".to_owned(),
    }
}
