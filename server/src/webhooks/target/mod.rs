//! Where deliveries may go: public addresses over https, and what the operator allows besides (S93, S94, S95).
//!
//! A URL is read once, by the parser that also dials, so that what is checked and what is called are the same. An address
//! in it is checked here; a name is checked where it is resolved, each time, and only checked addresses are dialled.

mod addresses;

use std::net::IpAddr;

use ipnet::IpNet;
use thiserror::Error;
use url::{Host, Url};

pub use addresses::is_public;

/// Bytes of a URL at most.
pub const LONGEST: usize = 2_048;

/// Ports that public receivers listen on.
const PORTS: [u16; 2] = [443, 8443];

/// Endings of names that mean something inside of a network only.
const INSIDE: [&str; 8] =
    [".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".onion"];

/// What the operator says of where deliveries may go.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allow: Vec<IpNet>,
    /// Our own address: deliveries to it would call ourselves.
    own: Option<(String, u16)>,
}

/// A URL that may be called, as far as it tells by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The URL in its normal form.
    pub url: Url,
    /// Which addresses its name may lead to.
    pub reach: Reach,
}

/// Which addresses may be dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public ones, and those that the operator allows: the call is https to a usual port.
    Public,
    /// Only those that the operator allows.
    Allowed,
}

/// Why a URL is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TargetError {
    /// It is no URL, or is written in a way that parsers read differently.
    #[error("is not a URL as it should be written")]
    Unreadable,
    /// Over [`LONGEST`].
    #[error("has more than {LONGEST} bytes")]
    TooLong,
    /// Neither https, nor http where the operator allows that.
    #[error("must begin with https://")]
    Scheme,
    /// A name and password in it.
    #[error("must not hold a user name or password")]
    Credentials,
    /// A fragment, which is never sent.
    #[error("must not have a fragment")]
    Fragment,
    /// Another port than public receivers listen on.
    #[error("must use port 443 or 8443")]
    Port,
    /// It leads into a network that is not public, or to ourselves.
    #[error("must lead to a public address")]
    NotPublic,
}

impl Guard {
    /// Public addresses, and these blocks besides. `public_url` is our own, which is never called.
    #[must_use]
    pub fn new(allow: Vec<IpNet>, public_url: &str) -> Self {
        let own = Url::parse(public_url).ok();
        let own = own.and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default()?)));
        Self { allow, own }
    }

    /// Reads a URL and checks what it tells by itself.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn target(&self, text: &str) -> Result<Target, TargetError> {
        if text.len() > LONGEST {
            return Err(TargetError::TooLong);
        }
        // The parser would drop or turn these, and others would not.
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(TargetError::Unreadable);
        }
        let url = Url::parse(text).map_err(|_| TargetError::Unreadable)?;
        self.check_form(&url, text)?;
        let port = url.port_or_known_default().filter(|port| *port != 0).ok_or(TargetError::Port)?;
        let usual = url.scheme() == "https" && PORTS.contains(&port);
        if !usual && self.allow.is_empty() {
            return Err(TargetError::Port);
        }
        let reach = if usual { Reach::Public } else { Reach::Allowed };
        if self.own.as_ref().is_some_and(|(host, own)| url.host_str() == Some(host.as_str()) && port == *own) {
            return Err(TargetError::NotPublic);
        }
        let good = match url.host() {
            Some(Host::Ipv4(address)) => self.permits(IpAddr::V4(address), reach),
            Some(Host::Ipv6(address)) => self.permits(IpAddr::V6(address), reach),
            Some(Host::Domain(name)) => !name.ends_with('.') && (!self.allow.is_empty() || is_outside(name)),
            None => false,
        };
        if good { Ok(Target { url, reach }) } else { Err(TargetError::NotPublic) }
    }

    fn check_form(&self, url: &Url, text: &str) -> Result<(), TargetError> {
        let scheme = url.scheme();
        if scheme != "https" && (scheme != "http" || self.allow.is_empty()) {
            return Err(TargetError::Scheme);
        }
        // The parser forgives one slash, or three.
        let authority = text.get(scheme.len()..).and_then(|rest| rest.strip_prefix("://"));
        let Some(authority) = authority.filter(|rest| !rest.starts_with('/')) else {
            return Err(TargetError::Unreadable);
        };
        // Also an empty name, which the parser drops.
        if authority.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
            return Err(TargetError::Credentials);
        }
        if url.fragment().is_some() { Err(TargetError::Fragment) } else { Ok(()) }
    }

    /// Whether an address may be dialled.
    #[must_use]
    pub fn permits(&self, address: IpAddr, reach: Reach) -> bool {
        let plain = address.to_canonical();
        if plain.is_unspecified() || plain.is_multicast() {
            // Never one machine's.
            return false;
        }
        let allowed = self.allow.iter().any(|block| block.contains(&plain));
        allowed || (reach == Reach::Public && is_public(address))
    }
}

/// Whether a name can be known outside of our own network: it has a dot, and does not end as inner names do.
fn is_outside(name: &str) -> bool {
    name.contains('.') && !INSIDE.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests;
