//! What the gate knows of an operation: written by the generator, one static a piece, in `generated/operations.rs`.

use poem::http::Method;
use poem_openapi::registry::Registry;

use crate::domain::scopes::Scopes;
use crate::limits::LimitClass;

/// One operation of the contract.
#[derive(Debug)]
pub struct Operation {
    /// The operationId, for example `createKey`.
    pub id: &'static str,
    /// The tag, for example `keys`.
    pub tag: &'static str,
    /// The method.
    pub method: Method,
    /// The path as the contract writes it, for example `/v1/keys/{keyId}`.
    pub path: &'static str,
    /// Whether a credential must, may or cannot be sent.
    pub credential: Credential,
    /// The scopes that it needs; all of them.
    pub scopes: Scopes,
    /// Who may call it (`x-caller`); any one of them.
    pub callers: &'static [CallerKind],
    /// What it counts against (`x-limit`).
    pub class: LimitClass,
    /// Whether it takes an `Idempotency-Key`.
    pub idempotent: bool,
    /// The status of its one success.
    pub success: u16,
    /// The statuses of its errors.
    pub errors: &'static [u16],
    /// The media type of its success.
    pub media_type: &'static str,
    /// The form that its errors have.
    pub errors_as: ErrorForm,
    /// The `Cache-Control` of its success where that is not `no-store`.
    pub cache_control: Option<&'static str>,
    /// Whether its success says `ETag` in the contract: it shows one thing, whose states `If-Match` can name.
    pub tagged: bool,
}

/// What the contract's `security` says about a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// Without one it is 401. Which kinds are taken.
    Required(Schemes),
    /// It is welcome and not needed; a bad one is 401 all the same. Which kinds are taken.
    Optional(Schemes),
    /// It is not looked at.
    None,
}

/// Which kinds of credential are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schemes {
    /// API keys (and the root key), in either header.
    pub api_key: bool,
    /// Access tokens; `Authorization: Bearer` may carry an API key as well where these are taken.
    pub bearer: bool,
    /// A key's id and the key, as `Authorization: Basic` or in the form (`clientBasic`).
    pub basic: bool,
}

impl Operation {
    /// Whether its success carries an `ETag`.
    #[must_use]
    pub const fn carries_tag(&self) -> bool {
        self.tagged || self.cache_control.is_some()
    }

    /// Whether its callers are OAuth clients, who may show themselves in the form as well as in the header.
    #[must_use]
    pub const fn takes_clients(&self) -> bool {
        matches!(self.credential, Credential::Required(schemes) | Credential::Optional(schemes) if schemes.basic)
    }
}

/// The form that errors have on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorForm {
    /// `application/problem+json` (RFC 9457).
    Problem,
    /// `{error, error_description}` (RFC 6749, 5.2).
    OAuth,
}

/// Who may call (`x-caller`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallerKind {
    /// Whoever passes the other gates.
    Any,
    /// A signed-in user's access token.
    User,
    /// A secret or signed key.
    Service,
    /// Someone with the role member or admin.
    Member,
    /// Someone with the role admin, a key with the scope `admin`, or the root key.
    Admin,
}

/// The type-level name of an operation: what ties a generated route to its [`Operation`].
pub trait Op: Send + Sync + 'static {
    /// The operation.
    const OPERATION: &'static Operation;

    /// Registers the schema of the error's body, so that poem-openapi's document names it.
    fn register_error(registry: &mut Registry);
}
