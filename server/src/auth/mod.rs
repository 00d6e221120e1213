//! Who is asking: from a credential to an [`Identity`].
//!
//! What it is for: API keys through a cache that forgets at once, access tokens through one strict verifier, passwords,
//! sessions and their refresh tokens. It must not know operations or the wire: the gate (`http`) asks
//! [`Auth::identify`] and decides what the answer allows. To add a kind of credential: a file here, a variant of
//! [`Credential`], a branch in `identify.rs`.

mod access_token;
mod accounts;
mod bus;
mod caller;
mod client_tokens;
mod command_line;
mod contract_wallets;
mod distinct;
mod guessing;
mod identify;
mod introspect;
mod jws;
mod key_cache;
mod key_pair;
mod last_used;
mod outgoing;
mod password_life;
mod passwords;
mod portal_key;
mod recent;
mod refresh;
#[cfg(test)]
mod refresh_tests;
mod registration;
mod reseal;
mod revoke;
mod root;
mod rotate;
#[cfg(test)]
mod rotate_tests;
mod session_cache;
mod sign_in;
mod signed_key;
mod signing;
mod siwe;
mod start;
#[cfg(test)]
mod tests;
mod turns;

use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::ids::{KeyId, SessionId};
use crate::domain::keys::{KeyHash, KeyStatus};
use crate::domain::time::Time;
use crate::random::Random;
use crate::store::{Db, StoreError, keys};

pub use access_token::{AccessClaims, AccessToken, AccessTokens, Holder, LIFETIME, NewAccess};
pub use caller::{AuthError, Caller, Credential, Identity, Presented, Visitor};
pub use client_tokens::{ClientTokenError, Issued};
pub use command_line::{KeyOrder, KeyOrderError, KeyOwner, make_key};
pub use introspect::Active;
pub use key_cache::{FoundKey, KeyCache};
pub use outgoing::mail_sealer;
pub use password_life::NewPasswordError;
pub use passwords::{PasswordError, Passwords, Verdict};
pub use portal_key::portal_key;
pub use refresh::RefreshError;
pub use reseal::{mails_to_reseal, reseal_mails, reseal_signing_keys, signing_keys_to_reseal};
pub use revoke::RevokeError;
pub use root::RootKey;
pub use rotate::{NextSigner, rotate_signing_key};
pub use sign_in::{OWN_CLIENTS, Pair, SignInError};
pub use signed_key::is_meant_as_key;
pub use signing::PublicKey;
pub use siwe::{ProvenWallet, SignedMessage, Siwe, SiweError};
pub use start::{AuthSettings, RootSecret, StartError, Started, signing_key_sealer};

use bus::{Bus, Forget};
use outgoing::Outgoing;
use recent::Recent;
use session_cache::SessionCache;
use signing::Signing;

/// What this room keeps: caches, keys that sign, and the root key.
#[derive(Debug)]
pub struct Auth {
    db: Db,
    clock: Clock,
    random: Random,
    /// How the world calls this server: in the issuer of signed keys, and their audience where they are for us.
    public_url: String,
    root: Option<RootKey>,
    /// API keys that were seen a moment ago.
    pub keys: KeyCache,
    /// The hash of a key by its id: one never changes under the other.
    key_hashes: Recent<KeyId, KeyHash>,
    sessions: SessionCache,
    accounts: accounts::Accounts,
    turns: turns::Turns,
    bus: Bus,
    signing: Signing,
    passwords: Passwords,
    siwe: Siwe,
    outgoing: Outgoing,
}

impl Auth {
    /// The public keys that access tokens are verified with, newest first.
    #[must_use]
    pub fn published(&self) -> Vec<PublicKey> {
        self.signing.known().published()
    }

    /// The key of that id, as a moment ago; for tokens that name it.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn key(&self, id: &KeyId) -> Result<Option<Arc<FoundKey>>, StoreError> {
        if let Some(hash) = self.key_hashes.get(id) {
            return self.of_hash(&hash).await;
        }
        let began = self.key_hashes.generation();
        let Some(hash) = keys::hash_of(&mut *self.db.read().await?, id).await? else { return Ok(None) };
        self.key_hashes.keep(began, *id, hash);
        self.of_hash(&hash).await
    }

    /// Lets the next use of a key ask the store, here and in every other process. To be called after each commit that
    /// changed the key; many at once travel together.
    pub fn forget_key(&self, hash: &KeyHash) {
        self.forget(Forget::Key(*hash));
    }

    /// Refuses the access tokens of an ended session from now on, likewise. To be called after the commit that ended it.
    pub fn forget_session(&self, id: &SessionId) {
        self.forget(Forget::Session(*id));
    }

    /// Lets the next use of anything ask the store, likewise: for changes to an account, which many keys and sessions share.
    pub fn forget_everything(&self) {
        self.forget(Forget::Everything);
    }

    fn forget(&self, what: Forget) {
        self.heard(&what);
        self.bus.tell(what);
    }

    fn heard(&self, what: &Forget) {
        match what {
            Forget::Key(hash) => self.keys.forget(hash),
            Forget::Session(id) => self.sessions.forget(id),
            Forget::Everything => {
                self.keys.forget_all();
                self.sessions.forget_all();
                self.accounts.forget_all();
            }
        }
    }

    /// Keeps in touch with the other processes, until it is dropped: each forgets what another one changed.
    pub async fn keep_in_touch(&self) {
        self.bus.run(|what| self.heard(&what)).await;
    }

    /// The key of that hash, whatever its state: each use checks it by the clock. One that looks idle is asked for anew,
    /// since another process may have seen its use.
    async fn of_hash(&self, hash: &KeyHash) -> Result<Option<Arc<FoundKey>>, StoreError> {
        match self.keys.find(&self.db, hash).await? {
            Some(key) if key.status(self.clock.now()) == KeyStatus::Idle => {
                self.keys.forget(hash);
                self.keys.find(&self.db, hash).await
            }
            found => Ok(found),
        }
    }

    /// Notes that a key was used now: for `lastUsedAt`, for its idle time and those of the keys above it; and if it took
    /// over from another, that one's grace begins.
    pub async fn note_use(&self, key: &FoundKey) {
        let now = self.clock.now();
        self.keys.last_used.note(key, now);
        if key.is_first_use() {
            Box::pin(self.begin_grace(key, now)).await;
        }
    }

    /// Ends the replaced key once its time is over. That this may fail keeps nobody out: the next use tries again.
    async fn begin_grace(&self, key: &FoundKey, now: Time) {
        let begun = async {
            let mut tx = self.db.write().await?;
            let old = keys::begin_grace(&mut tx, &key.found.key.id, now).await?;
            tx.commit().await?;
            old.iter().for_each(|hash| self.forget_key(hash));
            Ok::<(), StoreError>(())
        };
        if let Err(error) = begun.await {
            key.is_unused_still();
            tracing::warn!(%error, key_id = %key.found.key.id, "the replaced key's grace could not begin and waits");
        }
    }

    /// Writes down which keys were used. To be called every few seconds, and before the process stops.
    ///
    /// # Errors
    /// The store's failure; what could not be written waits for the next call.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.keys.last_used.flush(&self.db).await
    }
}
