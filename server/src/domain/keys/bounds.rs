//! What surrounds a key: notes, bounds of its use, and the keys that it comes from and goes to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use serde_json::{Map, Value};
use thiserror::Error;
use url::Url;

use crate::domain::ids::KeyId;

/// What its owner notes about a key.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// The owner's own name for a group of keys.
    pub namespace: Option<String>,
    /// Whatever the owner keeps with it.
    pub metadata: Option<Metadata>,
    /// The program or customer that it was made for.
    pub client_name: Option<String>,
}

/// What bounds the use of a key, besides its scopes and its end.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    /// How long it may lie unused, in milliseconds.
    pub max_idle_ms: Option<i64>,
    /// The pages that may use it; empty for all.
    pub origins: Origins,
    /// The addresses that may use it; empty for all.
    pub networks: Networks,
    /// Calls a minute, beside the limits of its tier.
    pub per_minute: Option<i64>,
    /// Calls a UTC day, beside the limits of its tier.
    pub per_day: Option<i64>,
}

/// Which keys a key comes from and goes to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lineage {
    /// The key that it only narrows, and with which it dies.
    pub parent: Option<KeyId>,
    /// The key that it replaced.
    pub rotated_from: Option<KeyId>,
    /// The key that replaces it.
    pub rotated_to: Option<KeyId>,
    /// How long it lives on, in milliseconds, once its successor is used; set while it waits for that.
    pub grace_ms: Option<i64>,
    /// The first key of its chain of rotations; none for one that replaced no other.
    pub family: Option<KeyId>,
}

/// The public half of a signed key; nobody has the other.
#[derive(Debug, Clone)]
pub struct Signed {
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// Who it is for.
    pub audience: String,
    /// What its maker had written into it, besides the standard claims.
    pub claims: Metadata,
    /// Its public JWK, as JSON.
    pub public_jwk: String,
}

/// A JSON object that its owner keeps with a thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata(pub Map<String, Value>);

/// The origins (`https://app.example.com`) of the pages that may use a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(Vec<String>);

/// The addresses and networks that may use a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// The text is no origin, no network, or no JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAllowed {
    /// Scheme, host and perhaps a port, and nothing else.
    #[error("is not an origin such as https://app.example.com")]
    Origin,
    /// An address, or a network in CIDR form.
    #[error("is not an address or a network such as 203.0.113.0/24")]
    Network,
    /// An object.
    #[error("is not a JSON object")]
    Metadata,
}

/// Bits before the address of IPv4 in one of IPv6 that stands for it: `::ffff:0:0/96`.
const MAPPED: u8 = 96;
/// Bytes that metadata may have as text.
const MOST_METADATA_BYTES: usize = 8 * 1024;

impl Metadata {
    /// Whether it is small enough to be kept.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.to_string().len() <= MOST_METADATA_BYTES
    }
}

impl Origins {
    /// These origins, each in the one form that browsers send: lower case, no default port, no path (S112).
    ///
    /// # Errors
    /// The place of the first that is none.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, (usize, NotAllowed)> {
        let read = |(place, text): (usize, &T)| origin(text.as_ref()).ok_or((place, NotAllowed::Origin));
        texts.iter().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a page of this origin may use the key. Where there is a list, who says no origin is not on it.
    #[must_use]
    pub fn allow(&self, sent: Option<&str>) -> bool {
        self.0.is_empty() || sent.and_then(origin).is_some_and(|sent| self.0.contains(&sent))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether any page may use the key.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Networks {
    /// These addresses and networks.
    ///
    /// # Errors
    /// The place of the first that is none.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, (usize, NotAllowed)> {
        let read = |(place, text): (usize, &T)| network(text.as_ref()).ok_or((place, NotAllowed::Network));
        texts.iter().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether this address may use the key. Where there is a list, an unknown address is not on it.
    #[must_use]
    pub fn allow(&self, address: Option<IpAddr>) -> bool {
        let address = address.map(|address| address.to_canonical());
        self.0.is_empty() || address.is_some_and(|address| self.0.iter().any(|net| net.contains(&address)))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &IpNet> {
        self.0.iter()
    }
}

/// Scheme, host and port. A parser of addresses forgives much that no browser sends (a path, a name before `@`, back
/// slashes, tabs, a star); here nothing of that is let through to it.
fn origin(text: &str) -> Option<String> {
    let (scheme, authority) = text.split_once("://")?;
    let web = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let beyond = |c: char| matches!(c, '/' | '\\' | '?' | '#' | '@' | '%' | '*') || c.is_whitespace() || c.is_control();
    if !web || authority.contains(beyond) || authority.ends_with(':') {
        return None;
    }
    Url::parse(text).ok().map(|url| url.origin().ascii_serialization())
}

/// A network of IPv6 that holds addresses of IPv4 alone (RFC 4291, 2.5.5.2) is the one of IPv4: visitors are seen so.
fn network(text: &str) -> Option<IpNet> {
    let parsed = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?.trunc();
    match parsed {
        IpNet::V6(net) if net.prefix_len() >= MAPPED => match net.addr().to_ipv4_mapped() {
            Some(address) => Ipv4Net::new(address, net.prefix_len() - MAPPED).ok().map(IpNet::V4),
            None => Some(parsed),
        },
        IpNet::V4(_) | IpNet::V6(_) => Some(parsed),
    }
}

/// With a space between each, as the store keeps them.
fn joined<T: fmt::Display>(things: &[T], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (place, thing) in things.iter().enumerate() {
        let gap = if place == 0 { "" } else { " " };
        write!(f, "{gap}{thing}")?;
    }
    Ok(())
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(&self.0, f)
    }
}

impl FromStr for Origins {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        Self::parse(&text.split_whitespace().collect::<Vec<_>>()).map_err(|(_, error)| error)
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(&self.0, f)
    }
}

impl FromStr for Networks {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        Self::parse(&text.split_whitespace().collect::<Vec<_>>()).map_err(|(_, error)| error)
    }
}

impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Metadata {
    type Err = NotAllowed;

    fn from_str(text: &str) -> Result<Self, NotAllowed> {
        serde_json::from_str(text).map(Self).map_err(|_| NotAllowed::Metadata)
    }
}

#[cfg(test)]
#[path = "bounds_tests.rs"]
mod tests;
