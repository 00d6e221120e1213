//! Signing in with a wallet: a signed EIP-4361 message in, a session out.

use serde_json::{Value, json};
use thiserror::Error;

use super::contract_wallets::ContractWallets;
use super::sign_in::{Pair, SignInError};
use super::{Auth, Caller, Visitor};
use crate::config::SiweSettings;
use crate::domain::audit::{Action, Change};
use crate::domain::events::UserRegisteredData;
use crate::domain::identities::{Identity, Platform};
use crate::domain::ids::{IdentityId, KeyId, UserId};
use crate::domain::siwe::nonce::{Nonces, Origin, used_by, used_name};
use crate::domain::siwe::rules::{Refusal, Rules, authority, own_nonce_end};
use crate::domain::siwe::{Message, NotAMessage};
use crate::domain::time::Time;
use crate::domain::users::User;
use crate::domain::wallets::{Address, personal_hash, signer};
use crate::random::NoRandomness;
use crate::store::{StoreError, Tx, audit, events, identities, keys, used_nonces, users};

/// What is needed to judge messages.
#[derive(Debug)]
pub struct Siwe {
    domains: Vec<String>,
    chains: Vec<u64>,
    nonces: Nonces,
    contracts: ContractWallets,
}

/// What a wallet sends.
#[derive(Debug)]
pub struct SignedMessage<'a> {
    /// The text.
    pub message: &'a str,
    /// The signature's bytes.
    pub signature: &'a [u8],
}

