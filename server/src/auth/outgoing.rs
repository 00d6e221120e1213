//! Writing mails: sealed, into the queue, in the transaction that causes them.

use secrecy::SecretString;

use super::Auth;
use super::sign_in::SignInError;
use crate::domain::ids::MailId;
use crate::domain::mail_links::{LinkSecret, MOST_AT_ONCE, MailLink, Pending, Purpose};
use crate::domain::mails::Letter;
use crate::domain::time::Time;
use crate::domain::users::Email;
use crate::seal::{SealError, Sealer};
use crate::store::mails::Waiting;
use crate::store::{StoreError, Tx, mail_links, mails};

/// What is needed to write mails.
#[derive(Debug)]
pub struct Outgoing {
    sealer: Sealer,
    /// Where links lead: the portal.
    site: String,
    /// Whether mails arrive, so that an address can be asked to prove itself.
    pub(super) arrives: bool,
}

/// What seals the mails that wait: the first secret seals, all of them open.
#[must_use]
pub fn mail_sealer(secret_keys: &[SecretString]) -> Sealer {
    Sealer::new(secret_keys, "mails")
}

impl Outgoing {
    pub(super) fn new(secret_keys: &[SecretString], site: String, arrives: bool) -> Self {
        Self { sealer: mail_sealer(secret_keys), site, arrives }
    }
}

impl Auth {
    /// What a waiting mail says.
    ///
    /// # Errors
    /// No `SECRET_KEY` of now opens it.
    pub fn open_mail(&self, mail: &Waiting) -> Result<Letter, SealError> {
        let plain = self.outgoing.sealer.open(&mail.sealed, mail.id.as_str())?;
        serde_json::from_slice(&plain).map_err(|_| SealError::Closed)
    }

    /// Puts a mail into the queue. A mail to nobody is written as well, and thrown away where it would be sent.
    pub(super) async fn write_mail(
        &self,
        tx: &mut Tx,
        to: Option<&Email>,
        letter: fn(&str) -> Letter,
        now: Time,
    ) -> Result<(), SignInError> {
        self.queue(tx, to, &letter(&self.outgoing.site), now).await
    }

    /// Makes a link and puts the mail that holds it into the queue; to nobody where the address is not to have one, or has
    /// such links enough. Either way it costs the same, and asks the store the same (S68).
    pub(super) async fn write_link(
        &self,
        tx: &mut Tx,
        (email, may_have_one): (&Email, bool),
        purpose: Purpose,
        account: Option<Pending>,
        now: Time,
    ) -> Result<(), SignInError> {
        let asked = mail_links::count(tx, email, purpose, now).await?;
        let to = (may_have_one && asked < MOST_AT_ONCE).then_some(email);
        let secret = LinkSecret::make(&self.random)?;
        let link = MailLink { hash: secret.hash(), purpose, email: to.cloned(), account, created_at: now };
        mail_links::insert(tx, &link).await?;
        let letter = match purpose {
            Purpose::VerifyEmail => Letter::verify_email(&self.outgoing.site, secret.text()),
            Purpose::ResetPassword => Letter::reset_password(&self.outgoing.site, secret.text()),
        };
        self.queue(tx, to, &letter, now).await
    }

    /// Puts a mail that tells an account something into the queue, where it has an address.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn write_notice(
        &self,
        tx: &mut Tx,
        to: Option<&str>,
        letter: impl FnOnce(&str) -> Letter + Send,
        now: Time,
    ) -> Result<(), StoreError> {
        let Some(to) = to else { return Ok(()) };
        let unusable = |error: SealError| StoreError::Unusable(error.to_string());
        let id = MailId::new(now, &self.random).map_err(|error| unusable(error.into()))?;
        let plain = serde_json::to_vec(&letter(&self.outgoing.site)).unwrap_or_default();
        let sealed = self.outgoing.sealer.seal(&plain, id.as_str(), &self.random).map_err(unusable)?;
        mails::insert(tx, &id, Some(to), &sealed, now).await
    }

    async fn queue(&self, tx: &mut Tx, to: Option<&Email>, letter: &Letter, now: Time) -> Result<(), SignInError> {
        let id = MailId::new(now, &self.random)?;
        let plain = serde_json::to_vec(letter).unwrap_or_default();
        let sealed = self.outgoing.sealer.seal(&plain, id.as_str(), &self.random)?;
        Ok(mails::insert(tx, &id, to.map(Email::as_str), &sealed, now).await?)
    }
}
