//! Whoever makes a request, as the operations see them.

use std::net::IpAddr;
use std::sync::Arc;

use thiserror::Error;

use crate::domain::audit::Actor;
use crate::domain::ids::{KeyId, RequestId, SessionId, UserId};
use crate::domain::keys::OwnLimits;
use crate::domain::scopes::{Scope, Scopes};
use crate::domain::sessions::Origin;
use crate::domain::users::{Role, Tier};
use crate::store::StoreError;
use crate::store::idempotency::Attempt;

/// What was sent to be known by. Each is the bare value, without its scheme.
#[derive(Clone, Copy, Default)]
pub struct Presented<'a> {
    /// `X-API-Key`.
    pub api_key: Option<&'a str>,
    /// `Authorization: Bearer`: an access token or an API key.
    pub bearer: Option<&'a str>,
    /// `Origin`: the page that asks, as a browser says it.
    pub origin: Option<&'a str>,
    /// Where it came from.
    pub address: Option<IpAddr>,
}

/// Which were sent, and never what.
impl std::fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { api_key, bearer, .. } = self;
        f.debug_struct("Presented").field("api_key", &api_key.is_some()).field("bearer", &bearer.is_some()).finish()
    }
}

/// The kind of credential that was good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The root key from the environment.
    RootKey,
    /// An API key.
    ApiKey(KeyId),
    /// A signed-in user's access token.
    AccessToken(SessionId),
    /// A key and an access token of one account: the rights that both have.
    Both(KeyId, SessionId),
}

impl Credential {
    /// The key, where there is one.
    #[must_use]
    pub const fn key(&self) -> Option<KeyId> {
        match self {
            Self::ApiKey(key) | Self::Both(key, _) => Some(*key),
            Self::RootKey | Self::AccessToken(_) => None,
        }
    }

    /// The session, where there is one.
    #[must_use]
    pub const fn session(&self) -> Option<SessionId> {
        match self {
            Self::AccessToken(session) | Self::Both(_, session) => Some(*session),
            Self::RootKey | Self::ApiKey(_) => None,
        }
    }
}

/// As the audit log writes it down: ids, never what was sent.
impl std::fmt::Display for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RootKey => f.write_str("rootKey"),
            Self::ApiKey(key) => write!(f, "{key}"),
            Self::AccessToken(session) => write!(f, "{session}"),
            Self::Both(key, session) => write!(f, "{key} {session}"),
        }
    }
}

/// What a credential says about whoever holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The account.
    pub user_id: UserId,
    /// What the account is in the collective.
    pub role: Role,
    /// The row of the limits table that counts.
    pub tier: Tier,
    /// Whether the key has that tier for itself and counts alone.
    pub own_tier: bool,
    /// What is counted for the key itself, and for those above it.
    pub own_limits: OwnLimits,
    /// The kind of credential.
    pub credential: Credential,
    /// The client that its key stands for: the first key of its chain of rotations.
    pub client: Option<KeyId>,
    /// What it may do.
    pub scopes: Scopes,
    /// Whether its key may be seen, and so may only sign people in and read what is public.
    pub publishable: bool,
}

impl Identity {
    /// What it may hand on to a key. What a role brings stays with the role: a key would outlive it (S111).
    #[must_use]
    pub const fn grantable(&self) -> Scopes {
        if self.credential.session().is_some() && !self.is_admin() {
            self.scopes.both(Scopes::USER)
        } else {
            self.scopes
        }
    }

    /// Whether it may do what administrators may: an administrator's session, or a credential with the scope `admin`.
    #[must_use]
    pub const fn is_admin(&self) -> bool {
        self.scopes.names(Scope::Admin) || (matches!(self.role, Role::Admin) && self.credential.key().is_none())
    }
}

/// Somebody with a good credential, on one request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who it is.
    pub identity: Identity,
    /// Where they call from.
    pub address: IpAddr,
    /// The request.
    pub request_id: RequestId,
    /// Where an `Idempotency-Key` was sent: hand it to `store::idempotency::keep` with the answer, before the commit.
    pub idempotency: Option<Arc<Attempt>>,
}

impl Caller {
    /// Whose things the caller sees and makes.
    #[must_use]
    pub const fn owner(&self) -> &UserId {
        &self.identity.user_id
    }

    /// The caller as the audit log names whoever did something.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            user: Some(self.identity.user_id),
            credential: Some(self.identity.credential.to_string()),
            address: Some(self.address),
            request: Some(self.request_id),
        }
    }
}

impl std::ops::Deref for Caller {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

/// Somebody on one request whose credential, if any, was not needed.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Who it is, where a credential was sent.
    pub caller: Option<Caller>,
    /// Where they call from.
    pub address: IpAddr,
    /// The request.
    pub request_id: RequestId,
    /// What their client calls itself, as `domain::sessions::user_agent` leaves it.
    pub user_agent: Option<String>,
}

impl From<&Caller> for Visitor {
    fn from(caller: &Caller) -> Self {
        Self {
            address: caller.address,
            request_id: caller.request_id,
            caller: Some(caller.clone()),
            // Kept where nobody needs a credential, which is where people sign in.
            user_agent: None,
        }
    }
}

impl Visitor {
    /// The key that was sent along.
    #[must_use]
    pub fn client_key(&self) -> Option<KeyId> {
        self.caller.as_ref().and_then(|caller| caller.credential.key())
    }

    /// The client whose session this is or will be, whichever of its keys was sent along.
    #[must_use]
    pub fn client(&self) -> Option<KeyId> {
        self.caller.as_ref().and_then(|caller| caller.client)
    }

    /// Where a session begins that is made for this visitor.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            client_key: self.client_key(),
            client: self.client(),
            address: Some(self.address),
            user_agent: self.user_agent.clone(),
        }
    }

    /// The visitor as the audit log names whoever did something.
    #[must_use]
    pub fn actor(&self) -> Actor {
        let nobody = || Actor { address: Some(self.address), request: Some(self.request_id), ..Actor::default() };
        self.caller.as_ref().map_or_else(nobody, Caller::actor)
    }
}

/// Why a credential is no good. The reason is told only to someone who holds the whole secret (S60).
#[derive(Debug, Error)]
pub enum AuthError {
    /// No such key, also for what cannot be one.
    #[error("there is no such key")]
    UnknownKey,
    /// A signed key that is for another service.
    #[error("the key is for another audience")]
    OtherAudience,
    /// The key was revoked.
    #[error("the key is revoked")]
    RevokedKey,
    /// The key's time is over.
    #[error("the key has expired")]
    ExpiredKey,
    /// The key lay unused for longer than it may.
    #[error("the key was unused for too long")]
    IdleKey,
    /// The key's owner stopped it, or the account was stopped.
    #[error("the key is disabled")]
    DisabledKey,
    /// The key is bound to other pages.
    #[error("the key is not for this origin")]
    OriginDenied,
    /// The key is bound to other addresses.
    #[error("the key is not for this address")]
    AddressDenied,
    /// Not an access token of ours.
    #[error("the token is not valid")]
    InvalidToken,
    /// An access token of ours whose 15 minutes are over.
    #[error("the token has expired")]
    ExpiredToken,
    /// An access token that was revoked by itself.
    #[error("the token is revoked")]
    RevokedToken,
    /// An access token of a session that was ended.
    #[error("the token's session has ended")]
    EndedSession,
    /// Two keys, or a key and a token of different accounts.
    #[error("the credentials do not go together")]
    Mismatch,
    /// The store could not be asked.
    #[error(transparent)]
    Store(#[from] StoreError),
}
