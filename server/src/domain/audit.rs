//! Who did what: an entry for each change to keys, sessions, passwords, secrets and rights, and for each sign-in (S114).

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde_json::Value;

use crate::domain::ids::{RequestId, UserId};
use crate::domain::users::{UnknownName, named};

/// What can be done that is written down. The name is noun and verb, as events are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// A key was made.
    KeyCreated,
    /// A key was changed.
    KeyUpdated,
    /// A key was replaced by a new one.
    KeyRotated,
    /// A key was revoked.
    KeyRevoked,
    /// A key was found in public, and revoked.
    KeyLeaked,
    /// Somebody signed in.
    SessionCreated,
    /// A session was ended, or all of an account's.
    SessionRevoked,
    /// The next key that signs access tokens was published.
    SigningKeyCreated,
    /// Many keys were revoked at once.
    KeysRevoked,
    /// Keys that were long dead were deleted.
    KeysDeleted,
    /// An account was opened.
    AccountRegistered,
    /// An account is known elsewhere, too.
    IdentityAdded,
    /// An account was changed by a service.
    AccountUpdated,
    /// An account went over into another one.
    AccountMerged,
    /// An account was deleted.
    AccountDeleted,
    /// An account became a member or an administrator, or stopped being one.
    RoleChanged,
    /// An account was given other limits.
    TierChanged,
    /// An account is no longer known by an identity.
    IdentityRemoved,
    /// An account is known first by another identity.
    IdentityPreferred,
    /// Somebody proved to read the account's address.
    EmailVerified,
    /// The password was changed by whoever knew it.
    PasswordChanged,
    /// The password was set by whoever reads the account's mail.
    PasswordReset,
    /// An access token was revoked by itself.
    TokenRevoked,
    /// A secret was put into the vault.
    SecretPut,
    /// Old requests were deleted from the log.
    RequestsDeleted,
    /// A secret of the vault was read.
    SecretRead,
    /// A secret was removed from the vault.
    SecretDeleted,
    /// An endpoint for webhooks was made.
    WebhookCreated,
    /// An endpoint was changed.
    WebhookUpdated,
    /// An endpoint was given a new secret.
    WebhookSecretRotated,
    /// An endpoint was removed.
    WebhookDeleted,
    /// An endpoint that failed for days, or was gone, was disabled.
    WebhookDisabled,
}

named!(Action:
    KeyCreated = "key.created", KeyUpdated = "key.updated", KeyRotated = "key.rotated", KeyRevoked = "key.revoked", KeyLeaked = "key.leaked",
    SessionCreated = "session.created", SessionRevoked = "session.revoked",
    SigningKeyCreated = "signing_key.created", KeysRevoked = "keys.revoked", KeysDeleted = "keys.deleted",
    AccountRegistered = "account.registered", IdentityAdded = "identity.added",
    AccountUpdated = "account.updated", AccountMerged = "account.merged", AccountDeleted = "account.deleted", RoleChanged = "account.role_changed", TierChanged = "account.tier_changed",
    IdentityRemoved = "identity.removed", IdentityPreferred = "identity.preferred",
    EmailVerified = "email.verified", PasswordChanged = "password.changed", PasswordReset = "password.reset",
    TokenRevoked = "token.revoked",
    RequestsDeleted = "requests.deleted",
    SecretPut = "secret.put", SecretRead = "secret.read", SecretDeleted = "secret.deleted",
    WebhookCreated = "webhook.created", WebhookUpdated = "webhook.updated", WebhookSecretRotated = "webhook.secret_rotated", WebhookDeleted = "webhook.deleted", WebhookDisabled = "webhook.disabled"
);

/// Who did it and from where.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// The account; none for a visitor, or for what the server does by itself.
    pub user: Option<UserId>,
    /// What it was done with: a key's id, a session's id, `rootKey`, or `commandLine`.
    pub credential: Option<String>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The request.
    pub request: Option<RequestId>,
}

/// What was done to which thing. `before` and `after` are JSON objects that hold no secret.
#[derive(Debug, Clone)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// The id of the thing.
    pub target: String,
    /// Whose thing it is.
    pub owner: Option<UserId>,
    /// The thing as it was.
    pub before: Option<Value>,
    /// The thing as it is.
    pub after: Option<Value>,
}
