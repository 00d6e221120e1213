//! What a message must say to be good here and now (S46, S47).

use std::time::Duration;

use thiserror::Error;
use url::Url;

use super::Message;
use crate::domain::time::Time;

/// How old a message may be.
const OLDEST: Duration = Duration::from_secs(600);
/// How far ahead of ours the signer's clock may be.
const AHEAD: Duration = Duration::from_secs(60);
/// How long a message with the client's own nonce may live (promise 7).
const OWN_NONCE: Duration = Duration::from_secs(900);

/// Why a message signs nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It is for another site.
    #[error("the message is for another domain than this application's")]
    Domain,
    /// Its URI is not on that site, or not secure.
    #[error("the URI is not on the message's domain, by https (http is for loopback alone)")]
    Uri,
    /// A chain that is not taken.
    #[error("the chain is not one that is taken here")]
    Chain,
    /// Made more than ten minutes ago, or in the future.
    #[error("the message was not made within the last ten minutes")]
    IssuedAt,
    /// Its time is over.
    #[error("the message has expired")]
    Expired,
    /// Its time is yet to come.
    #[error("the message is not valid yet")]
    NotYet,
    /// Used before, too old, or made for another application.
    #[error(
        "the nonce is used, too old, or another application's; a nonce of your own needs an expiration within fifteen minutes"
    )]
    Nonce,
    /// Another account's, or no signature of this message.
    #[error("the signature is not the account's under this message")]
    Signature,
    /// A contract's, and no chain can be asked.
    #[error("the signature is no private key's; for contract wallets this server needs an ETH_RPC_URL of that chain")]
    NoRpc,
}

/// What is taken here.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The application's domains. None is taken where there is none.
    pub domains: &'a [String],
    /// The chains.
    pub chains: &'a [u64],
}

impl Rules<'_> {
    /// Whether the message is for us, and for now.
    ///
    /// # Errors
    /// The first thing that it is not.
    pub fn check(&self, message: &Message<'_>, now: Time) -> Result<(), Refusal> {
        if !self.domains.iter().any(|domain| domain == message.domain) {
            return Err(Refusal::Domain);
        }
        if !is_on(message.uri, message.domain, message.scheme) {
            return Err(Refusal::Uri);
        }
        if !self.chains.contains(&message.chain_id) {
            return Err(Refusal::Chain);
        }
        let issued = message.issued_at.time;
        if issued > now.plus(AHEAD) || issued.plus(OLDEST) < now {
            return Err(Refusal::IssuedAt);
        }
        if message.expires_at.is_some_and(|end| end.time <= now) {
            return Err(Refusal::Expired);
        }
        if message.not_before.is_some_and(|start| start.time > now) {
            return Err(Refusal::NotYet);
        }
        Ok(())
    }
}

/// Until when a client's own nonce must be remembered. Such a message must say itself when it ends, and soon.
///
/// # Errors
/// [`Refusal::Nonce`].
pub fn own_nonce_end(message: &Message<'_>, now: Time) -> Result<Time, Refusal> {
    let end = message.expires_at.map(|end| end.time).filter(|end| *end <= now.plus(OWN_NONCE));
    end.ok_or(Refusal::Nonce)
}

/// Whether `uri`, which keeps RFC 3986, is on that authority. Both are compared as they are written: with the grammar
/// kept, the authority ends at the first `/`, `?` or `#`, and nothing else can hide it.
fn is_on(uri: &str, domain: &str, said: Option<&str>) -> bool {
    let Some((scheme, rest)) = uri.split_once("://") else { return false };
    let secure = scheme == "https" || (scheme == "http" && is_loopback(domain));
    let place = rest.strip_prefix(domain);
    let ends = place.is_some_and(|place| place.is_empty() || place.starts_with(['/', '?', '#']));
    secure && ends && said.is_none_or(|said| said == scheme)
}

fn is_loopback(domain: &str) -> bool {
    let Ok(url) = Url::parse(&format!("http://{domain}")) else { return false };
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The authority of an origin or address such as `https://app.example.com:8443/x`, without the scheme's own port.
#[must_use]
pub fn authority(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
