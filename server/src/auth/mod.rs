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
mod command_line;
mod distinct;
mod identify;
mod jws;
mod key_cache;
mod key_pair;
mod last_used;
mod passwords;
mod recent;
mod refresh;
#[cfg(test)]
mod refresh_tests;
mod reseal;
mod root;
mod rotate;
#[cfg(test)]
mod rotate_tests;
mod session_cache;
mod sign_in;
mod signed_key;
mod signing;
mod start;
#[cfg(test)]
mod tests;
mod turns;

use crate::clock::Clock;
use crate::domain::ids::SessionId;
use crate::domain::keys::KeyHash;
use crate::random::Random;
use crate::store::{Db, StoreError};

pub use access_token::{AccessClaims, AccessTokens, LIFETIME, NewAccess};
pub use caller::{AuthError, Caller, Credential, Identity, Presented, Visitor};
pub use command_line::{KeyOrder, KeyOrderError, KeyOwner, make_key};
pub use key_cache::{FoundKey, KeyCache};
pub use passwords::{PasswordError, Passwords, Verdict};
pub use refresh::RefreshError;
pub use reseal::{reseal_signing_keys, signing_keys_to_reseal};
pub use root::RootKey;
pub use rotate::{NextSigner, rotate_signing_key};
pub use sign_in::{Pair, SignInError};
pub use signed_key::is_meant_as_key;
pub use signing::PublicKey;
pub use start::{AuthSettings, RootSecret, StartError, Started, signing_key_sealer};

use bus::{Bus, Forget};
use last_used::LastUsed;
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
    sessions: SessionCache,
    accounts: accounts::Accounts,
    last_used: LastUsed,
    turns: turns::Turns,
    bus: Bus,
    signing: Signing,
    passwords: Passwords,
}

impl Auth {
    /// The public keys that access tokens are verified with, newest first.
    #[must_use]
    pub fn published(&self) -> Vec<PublicKey> {
        self.signing.known().published()
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

    /// Notes that a key was used now, for `lastUsedAt`.
    pub fn note_use(&self, key: &FoundKey) {
        self.last_used.note(key, self.clock.now());
    }

    /// Writes down which keys were used. To be called every few seconds, and before the process stops.
    ///
    /// # Errors
    /// The store's failure; what could not be written waits for the next call.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.last_used.flush(&self.db).await
    }
}
