//! The one call that trades a refresh token for the next pair.

use super::{Tokens, now};
use crate::client::Client;
use crate::error::Error;
use crate::generated::settings;

/// Trades the token. `client` must be one without a session: a renewal never needs a renewal.
pub(super) async fn refresh(client: &Client, refresh_token: &str) -> Result<Tokens, Error> {
    let answer = settings::renew(client, refresh_token).await?;
    let body = answer.bytes().await?;
    Tokens::read(&body, now()).ok_or_else(|| Error::Config("the renewal's answer holds no access token".to_owned()))
}
