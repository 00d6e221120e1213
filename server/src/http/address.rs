//! Whose address a request comes from: forwarding headers are believed from trusted proxies only, hop by hop from the
//! right (S76).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use poem::http::{HeaderMap, HeaderName};
use poem::{Addr, Request};

use super::RequestContext;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever sent the request, as the onion found it.
#[must_use]
pub fn visitor_address(request: &Request) -> IpAddr {
    RequestContext::of(request).map_or_else(|_| peer(request), |context| context.address)
}

/// The other end of the connection.
pub(super) fn peer(request: &Request) -> IpAddr {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => address.ip().to_canonical(),
        _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}

/// The rightmost hop that no trusted proxy stands for.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let lines: Vec<_> = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok()).collect();
    let mut client = peer;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = parse(hop.trim()) else { return client };
        client = address;
        if !is_trusted(&address) {
            return client;
        }
    }
    client
}

/// An address, perhaps with a port.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_matches(['[', ']']);
    let address = bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    fn seen(peer: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(line));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn h60_a_spoofed_header_changes_nothing() {
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["1.2.3.4"], &["10.0.0.0/8"]), "203.0.113.9");
    }

    #[test]
    fn s76_behind_trusted_proxies_the_rightmost_untrusted_hop_counts() {
        let trusted = ["10.0.0.0/8", "127.0.0.1/32"];
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, 203.0.113.7, 10.1.1.1"], &trusted), "203.0.113.7");
        assert_eq!(seen("127.0.0.1", &["6.6.6.6", "203.0.113.7"], &trusted), "203.0.113.7");
        assert_eq!(seen("127.0.0.1", &["[2001:db8::1]:4711"], &trusted), "2001:db8::1");
        assert_eq!(seen("127.0.0.1", &["junk, 10.1.1.1"], &trusted), "10.1.1.1");
        assert_eq!(seen("127.0.0.1", &[], &trusted), "127.0.0.1");
    }
}
