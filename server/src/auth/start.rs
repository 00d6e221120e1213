//! What must be there before the first request: the administrator's account, a key pair that signs, a first root key.

use secrecy::SecretString;
use thiserror::Error;

use super::bus::Bus;
use super::outgoing::Outgoing;
use super::passwords::{PasswordError, Passwords};
use super::signing::Signing;
use super::{Auth, KeyCache, RootKey, Siwe, command_line, portal_key, rotate};
use crate::clock::Clock;
use crate::config::SiweSettings;
use crate::domain::audit::Actor;
use crate::domain::ids::UserId;
use crate::domain::keys::{Bounds, End, Environment, Key, KeyError, Labels, NewKey, Secret};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier, User};
use crate::random::Random;
use crate::seal::{SealError, Sealer, keys as seal_keys};
use crate::store::{Db, StoreError, Tx, audit, keys, users};

/// What it needs of the settings.
#[derive(Debug, Clone)]
pub struct AuthSettings {
    /// How the world calls this server: `iss` and `aud` of its tokens.
    pub public_url: String,
    /// The first one seals, all of them open.
    pub secret_keys: Vec<SecretString>,
    /// The root key from the environment.
    pub root_key: Option<SecretString>,
    /// Where processes tell each other what to forget.
    pub redis_url: Option<SecretString>,
    /// Sign-In with Ethereum.
    pub siwe: SiweSettings,
    /// Whether mails arrive, so that addresses must be confirmed.
    pub mail_arrives: bool,
}

/// The room, ready, and what the first start brings to light.
#[derive(Debug)]
pub struct Started {
    /// The room.
    pub auth: Auth,
    /// Whether this was the first start on this database.
    pub first: bool,
    /// The root key that was made now, to be printed once. Only at the first start on an embedded database, and only
    /// where the environment brings none.
    pub root_key: Option<RootSecret>,
}

/// A root key that was made now.
pub struct RootSecret(Secret);

/// Why the room cannot be made ready.
#[derive(Debug, Error)]
pub enum StartError {
    /// The store's failure.
    #[error(transparent)]
    Store(StoreError),
    /// `SECRET_KEY` is not the one that sealed the signing keys.
    #[error(
        "{0}: the database's signing keys were sealed with another SECRET_KEY; set that one, after a new one if you like, separated by a comma"
    )]
    Sealed(#[from] SealError),
    /// No key pair could be made or read.
    #[error("the key pair that signs access tokens cannot be made or read")]
    NoKeyPair,
    /// The root key cannot be made.
    #[error("the root key cannot be made: {0}")]
    NoRootKey(#[from] KeyError),
    /// The address of Redis cannot be read.
    #[error("REDIS_URL: {0}")]
    Redis(#[from] deadpool_redis::redis::RedisError),
    /// No password can be hashed.
    #[error(transparent)]
    NoPasswords(#[from] PasswordError),
}

impl Auth {
    /// Makes everything ready, safely also when several processes start at once.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(settings: AuthSettings, db: Db, clock: Clock, random: Random) -> Result<Started, StartError> {
        let now = clock.now();
        let sealer = signing_key_sealer(&settings.secret_keys);
        let mut tx = db.write().await?;
        tx.lock_start_up().await?;
        let first = users::insert_if_new(&mut tx, &administrator(now), None).await?;
        let makes_root_key = first && db.is_embedded() && settings.root_key.is_none();
        let root_key = if makes_root_key { Some(make_root_key(&mut tx, now, &random).await?) } else { None };
        portal_key::keep(&mut tx, &settings.public_url, now, &random).await?;
        // The processes of one database are those that know the moment of its first start.
        let began = users::find(&mut tx, &UserId::ADMINISTRATOR).await?.map_or(now, |user| user.created_at);
        let rows = rotate::publish_first(&mut tx, &sealer, now, &random).await?;
        let nonce_keys = seal_keys(&settings.secret_keys, "siwe nonces");
        let outgoing = Outgoing::new(&settings.secret_keys, settings.public_url.clone(), settings.mail_arrives);
        let siwe = Siwe::new(&settings.siwe, &settings.public_url, &nonce_keys);
        let signing = Signing::new(rows, sealer, settings.public_url.clone(), now)?;
        tx.commit().await?;
        let auth = Self {
            db,
            clock,
            public_url: settings.public_url,
            root: settings.root_key.map(RootKey::new),
            keys: KeyCache::default(),
            key_hashes: super::recent::Recent::default(),
            sessions: super::session_cache::SessionCache::default(),
            accounts: super::accounts::Accounts::default(),
            turns: super::turns::Turns::default(),
            bus: Bus::new(settings.redis_url.as_ref(), &began.ms().to_string())?,
            signing,
            passwords: Passwords::new(&random)?,
            siwe,
            outgoing,
            random,
        };
        Ok(Started { auth, first, root_key })
    }
}

impl RootSecret {
    /// The secret, for the one line that shows it.
    #[must_use]
    pub fn show_once(self) -> String {
        self.0.show_once()
    }
}

impl std::fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootSecret")
    }
}

/// What seals the signing keys: the first secret seals, all of them open.
#[must_use]
pub fn signing_key_sealer(secret_keys: &[SecretString]) -> Sealer {
    Sealer::new(secret_keys, "signing keys")
}

/// The built-in account that the root key acts as. It has no password and no address: nobody signs in to it.
pub(super) fn administrator(now: Time) -> User {
    User {
        id: UserId::ADMINISTRATOR,
        email: None,
        name: Some("Administrator".to_owned()),
        role: Role::Admin,
        tier: Tier::Admin,
        created_at: now,
        disabled_at: None,
    }
}

/// A key of the administrator that may do everything. It can be revoked like any other.
async fn make_root_key(tx: &mut Tx, now: Time, random: &Random) -> Result<RootSecret, StartError> {
    let new = NewKey {
        owner: UserId::ADMINISTRATOR,
        name: "Root key".to_owned(),
        description: Some("Made at the first start.".to_owned()),
        environment: Environment::Live,
        scopes: Scopes::ADMIN,
        tier: None,
        ends: End::Never,
        labels: Labels::default(),
        bounds: Bounds::default(),
        parent: None,
    };
    let (key, secret) = Key::make(new, now, random)?;
    keys::insert(tx, &key).await?;
    audit::record(tx, (now, random), &Actor::default(), &command_line::created(&key)).await?;
    Ok(RootSecret(secret))
}