/// Why nobody is signed in.
#[derive(Debug, Error)]
pub enum SiweError {
    /// The text cannot be read.
    #[error(transparent)]
    NotAMessage(#[from] NotAMessage),
    /// It can be read, and signs nobody in.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The account is stopped.
    #[error("the account is disabled")]
    Disabled,
    /// Everything else that can fail.
    #[error(transparent)]
    Broken(#[from] SignInError),
}

/// A wallet that proved itself by a message and its signature.
#[derive(Debug)]
pub struct ProvenWallet {
    /// Its address.
    pub address: Address,
    /// What a client's own nonce is remembered by, and until when.
    own_nonce: Option<(String, Time)>,
}

impl ProvenWallet {
    /// Uses the proof up, with the transaction of what it is good for.
    ///
    /// # Errors
    /// [`Refusal::Nonce`] when it was used before.
    pub async fn use_up(&self, tx: &mut Tx) -> Result<(), SiweError> {
        if let Some((name, until)) = &self.own_nonce
            && !used_nonces::use_up(tx, name, *until).await?
        {
            return Err(Refusal::Nonce.into());
        }
        Ok(())
    }
}

impl Siwe {
    /// For the site at `public_url`, with nonces marked by these keys.
    #[must_use]
    pub fn new(settings: &SiweSettings, public_url: &str, keys: &[[u8; 32]]) -> Self {
        Self {
            domains: authority(public_url).into_iter().chain(settings.domains.iter().cloned()).collect(),
            chains: settings.chains.clone(),
            nonces: Nonces::new(keys),
            contracts: ContractWallets::new(&settings.rpc),
        }
    }
}

impl Auth {
    /// A nonce for the caller's application, and when it ends. It takes no room anywhere (S44).
    ///
    /// # Errors
    /// No randomness.
    pub fn nonce(&self, caller: &Caller) -> Result<(String, Time), NoRandomness> {
        self.siwe.nonces.make(&application(caller), self.clock.now(), &self.random)
    }

    /// Begins a session for the account whose wallet signed. The first time it opens that account.
    ///
    /// # Errors
    /// [`SiweError`].
    pub async fn sign_in_with_wallet(
        &self,
        caller: &Caller,
        signed: &SignedMessage<'_>,
    ) -> Result<(Pair, Address), SiweError> {
        let proven = self.prove_wallet(caller, signed).await?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        proven.use_up(&mut tx).await?;
        let (user, new) = self.user_of(&mut tx, &proven.address, now).await?;
        if new.is_some() {
            let what = UserRegisteredData { user_id: user.id.to_string() };
            events::tell(&mut tx, (now, &self.random), &user.id, &what).await?;
        }
        let (session, token) = self.begin_session(&mut tx, user.id, &Visitor::from(caller), now).await?;
        for change in new.iter().flat_map(opened) {
            audit::record(&mut tx, (now, &self.random), &caller.actor(), &change).await?;
        }
        tx.commit().await?;
        Ok((self.pair(&session, user.role.scopes(), token, now)?, proven.address))
    }

    /// Whose wallet signed, by every rule of a sign-in. What it proves counts once: see [`ProvenWallet::use_up`].
    ///
    /// # Errors
    /// [`SiweError`].
    pub async fn prove_wallet(&self, caller: &Caller, signed: &SignedMessage<'_>) -> Result<ProvenWallet, SiweError> {
        let message = Message::parse(signed.message)?;
        let now = self.clock.now();
        let own_nonce = self.take_nonce(caller, &message, now).await?;
        let domains = self.domains_of(caller).await?;
        Rules { domains: &domains, chains: &self.siwe.chains }.check(&message, now)?;
        self.check_signature(&message, signed).await?;
        let own_nonce = own_nonce.map(|until| (used_by(&message.address, message.nonce), until));
        Ok(ProvenWallet { address: message.address, own_nonce })
    }

    /// Uses a nonce of ours up, whatever becomes of the message (S43). Of a client's own it says until when to remember it.
    async fn take_nonce(&self, caller: &Caller, message: &Message<'_>, now: Time) -> Result<Option<Time>, SiweError> {
        match self.siwe.nonces.origin(message.nonce, &application(caller), now) {
            Origin::Bad => Err(Refusal::Nonce.into()),
            Origin::Clients => Ok(Some(own_nonce_end(message, now)?)),
            Origin::Ours(ends) => {
                let mut tx = self.db.write().await?;
                let first = used_nonces::use_up(&mut tx, &used_name(message.nonce), ends).await?;
                tx.commit().await?;
                if first { Ok(None) } else { Err(Refusal::Nonce.into()) }
            }
        }
    }

    /// The domains of the caller's application: those of its key, or else the server's.
    async fn domains_of(&self, caller: &Caller) -> Result<Vec<String>, StoreError> {
        let Some(id) = caller.credential.key() else { return Ok(self.siwe.domains.clone()) };
        let key = keys::find_owned(&mut *self.db.read().await?, &id, caller.owner()).await?;
        let own: Vec<String> = key.iter().flat_map(|key| key.bounds.origins.iter().filter_map(authority)).collect();
        Ok(if own.is_empty() { self.siwe.domains.clone() } else { own })
    }

    /// A private key's signature is seen at once; for any other the account's contract is asked (EIP-1271, ERC-6492).
    async fn check_signature(&self, message: &Message<'_>, signed: &SignedMessage<'_>) -> Result<(), Refusal> {
        let hash = personal_hash(signed.message);
        if signer(&hash, signed.signature) == Some(message.address) {
            return Ok(());
        }
        match self.siwe.contracts.accepts(message.chain_id, &message.address, &hash, signed.signature).await {
            Some(true) => Ok(()),
            Some(false) => Err(Refusal::Signature),
            None if signed.signature.len() == 65 => Err(Refusal::Signature),
            None => Err(Refusal::NoRpc),
        }
    }

    /// The wallet's account; a new one where it has none. Of two first sign-ins at once the second waits here, and finds it.
    async fn user_of(&self, tx: &mut Tx, address: &Address, now: Time) -> Result<(User, Option<Identity>), SiweError> {
        let wallet = address.to_string();
        let new = User::opened(UserId::new(now, &self.random)?, None, now);
        let identity = Identity {
            id: IdentityId::new(now, &self.random)?,
            owner: new.id,
            platform: Platform::Evm,
            identity: wallet,
            is_primary: true,
            created_at: now,
        };
        let (owner, opened) = identities::owner_or_open(tx, &new, &identity).await?;
        if opened {
            return Ok((new, Some(identity)));
        }
        let user = match owner {
            Some(owner) => users::find(tx, &owner).await?,
            None => None,
        };
        let user = user.filter(|user| user.disabled_at.is_none()).ok_or(SiweError::Disabled)?;
        Ok((user, None))
    }
}

/// What is written down when a wallet opens an account.
fn opened(identity: &Identity) -> [Change; 2] {
    let owner = identity.owner;
    let what = json!({ "platform": identity.platform.name(), "identity": identity.identity });
    [
        change(Action::AccountRegistered, owner.as_str(), owner, json!({ "method": "siwe" })),
        change(Action::IdentityAdded, identity.id.as_str(), owner, what),
    ]
}

fn change(action: Action, target: &str, owner: UserId, after: Value) -> Change {
    Change { action, target: target.to_owned(), owner: Some(owner), before: None, after: Some(after) }
}

/// What a nonce is bound to: the client, whichever of its keys it has now, or the root key.
fn application(caller: &Caller) -> String {
    caller.client.as_ref().map_or("rootKey", KeyId::as_str).to_owned()
}

impl From<StoreError> for SiweError {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<NoRandomness> for SiweError {
    fn from(error: NoRandomness) -> Self {
        Self::Broken(error.into())
    }
}
