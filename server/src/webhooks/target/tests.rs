use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;
use hostile::HOSTILE;

/// The network namespace of the integration tests tries them too.
#[path = "hostile.rs"]
mod hostile;

/// As an operator who allows nothing.
fn guard() -> Guard {
    Guard::new(Vec::new(), "https://api.gatepost.example")
}

fn allowing(blocks: &[&str]) -> Guard {
    Guard::new(blocks.iter().map(|block| block.parse().unwrap()).collect(), "http://127.0.0.1:3003")
}

#[test]
fn s93_s95_every_hostile_target_is_refused() {
    assert!(HOSTILE.len() >= 150, "{}", HOSTILE.len());
    let let_through: Vec<_> = HOSTILE.iter().filter(|text| guard().target(text).is_ok()).collect();
    assert!(let_through.is_empty(), "{let_through:?}");
}

#[test]
fn s93_public_receivers_are_let_through_in_their_normal_form() {
    for (text, normal) in [
        ("https://hooks.example.com/gatepost?team=1", "https://hooks.example.com/gatepost?team=1"),
        ("HTTPS://Hooks.Example.COM:443", "https://hooks.example.com/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://hooks.example.com:8443/a/../b", "https://hooks.example.com:8443/b"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/"),
        ("https://example.com/@somebody", "https://example.com/@somebody"),
    ] {
        let target = guard().target(text).unwrap();
        assert_eq!((target.url.as_str(), target.reach), (normal, Reach::Public), "{text}");
    }
}

#[test]
fn s93_a_url_has_2048_bytes_at_most() {
    let long = |bytes: usize| format!("https://example.com/{}", "x".repeat(bytes - 20));
    assert!(guard().target(&long(2_048)).is_ok());
    assert_eq!(guard().target(&long(2_049)), Err(TargetError::TooLong));
}

#[test]
fn what_the_operator_allows_may_be_http_and_on_any_port() {
    let guard = allowing(&["127.0.0.0/8", "::1/128", "10.1.0.0/16"]);
    for text in ["http://127.0.0.1:8080/", "https://127.0.0.1/", "http://[::1]:9/", "https://10.1.2.3:22/"] {
        assert!(guard.target(text).is_ok(), "{text}");
    }
    // A name tells only where it leads.
    assert_eq!(guard.target("http://localhost:8080/").unwrap().reach, Reach::Allowed);
    assert_eq!(guard.target("https://localhost/").unwrap().reach, Reach::Public);
    let refused = [
        "http://10.2.0.1/",
        "https://10.2.0.1/",
        "http://93.184.215.14/",
        "https://93.184.215.14:22/",
        "http://0.0.0.0:8080/",
        "http://127.0.0.1:0/",
        "ftp://127.0.0.1/",
        "http://u@127.0.0.1/",
        // ourselves
        "http://127.0.0.1:3003/v1/keys",
    ];
    for text in refused {
        assert!(guard.target(text).is_err(), "{text}");
    }
}

#[test]
fn s94_an_address_is_checked_for_the_call_that_is_made() {
    let guard = allowing(&["10.1.0.0/16"]);
    let [public, allowed, mapped, private] =
        ["93.184.215.14", "10.1.0.1", "::ffff:10.1.0.1", "10.2.0.1"].map(|text| text.parse::<IpAddr>().unwrap());
    assert!(guard.permits(public, Reach::Public) && !guard.permits(public, Reach::Allowed));
    for reach in [Reach::Public, Reach::Allowed] {
        assert!(guard.permits(allowed, reach) && guard.permits(mapped, reach) && !guard.permits(private, reach));
    }
}

/// The registries, told another way than the table: what the standard library knows, and the rest by its octets.
fn is_special(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
}

fn anywhere() -> impl Strategy<Value = Ipv4Addr> {
    // The blocks' neighbourhoods come up often enough only if they are asked for.
    let firsts = prop::sample::select(vec![
        0_u8, 9, 10, 11, 100, 126, 127, 128, 169, 172, 192, 198, 203, 223, 224, 239, 240, 255,
    ]);
    let seconds = prop::sample::select(vec![0_u8, 15, 16, 18, 20, 31, 32, 51, 63, 64, 88, 127, 128, 168, 254, 255]);
    prop_oneof![
        any::<u32>().prop_map(Ipv4Addr::from_bits),
        (firsts, seconds, any::<u8>(), any::<u8>()).prop_map(|(a, b, c, d)| Ipv4Addr::new(a, b, c, d)),
    ]
}

proptest! {
    /// S95: what is let through is routed globally, in whichever form it is written.
    #[test]
    fn s95_allowed_means_public(address in anywhere()) {
        let public = is_public(IpAddr::V4(address));
        prop_assert!(!public || !is_special(address));
        for text in [format!("https://{address}/"), format!("https://{}/", address.to_bits()), format!("https://0x{:x}/", address.to_bits()), format!("https://0{:o}/", address.to_bits())] {
            prop_assert_eq!(guard().target(&text).is_ok(), public, "{}", text);
        }
    }

    /// No IPv6 form that holds an IPv4 address is let through: who translates it may lead anywhere.
    #[test]
    fn s95_no_ipv4_hides_in_ipv6(address in anywhere()) {
        let [a, b] = [address.to_bits() >> 16, address.to_bits() & 0xffff].map(|half| u16::try_from(half).unwrap());
        for hidden in [
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, a, b),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, a, b),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, a, b),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, a, b),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, a, b),
            Ipv6Addr::new(0x2002, a, b, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !a, !b),
            Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5efe, a, b),
        ] {
            prop_assert!(guard().target(&format!("https://[{hidden}]/")).is_err(), "{}", hidden);
        }
    }

    #[test]
    fn s95_only_global_unicast_of_ipv6_is_public(bits in any::<u128>()) {
        let address = Ipv6Addr::from_bits(bits);
        prop_assert!(!is_public(IpAddr::V6(address)) || matches!(address.segments()[0], 0x2000..=0x3fff));
    }

    /// Whatever is written: what is let through is https, without credentials, to a usual port and no private address.
    #[test]
    fn whatever_is_written_what_is_let_through_is_public(text in "(https?://)?[a-z0-9.:@/\\\\\\[\\]%#？。x]{0,30}") {
        if let Ok(Target { url, reach }) = guard().target(&text) {
            prop_assert_eq!((url.scheme(), reach), ("https", Reach::Public));
            prop_assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
            prop_assert!(matches!(url.port_or_known_default(), Some(443 | 8443)));
            // Read again it is the same: nobody checks one thing and calls another.
            prop_assert_eq!(guard().target(url.as_str()).unwrap().url, url);
        }
    }
}
