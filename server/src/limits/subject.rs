//! Who or what is counted.

use std::net::IpAddr;

use aws_lc_rs::digest::{Context, SHA256};

/// Who or what is counted: an account, a key, an address, an operation at an address. It is small and copied freely;
/// texts that do not fit go in as their SHA-256, so that nothing that a caller chose takes more room than that, or is
/// kept in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject {
    kind: &'static str,
    id: [u8; 32],
}

impl Subject {
    /// The kinds of subjects whose days are counted; a test of the policy holds it to this.
    pub const WITH_DAY: [&str; 3] = ["account", "key", "own"];

    /// The subject of that kind with that id.
    #[must_use]
    pub fn new(kind: &'static str, id: &str) -> Self {
        let mut room = [0; 32];
        match room.get_mut(..id.len()) {
            Some(place) => place.copy_from_slice(id.as_bytes()),
            None => return Self::digest(kind, &[id.as_bytes()]),
        }
        Self { kind, id: room }
    }

    /// Whoever calls from that address. An IPv6 address stands for its /64, since a caller has all of that (S76).
    #[must_use]
    pub fn address(kind: &'static str, address: IpAddr) -> Self {
        Self { kind, id: network(address) }
    }

    /// The subject that several parts name together, for example an e-mail address and where it was tried from.
    #[must_use]
    pub fn of_parts(kind: &'static str, text: &str, address: IpAddr) -> Self {
        Self::digest(kind, &[&network(address), text.as_bytes()])
    }

    fn digest(kind: &'static str, parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        parts.iter().for_each(|part| context.update(part));
        let mut id = [0; 32];
        for (place, byte) in id.iter_mut().zip(context.finish().as_ref()) {
            *place = *byte;
        }
        Self { kind, id }
    }

    /// The subject of that kind with that id, where it is one that has a day; what a store kept.
    #[must_use]
    pub fn with_day(kind: &str, id: [u8; 32]) -> Option<Self> {
        let kind = Self::WITH_DAY.into_iter().find(|known| *known == kind)?;
        Some(Self { kind, id })
    }

    /// What kind of subject it is.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }

    /// Its id within the kind.
    #[must_use]
    pub const fn id(&self) -> &[u8; 32] {
        &self.id
    }
}

fn network(address: IpAddr) -> [u8; 32] {
    let mut id = [0; 32];
    let (version, bytes, kept): (u8, &[u8], usize) = match &address.to_canonical() {
        IpAddr::V4(v4) => (4, &v4.octets(), 4),
        IpAddr::V6(v6) => (6, &v6.octets(), 8),
    };
    for (place, byte) in id.iter_mut().zip(std::iter::once(&version).chain(bytes.iter().take(kept))) {
        *place = *byte;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s76_an_ipv6_network_is_one_subject_and_a_mapped_ipv4_address_is_itself() {
        let of = |text: &str| Subject::address("address", text.parse().unwrap());

        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn long_texts_are_kept_apart_and_not_in_clear() {
        let long = "a".repeat(40);
        let other = format!("{}b", "a".repeat(39));

        assert_ne!(Subject::new("x", &long), Subject::new("x", &other));
        assert!(!Subject::new("x", &long).id().starts_with(b"aaaa"));
        assert_ne!(Subject::new("x", "a"), Subject::new("y", "a"));
    }
}
