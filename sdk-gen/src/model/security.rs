//! Who may call: schemes and requirements.

use super::Extensions;

/// One entry of `components.securitySchemes`.
#[derive(Debug, Clone, PartialEq)]
pub struct SecurityScheme {
    /// Its key in the document.
    pub name: String,
    /// What the caller sends.
    pub kind: SchemeKind,
    /// Markdown.
    pub description: Option<String>,
    /// Extensions of the scheme.
    pub extensions: Extensions,
}

/// How a credential travels.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemeKind {
    /// A named header, query parameter or cookie.
    ApiKey {
        /// Where.
        place: ApiKeyPlace,
        /// Name of the header, parameter or cookie.
        name: String,
    },
    /// `Authorization: Bearer …`.
    Bearer {
        /// For example `JWT`.
        format: Option<String>,
    },
    /// `Authorization: Basic …`.
    Basic,
    /// Another scheme of `Authorization`; the caller gives the whole value.
    Http {
        /// Scheme name as written, for example `digest`.
        scheme: String,
    },
    /// OAuth 2.0; on the wire a bearer token.
    OAuth2 {
        /// Flows offered.
        flows: Vec<OAuthFlow>,
    },
    /// OpenID Connect; on the wire a bearer token.
    OpenIdConnect {
        /// Discovery document.
        url: String,
    },
    /// A client certificate: nothing in the request.
    MutualTls,
}

/// Where an API key travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyPlace {
    /// A header.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

/// One OAuth 2.0 flow.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OAuthFlow {
    /// `implicit`, `password`, `clientCredentials`, `authorizationCode` or `deviceAuthorization`.
    pub name: String,
    /// Authorization endpoint.
    pub authorization_url: Option<String>,
    /// Token endpoint.
    pub token_url: Option<String>,
    /// Refresh endpoint.
    pub refresh_url: Option<String>,
    /// Scope and what it allows, in order.
    pub scopes: Vec<(String, String)>,
}

/// One alternative: all of its schemes together. No schemes at all means "without a credential".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SecurityRequirement {
    /// Schemes that must all be there.
    pub schemes: Vec<SchemeUse>,
}

/// A scheme with the scopes that it needs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SchemeUse {
    /// Key into [`super::Api::security_schemes`].
    pub scheme: String,
    /// Scopes; for schemes other than OAuth 2.0 they are roles, which 3.1 allows.
    pub scopes: Vec<String>,
}

impl SecurityScheme {
    /// Whether the credential is sent as `Authorization: Bearer`.
    #[must_use]
    pub fn is_bearer(&self) -> bool {
        matches!(self.kind, SchemeKind::Bearer { .. } | SchemeKind::OAuth2 { .. } | SchemeKind::OpenIdConnect { .. })
    }
}
