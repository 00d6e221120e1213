//! Slowing those who guess passwords from many places, and nobody else (S67).

use std::net::IpAddr;

use super::Auth;
use super::sign_in::SignInError;
use crate::domain::guesses::{Guesses, KNOWN, account_name, network};
use crate::domain::time::Time;
use crate::domain::users::Email;
use crate::store::{StoreError, Tx, guesses};

/// Where an attempt comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A network that the account signs in from.
    Known,
    /// Any other.
    Elsewhere,
}

impl Auth {
    /// Lets an attempt pass, or says how long to wait. From a network that the account is known to sign in from any passes;
    /// from elsewhere it is counted as wrong before it is looked at, so that many at once are many.
    ///
    /// # Errors
    /// [`SignInError::TooManyGuesses`]; the store's failure.
    pub(super) async fn let_guess(&self, email: &Email, address: IpAddr, now: Time) -> Result<Place, SignInError> {
        let (account, network) = (account_name(email), network(address));
        let since = now.minus(KNOWN);
        if guesses::is_known(&mut *self.db.read().await?, &account, &network, since).await? {
            return Ok(Place::Known);
        }
        let mut tx = self.db.write().await?;
        guesses::begin(&mut tx, &account).await?;
        let before = guesses::lock(&mut tx, &account).await?.filter(|before| before.failures > 0);
        let one_more = Guesses::one_more(before, now).map_err(|next| SignInError::TooManyGuesses(next.since(now)))?;
        guesses::update(&mut tx, &account, one_more).await?;
        tx.commit().await?;
        Ok(Place::Elsewhere)
    }

    /// The account proved to be there from that network, which is known from now on. Who did so from elsewhere was no guess,
    /// so the wrong ones are forgotten; at home the owner cannot know of them, and they stay.
    pub(super) async fn trust(
        &self,
        tx: &mut Tx,
        email: &Email,
        (address, from): (IpAddr, Place),
        now: Time,
    ) -> Result<(), StoreError> {
        let account = account_name(email);
        if from == Place::Elsewhere {
            guesses::forget(tx, &account).await?;
        }
        guesses::note_network(tx, &account, &network(address), now).await
    }
}
